/** Statistics that count rows by a condition: exact on every engine. */
import { Schema } from "effect";
import * as Cell from "../../../domain/Cell.ts";
import { decodeCount } from "../../../scan/DecodeValue.ts";
import type { Kind } from "../../../scan/Kind.ts";
import type { Dialect } from "../../../sql/Dialect.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";
import { countIf, make, type StatementColumn, type Statistic, zero } from "./Statistic.ts";

const counting = (definition: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly applies: (column: { readonly kind: Kind; readonly field: { readonly type: string } }) => boolean;
  readonly condition: (column: StatementColumn, dialect: Dialect) => Sql;
}): Statistic<number> =>
  make({
    id: definition.id,
    title: definition.title,
    description: definition.description,
    exactness: "exact",
    reveals: "counts",
    schema: Schema.Int,
    applies: definition.applies,
    aggregates: (column, dialect) => ({
      [definition.id]: countIf(dialect, definition.condition(column, dialect)),
    }),
    decode: (raw) => decodeCount(raw[definition.id]),
    display: (value) => [{ label: definition.title, cell: Cell.count(value) }],
  });

const isNumber = (column: { readonly kind: Kind }) => column.kind === "number";
const isFloat = (column: { readonly field: { readonly type: string }; readonly kind: Kind }) =>
  column.kind === "number" && column.field.type === "FLOAT64";
const isString = (column: { readonly kind: Kind }) => column.kind === "string";
const isBool = (column: { readonly kind: Kind }) => column.kind === "bool";

export const zeros = counting({
  id: "zeros",
  title: "Zeros",
  description: "Rows with the value 0 or -0.0.",
  applies: isNumber,
  condition: zero,
});

export const negatives = counting({
  id: "negatives",
  title: "Negative",
  description: "Rows with a value below 0, including -Infinity but not NaN.",
  applies: isNumber,
  // Neither engine counts NaN: DuckDB orders it above all numbers, and
  // comparisons with it are false in GoogleSQL.
  condition: (column) => sql`${column.x} < 0`,
});

export const nan = counting({
  id: "nan",
  title: "NaN",
  description: "Rows with NaN. Mean, standard deviation, quantiles, minimum and maximum exclude them.",
  applies: isFloat,
  condition: (column, dialect) => dialect.isNaN(column.x),
});

export const infinities = counting({
  id: "infinities",
  title: "Infinite",
  description:
    "Rows with Infinity or -Infinity. Mean, standard deviation, quantiles, minimum and maximum exclude them.",
  applies: isFloat,
  condition: (column, dialect) => dialect.isInfinite(column.x),
});

export const empty = counting({
  id: "empty",
  title: "Empty",
  description: "Rows with an empty string, empty bytes or an empty array.",
  applies: (column) => column.kind === "string" || column.kind === "bytes" || column.kind === "array",
  condition: (column, dialect) =>
    column.kind === "array" ? zero(column) : sql`${dialect.length(column.x, column.field)} = 0`,
});

export const blank = counting({
  id: "blank",
  title: "Blank",
  description: "Rows with a non-empty string that consists only of white space.",
  applies: isString,
  condition: (column, dialect) => dialect.isBlank(column.x),
});

export const padded = counting({
  id: "padded",
  title: "Padded",
  description: "Rows with a string that begins or ends with white space, including blank ones.",
  applies: isString,
  condition: (column, dialect) => dialect.isPadded(column.x),
});

export const trueCount = counting({
  id: "true",
  title: "True",
  description: "Rows with TRUE.",
  applies: isBool,
  condition: (column) => column.x,
});

export const falseCount = counting({
  id: "false",
  title: "False",
  description: "Rows with FALSE.",
  applies: isBool,
  condition: (column) => sql`NOT ${column.x}`,
});
