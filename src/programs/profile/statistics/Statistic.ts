/** The definition of a statistic: its SQL, schema, decoding, description and display. */
import type { Schema } from "effect";
import * as Cell from "../../../domain/Cell.ts";
import * as Format from "../../../domain/Format.ts";
import type { Field } from "../../../domain/TableSchema.ts";
import { shown, type Value } from "../../../domain/Value.ts";
import type { Kind } from "../../../scan/Kind.ts";
import type { Dialect, Encoding } from "../../../sql/Dialect.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";

/** A column in a statement. */
export interface StatementColumn {
  readonly field: Field;
  readonly kind: Kind;
  /** The value; NULL in rows of other sources. For an array, its length; for a STRUCT, whether it is present. */
  readonly x: Sql;
  /** The aggregate that counts the rows of this column. */
  readonly rows: Sql;
  /** Counts distinct hashes of a subset of values; absent: estimates with the dialect's function. */
  readonly countHashes?: (x: Sql) => Sql;
  /** Aggregates that another statement, or another part of this one, computes. */
  readonly elsewhere?: ReadonlySet<"distinct" | "top" | "quantiles" | "moments">;
}

export interface StatisticOptions {
  readonly top: number;
  readonly exact: boolean;
  readonly values: "all" | "aggregates" | "none";
  /** The percentage of rows in a random sample; absent without sampling. */
  readonly samplePercent?: number;
  /** Estimates the bins of histograms and deciles, for callers that do not use them. */
  readonly skipBins?: true;
}

export interface Aggregate {
  readonly sql: Sql;
  readonly as: Encoding;
}

/** The undecoded results of a column, by the name of the aggregate. */
export type Raw = Readonly<Record<string, unknown>>;

export interface DecodeContext {
  readonly field: Field;
  readonly kind: Kind;
  readonly rows: number;
  readonly nulls: number;
  readonly options: StatisticOptions;
  /** The aggregates that are exact although their statistic may be approximate. */
  readonly exact: ReadonlySet<string>;
}

export interface Statistic<A> {
  /** The name of the property in a report. */
  readonly id: string;
  readonly title: string;
  /** One sentence for the docs, with unit and exactness. */
  readonly description: string;
  readonly exactness: "exact" | "approximate" | "either";
  /** What it discloses: counts, figures computed from values, or values of single rows. */
  readonly reveals: "counts" | "aggregates" | "values";
  // biome-ignore lint/suspicious/noExplicitAny: the encoded form is each statistic's own
  readonly schema: Schema.Schema<A, any>;
  readonly applies: (column: { readonly field: Field; readonly kind: Kind }) => boolean;
  /** Aggregates by name; statistics that share an aggregate use the same name. */
  readonly aggregates: (
    column: StatementColumn,
    dialect: Dialect,
    options: StatisticOptions,
  ) => Readonly<Record<string, Aggregate>>;
  /** The value; if undefined, the report omits the statistic. */
  readonly decode: (raw: Raw, context: DecodeContext) => A | undefined;
  readonly display: (
    value: A,
    kind: Kind,
  ) => ReadonlyArray<{ readonly label: string; readonly cell: Cell.Cell }>;
}

/** The cell of a value; numbers have the format of all other numbers. */
export const valueCell = (value: Value, kind: Kind, approximate = false): Cell.Cell =>
  kind === "number" && (typeof value === "number" || typeof value === "string")
    ? Cell.number(value, approximate)
    : Cell.value(`${approximate ? "~" : ""}${shown(value)}`);

/** The text of a value; numbers have the format of all other numbers. */
export const valueText = (value: Value, kind: Kind): string =>
  kind === "number" && (typeof value === "number" || typeof value === "string")
    ? Format.measure(value)
    : shown(value);

export const make = <A>(statistic: Statistic<A>): Statistic<A> => statistic;

/** The value if it is finite, otherwise NULL: a single NaN would invalidate every aggregate. */
export const finite = (column: StatementColumn, dialect: Dialect): Sql =>
  column.field.type === "FLOAT64" ? dialect.if(dialect.isFinite(column.x), column.x) : column.x;

export const count = (aggregate: Sql): Aggregate => ({ sql: aggregate, as: "count" });

/** Counts the rows that satisfy a condition. */
export const countIf = (dialect: Dialect, condition: Sql): Aggregate => count(dialect.countIf(condition));

export const zero = (column: StatementColumn): Sql => sql`${column.x} = 0`;
