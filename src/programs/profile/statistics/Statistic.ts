/** What a statistic of a column is: everything about it in one place. */
import type { Schema } from "effect";
import * as Cell from "../../../domain/Cell.ts";
import * as Figures from "../../../domain/Format.ts";
import type { Field } from "../../../domain/TableSchema.ts";
import { shown, type Value } from "../../../domain/Value.ts";
import type { Kind } from "../../../scan/Kind.ts";
import type { Dialect, Encoding } from "../../../sql/Dialect.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";

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
  /** Counts distinct hashes of a subset of values; absent: estimate by the dialect's own function. */
  readonly countHashes?: (x: Sql) => Sql;
  /** What another statement finds out, or another part of this one: nothing here asks for it. */
  readonly elsewhere?: ReadonlySet<"distinct" | "top" | "quantiles">;
}

export interface StatisticOptions {
  readonly top: number;
  readonly exact: boolean;
  readonly values: "all" | "aggregates" | "none";
  /** What was read is a random sample. */
  readonly samplePercent?: number;
}

export interface Aggregate {
  readonly sql: Sql;
  readonly as: Encoding;
}

/** What the statements returned for a column, by the names of the aggregates. */
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
  readonly display: (
    value: A,
    kind: Kind,
  ) => ReadonlyArray<{ readonly label: string; readonly cell: Cell.Cell }>;
}

/** A value of a column: numbers are shown like all other numbers. */
export const valueCell = (value: Value, kind: Kind, approximate = false): Cell.Cell =>
  kind === "number" && (typeof value === "number" || typeof value === "string")
    ? Cell.number(value, approximate)
    : Cell.value(`${approximate ? "~" : ""}${shown(value)}`);

/** The same as text. */
export const valueText = (value: Value, kind: Kind): string =>
  kind === "number" && (typeof value === "number" || typeof value === "string")
    ? Figures.measure(value)
    : shown(value);

export const make = <A>(statistic: Statistic<A>): Statistic<A> => statistic;

/** The value where it is a finite number: one NaN would spoil every aggregate. */
export const finite = (column: StatementColumn, dialect: Dialect): Sql =>
  column.field.type === "FLOAT64" ? dialect.if(dialect.isFinite(column.x), column.x) : column.x;

export const count = (aggregate: Sql): Aggregate => ({ sql: aggregate, as: "count" });

/** The rows for which a condition holds. */
export const countIf = (dialect: Dialect, condition: Sql): Aggregate => count(dialect.countIf(condition));

export const zero = (column: StatementColumn): Sql => sql`${column.x} = 0`;
