/** What a statistic of a column is: everything about it in one place. */
import type { Schema } from "effect";
import type { Field, TypeName } from "../../../domain/TableSchema.ts";
import type { Dialect } from "../../../sql/Dialect.ts";
import type { Sql } from "../../../sql/Sql.ts";
import type { Cell } from "../../../reports/Document.ts";

/** The families of types that statistics speak of. */
export type Kind = "number" | "string" | "bytes" | "bool" | "temporal" | "opaque" | "struct" | "array";

/** A column inside a statement. */
export interface StatementColumn {
  readonly field: Field;
  readonly kind: Kind;
  /** The value, NULL where the row is not one of this column's own (of another array's elements). */
  readonly x: Sql;
  /** Rows that could hold a value, as an aggregate. */
  readonly rows: Sql;
}

export interface StatisticOptions {
  readonly top: number;
  readonly exact: boolean;
  readonly values: "all" | "aggregates" | "none";
}

/** What a statement answered for a column: by the names of a statistic's expressions. */
export type Raw = Readonly<Record<string, unknown>>;

export interface DecodeContext {
  readonly field: Field;
  readonly kind: Kind;
  readonly rows: number;
  readonly nulls: number;
  readonly options: StatisticOptions;
  /** Figures came from a second pass or an exact function. */
  readonly exact: ReadonlySet<string>;
}

export interface Statistic<A> {
  readonly id: string;
  /** As a column of a report. */
  readonly title: string;
  /** One sentence for the docs, with unit and exactness. */
  readonly description: string;
  readonly exactness: "exact" | "approximate" | "either";
  readonly schema: Schema.Schema<A, any>;
  readonly applies: (column: { readonly field: Field; readonly kind: Kind }, options: StatisticOptions) => boolean;
  /** Aggregates by name; names are unique over all statistics, and two may share one if they agree on it. */
  readonly expressions: (
    column: StatementColumn,
    dialect: Dialect,
    options: StatisticOptions,
  ) => Readonly<Record<string, Sql>>;
  /** Undefined where the statistic has no value (no rows to speak of): it is then absent from the report. */
  readonly decode: (raw: Raw, context: DecodeContext) => A | undefined;
  /** As cells of a report: label and cell. */
  readonly display: (value: A) => ReadonlyArray<{ readonly label: string; readonly cell: Cell }>;
}

const kinds: Readonly<Record<TypeName, Kind>> = {
  STRING: "string", BYTES: "bytes", INT64: "number", FLOAT64: "number", NUMERIC: "number", BIGNUMERIC: "number",
  BOOL: "bool", DATE: "temporal", DATETIME: "temporal", TIME: "temporal", TIMESTAMP: "temporal",
  INTERVAL: "opaque", GEOGRAPHY: "opaque", JSON: "opaque", RANGE: "opaque", STRUCT: "struct", ARRAY: "array",
}; // biome-ignore format: one table

export const kindOf = (field: Field): Kind => (field.mode === "REPEATED" ? "array" : kinds[field.type]);

export const make = <A>(statistic: Statistic<A>): Statistic<A> => statistic;
