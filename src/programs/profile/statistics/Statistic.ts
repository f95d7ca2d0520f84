/** What a statistic of a column is: everything about it in one place. */
import type { Schema } from "effect";
import type { Cell } from "../../../domain/Cell.ts";
import type { Field, TypeName } from "../../../domain/TableSchema.ts";
import { fromDigits, fromFloat, fromMicroseconds, type Value } from "../../../domain/Value.ts";
import type { Dialect, Encoding } from "../../../sql/Dialect.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";

/** The families of types that statistics speak of. */
export type Kind = "number" | "string" | "bytes" | "bool" | "temporal" | "opaque" | "struct" | "array";

/** A column inside a statement. */
export interface StatementColumn {
  readonly field: Field;
  readonly kind: Kind;
  /**
   * The value; NULL where the row is not one of this column's own. For an array its length, for a STRUCT a mark that it
   * is there.
   */
  readonly x: Sql;
  /** Rows that could hold a value, as an aggregate. */
  readonly rows: Sql;
  /** Count only distinct hashes that are multiples of this power of two; absent: estimate by the dialect's own function. */
  readonly hashStep?: number;
  /** What another statement finds out, or another part of this one: nothing here asks for it. */
  readonly elsewhere?: ReadonlySet<"distinct" | "top" | "quantiles">;
}

export interface StatisticOptions {
  readonly top: number;
  readonly exact: boolean;
  readonly values: "all" | "aggregates" | "none";
}

export interface Aggregate {
  readonly sql: Sql;
  readonly as: Encoding;
}

/** What the statements answered for a column, by the names of the aggregates. */
export type Raw = Readonly<Record<string, unknown>>;

export interface DecodeContext {
  readonly field: Field;
  readonly kind: Kind;
  readonly rows: number;
  readonly nulls: number;
  readonly options: StatisticOptions;
  /** Names of the aggregates in `Raw` that are exact although their statistic may be approximate. */
  readonly exact: ReadonlySet<string>;
}

export interface Statistic<A> {
  /** The property of a column in a report. */
  readonly id: string;
  readonly title: string;
  /** One sentence for the docs, with unit and exactness. */
  readonly description: string;
  readonly exactness: "exact" | "approximate" | "either";
  /** What it lets a reader see: counts, figures made of values, or values of single rows. */
  readonly reveals: "counts" | "aggregates" | "values";
  // biome-ignore lint/suspicious/noExplicitAny: the encoded form is each statistic's own
  readonly schema: Schema.Schema<A, any>;
  readonly applies: (column: { readonly field: Field; readonly kind: Kind }) => boolean;
  /** Aggregates by name; statistics that need the same one give it the same name. */
  readonly aggregates: (
    column: StatementColumn,
    dialect: Dialect,
    options: StatisticOptions,
  ) => Readonly<Record<string, Aggregate>>;
  /** Undefined where the statistic has no value: it is then absent from the report. */
  readonly decode: (raw: Raw, context: DecodeContext) => A | undefined;
  readonly display: (value: A) => ReadonlyArray<{ readonly label: string; readonly cell: Cell }>;
}

export const make = <A>(statistic: Statistic<A>): Statistic<A> => statistic;

const kinds: Readonly<Record<TypeName, Kind>> = {
  STRING: "string",
  BYTES: "bytes",
  INT64: "number",
  FLOAT64: "number",
  NUMERIC: "number",
  BIGNUMERIC: "number",
  BOOL: "bool",
  DATE: "temporal",
  DATETIME: "temporal",
  TIME: "temporal",
  TIMESTAMP: "temporal",
  INTERVAL: "opaque",
  GEOGRAPHY: "opaque",
  JSON: "opaque",
  RANGE: "opaque",
  STRUCT: "struct",
  ARRAY: "array",
};

export const kindOf = (field: Field): Kind => (field.mode === "REPEATED" ? "array" : kinds[field.type]);

export const isScalar = (column: { readonly kind: Kind }): boolean =>
  column.kind !== "struct" && column.kind !== "array";

/** The value where it is a finite number: one NaN would spoil every aggregate. */
export const finite = (column: StatementColumn, dialect: Dialect): Sql =>
  column.field.type === "FLOAT64" ? dialect.if(dialect.isFinite(column.x), column.x) : column.x;

export const count = (aggregate: Sql): Aggregate => ({ sql: aggregate, as: "count" });

/** The rows for which a condition holds. */
export const countIf = (dialect: Dialect, condition: Sql): Aggregate => count(dialect.countIf(condition));

export const zero = (column: StatementColumn): Sql => sql`${column.x} = 0`;

/** A count as the engines write it: a JSON number or its digits. */
export const decodeCount = (raw: unknown): number | undefined => {
  if (raw === null || raw === undefined) return undefined;
  const value = Number(raw);
  return Number.isFinite(value) ? value : undefined;
};

/** A FLOAT64 that came as a number or as text; undefined for NULL and for what is not finite. */
export const decodeFloat = (raw: unknown): number | undefined => decodeCount(raw);

/** A value of the field's type, by the rules of TO_JSON. */
export const decodeValue = (raw: unknown, field: Field): Value | undefined => {
  if (raw === null || raw === undefined) return undefined;
  switch (field.type) {
    case "INT64":
    case "NUMERIC":
    case "BIGNUMERIC":
      return fromDigits(String(raw));
    case "FLOAT64":
      return fromFloat(toFloat(String(raw)));
    case "BOOL":
      return raw === true || raw === 1 || raw === "true";
    case "TIMESTAMP":
      return /^-?\d+$/.test(String(raw))
        ? fromMicroseconds(BigInt(String(raw)))
        : `${withoutTrailingZeros(String(raw).replace(/Z$/, ""))}Z`;
    case "DATETIME":
      return withoutTrailingZeros(String(raw).replace(" ", "T"));
    case "TIME":
    case "INTERVAL":
      return withoutTrailingZeros(String(raw));
    default:
      return typeof raw === "string" || typeof raw === "boolean" || typeof raw === "number"
        ? raw
        : JSON.stringify(raw);
  }
};

/** GoogleSQL writes fractions of seconds with three or six digits. */
const withoutTrailingZeros = (text: string): string => text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

const toFloat = (text: string): number => {
  const special = /^([+-]?)(?:inf|infinity)$/i.exec(text);
  if (special !== null) return special[1] === "-" ? -Infinity : Infinity;
  return Number(text);
};
