/** The minimum and the maximum. */
import { Value } from "../../../domain/Value.ts";
import { decodeValue } from "../../../scan/DecodeValue.ts";
import type { Kind } from "../../../scan/Kind.ts";
import { sql } from "../../../sql/Sql.ts";
import { finite, make, type Statistic, valueCell } from "./Statistic.ts";

const extreme = (definition: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly side: "MIN" | "MAX";
  readonly kinds: ReadonlyArray<Kind>;
}): Statistic<Value> =>
  make({
    id: definition.id,
    title: definition.title,
    description: definition.description,
    exactness: "exact",
    reveals: "aggregates",
    schema: Value,
    applies: (column) => definition.kinds.includes(column.kind),
    aggregates: (column, dialect) => {
      const value = finite(column, dialect);
      // Large values are in tables of few rows; a test for each of many rows costs more than it saves.
      const isMany = column.countHashes !== undefined;
      const x = isMany ? value : (dialect.comparable?.(value, column.field) ?? value);
      return {
        [definition.id]: { sql: definition.side === "MIN" ? sql`MIN(${x})` : sql`MAX(${x})`, as: "value" },
      };
    },
    decode: (raw, context) => decodeValue(raw[definition.id], context.field),
    display: (value, kind) => [{ label: definition.title, cell: valueCell(value, kind) }],
  });

export const min = extreme({
  id: "min",
  title: "Minimum",
  description:
    "The smallest value: of finite numbers, of strings by code point, of bytes by byte. Truncated to 1,000 characters or bytes.",
  side: "MIN",
  kinds: ["number", "string", "bytes"],
});

export const max = extreme({
  id: "max",
  title: "Maximum",
  description: "The largest value, by the rules of `min`.",
  side: "MAX",
  kinds: ["number", "string", "bytes"],
});

export const earliest = extreme({
  id: "earliest",
  title: "Earliest",
  description: "The earliest DATE, DATETIME, TIME or TIMESTAMP.",
  side: "MIN",
  kinds: ["temporal"],
});

export const latest = extreme({
  id: "latest",
  title: "Latest",
  description: "The latest DATE, DATETIME, TIME or TIMESTAMP.",
  side: "MAX",
  kinds: ["temporal"],
});
