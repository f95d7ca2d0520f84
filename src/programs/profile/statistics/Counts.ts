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
  description: "Rows that hold 0 (also -0.0).",
  applies: isNumber,
  condition: zero,
});

export const negatives = counting({
  id: "negatives",
  title: "Negative",
  description: "Rows below 0, -Infinity among them; NaN is not.",
  applies: isNumber,
  // DuckDB orders NaN above everything, GoogleSQL compares it to nothing: neither counts it here.
  condition: (column) => sql`${column.x} < 0`,
});

export const nan = counting({
  id: "nan",
  title: "NaN",
  description: "Rows that hold NaN; mean, deviation, quantiles, minimum and maximum leave them out.",
  applies: isFloat,
  condition: (column, dialect) => dialect.isNaN(column.x),
});

export const infinities = counting({
  id: "infinities",
  title: "Infinite",
  description:
    "Rows that hold Infinity or -Infinity; mean, deviation, quantiles, minimum and maximum leave them out.",
  applies: isFloat,
  condition: (column, dialect) => dialect.isInfinite(column.x),
});

export const empty = counting({
  id: "empty",
  title: "Empty",
  description: "Rows that hold the empty string, empty bytes or an empty array.",
  applies: (column) => column.kind === "string" || column.kind === "bytes" || column.kind === "array",
  condition: (column, dialect) =>
    column.kind === "array" ? zero(column) : sql`${dialect.length(column.x, column.field)} = 0`,
});

export const blank = counting({
  id: "blank",
  title: "Blank",
  description: "Rows whose string is not empty but holds white space alone.",
  applies: isString,
  condition: (column, dialect) => dialect.isBlank(column.x),
});

export const padded = counting({
  id: "padded",
  title: "Padded",
  description: "Rows whose string begins or ends with white space, blank ones among them.",
  applies: isString,
  condition: (column, dialect) => dialect.isPadded(column.x),
});

export const trueCount = counting({
  id: "true",
  title: "True",
  description: "Rows that hold TRUE.",
  applies: isBool,
  condition: (column) => column.x,
});

export const falseCount = counting({
  id: "false",
  title: "False",
  description: "Rows that hold FALSE.",
  applies: isBool,
  condition: (column) => sql`NOT ${column.x}`,
});
