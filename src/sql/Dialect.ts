/** What differs between the engines' SQL: names, literals, functions. Statements are written against this port. */
import type { TableReference } from "../domain/TableReference.ts";
import type { Field } from "../domain/TableSchema.ts";
import type { RowDialect } from "./RowDialect.ts";
import type { Sql } from "./Sql.ts";

export interface FromOptions {
  /** What the statement calls it. */
  readonly alias?: Sql;
  /** Read the table as it was then: ISO 8601 in UTC. */
  readonly asOf?: string;
  /** Read about this share of the table, above 0 and up to 100, in percent. */
  readonly samplePercent?: number;
}

/** A place between two values of a type, or in one: below it lie the values less than `value`, and those equal to it if it is closed. */
export interface Cut {
  readonly value: string;
  readonly closed: boolean;
}

/**
 * What an aggregate gives: a count or an array of counts, a FLOAT64, a value of the field's type, the 101 such values from the minimum to the maximum, or
 * an array of {value, count}.
 */
export type Encoding = "count" | "float" | "value" | "percentiles" | "top";

/** Texts and bytes in answers are cut to this many characters or bytes, so that a row stays below its limit. */
export const textLimit = 1000;

/** Unicode's White_Space. */
export const whiteSpace =
  "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

/** What every engine's SQL has. */
export interface CommonDialect {
  /** The engine that reports name. A test's engine can answer for BigQuery with free scans. */
  readonly engine: "bigquery" | "local";
  readonly identifier: (name: string) => Sql;
  readonly string: (value: string) => Sql;
  /** A literal of the type, from the text of a value; undefined where the type has none (STRUCT, JSON, …). */
  readonly literal: (value: string, field: Field) => Sql | undefined;
  /** The table in a FROM clause. */
  readonly from: (table: TableReference, options?: FromOptions) => Sql;
  /** A field of a STRUCT, or a column of a relation. */
  readonly field: (parent: Sql, field: Field) => Sql;
  /** A typed NULL. */
  readonly nullOf: (field: Field) => Sql;

  readonly array: (elements: ReadonlyArray<Sql>) => Sql;
  /** A STRUCT with the names given. */
  readonly struct: (entries: ReadonlyArray<readonly [name: string, value: Sql]>) => Sql;
  /** JSON text of anything, by the rules of TO_JSON. */
  readonly toJson: (x: Sql) => Sql;
  /** An aggregate's answer in a form that `toJson` writes with every digit; texts and bytes cut to `textLimit`. */
  readonly encode: (x: Sql, as: Encoding, field: Field) => Sql;
  /** A value that can be counted, ordered and grouped: itself, or its text where its type cannot be. */
  readonly groupable: (x: Sql, field: Field) => Sql;
  /** The literal of a grouped value from its text in an answer; undefined if the text is not the whole value. */
  readonly candidate: (text: string, field: Field) => Sql | undefined;
  readonly arrayLength: (x: Sql) => Sql;

  readonly if: (condition: Sql, then: Sql) => Sql;
  readonly isFinite: (x: Sql) => Sql;
  readonly isNaN: (x: Sql) => Sql;
  readonly isInfinite: (x: Sql) => Sql;
  /** The nearest FLOAT64. */
  readonly toFloat: (x: Sql, field: Field) => Sql;
  /** Characters of a STRING, bytes of BYTES. */
  readonly length: (x: Sql, field: Field) => Sql;
  /** Whether a STRING begins or ends with `whiteSpace`. */
  readonly isPadded: (x: Sql) => Sql;
  /** Whether a STRING is not empty and holds `whiteSpace` alone. */
  readonly isBlank: (x: Sql) => Sql;

  /** Rows in which x is not NULL. */
  readonly count: (x: Sql) => Sql;
  readonly countIf: (condition: Sql) => Sql;
  /** An array of counts: for each cut, the values of x below it. The type has literals, and x holds no NaN. */
  readonly countsBelow: (x: Sql, cuts: ReadonlyArray<Cut>, field: Field) => Sql;
  /** Arithmetic mean as FLOAT64. */
  readonly average: (x: Sql) => Sql;
  readonly sampleStddev: (x: Sql) => Sql;
  /** Numbers of the exact types in a form whose mean and deviation lose no digits where the engine can do so. */
  readonly exactly: (x: Sql, field: Field) => Sql;
  readonly countDistinct: (x: Sql) => Sql;
  /** Within 2% at 95% confidence. */
  readonly approxCountDistinct: (x: Sql) => Sql;
  /** A value as one of the field's type that is told apart by what it is: of an engine's own type, or with a collation. */
  readonly normalize: (x: Sql, field: Field) => Sql;
  /** What `encode` makes the percentiles of: those values, or something that they can be taken from. */
  readonly percentiles: (x: Sql) => Sql;
  /** An array of {value, count}, the most frequent first; NULL may be one of them. */
  readonly approxTopCount: (x: Sql, n: number) => Sql;
  /** How rows of two tables are compared. */
  readonly rows: RowDialect;
}

/** An engine that bills every scan. */
export interface BigQueryDialect extends CommonDialect {
  readonly scansAreFree: false;
  /** The elements of an array in a FROM clause, called `alias`. */
  readonly unnest: (array: Sql, alias: Sql) => Sql;
}

/** An engine on which another scan costs time but no money, so that a second scan can replace estimates by exact values. */
export interface LocalDialect extends CommonDialect {
  readonly scansAreFree: true;
  /** A relation of the elements of an array in `from`, in order, called `alias`. */
  readonly elements: (array: Sql, alias: Sql, from: Sql) => Sql;
  /** Counts the distinct hashes that are multiples of `step`, a power of two. Times `step` it estimates the distinct values. */
  readonly countDistinctHashes: (x: Sql, step: number) => Sql;
  /**
   * JSON text {distinct, top, profile} of a subquery with one column `v`, without NULL: the exact number of distinct
   * values and the `top` most frequent with their counts. `profile` returns a scalar subquery over the relation of
   * distinct values `v` with their counts `n`.
   */
  readonly tally: (values: Sql, field: Field, top: number, profile?: (groups: Sql) => Sql) => Sql;
  /** JSON text {top}: the `top` most frequent candidates with their counts. */
  readonly countCandidates: (values: Sql, field: Field, top: number, candidates: ReadonlyArray<Sql>) => Sql;
  /** Counts and means over rows that each represent `weight` rows. */
  readonly weighted: (weight: Sql) => LocalDialect;
  /** A sample of about this share of a relation's rows, as `alias`: always the same rows, for any number of threads. */
  readonly sampled: (relation: Sql, share: number, alias: Sql) => Sql;
  /** Columns of sample rows: long values cut, so that a row stays below a limit. */
  readonly shorten: (columns: ReadonlyArray<readonly [x: Sql, field: Field]>) => ReadonlyArray<Sql>;
  /** Sums of (x - min) * factor and of its square, each rounded to an integer, as texts with every digit. */
  readonly sumsOfDifferences: (
    x: Sql,
    min: Sql,
    factor: number,
    field: Field,
  ) => { readonly sum: Sql; readonly squares: Sql };
}

export type Dialect = BigQueryDialect | LocalDialect;
