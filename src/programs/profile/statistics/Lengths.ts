/** Lengths of strings (characters), bytes (bytes) and arrays (elements). */
import { Schema } from "effect";
import * as Cell from "../../../domain/Cell.ts";
import * as Property from "../../../domain/Property.ts";
import { decodeCount, decodeFloat } from "../../../scan/DecodeValue.ts";
import { sql } from "../../../sql/Sql.ts";
import { count, make } from "./Statistic.ts";

const Lengths = Schema.Struct({
  min: Property.required(Schema.Int, "The shortest length."),
  mean: Property.required(Schema.Number, "The mean length."),
  max: Property.required(Schema.Int, "The longest length."),
}).annotations({
  identifier: "Lengths",
  description: "Lengths in characters of STRING, bytes of BYTES or elements of arrays",
});

export const lengths = make({
  id: "lengths",
  title: "Lengths",
  description:
    "Shortest, mean and longest length: in code points of STRING, bytes of BYTES or elements of an array.",
  exactness: "exact",
  reveals: "aggregates",
  schema: Lengths,
  applies: (column) => column.kind === "string" || column.kind === "bytes" || column.kind === "array",
  aggregates: (column, dialect) => {
    const length = column.kind === "array" ? column.x : dialect.length(column.x, column.field);
    return {
      lengthMin: count(sql`MIN(${length})`),
      lengthMean: { sql: dialect.average(length), as: "float" },
      lengthMax: count(sql`MAX(${length})`),
    };
  },
  decode: (raw) => {
    const min = decodeCount(raw.lengthMin);
    const mean = decodeFloat(raw.lengthMean);
    const max = decodeCount(raw.lengthMax);
    return min === undefined || mean === undefined || max === undefined ? undefined : { min, mean, max };
  },
  display: ({ min, mean, max }) => [
    { label: "Shortest", cell: Cell.count(min) },
    { label: "Mean length", cell: Cell.number(mean) },
    { label: "Longest", cell: Cell.count(max) },
  ],
});
