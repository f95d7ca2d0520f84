/**
 * The port for the differences between the engines' SQL: names, literals, functions. Statements are written against
 * it.
 */
import type { TableReference } from "../domain/TableReference.ts";
import type { Field } from "../domain/TableSchema.ts";
import type { RowDialect } from "./RowDialect.ts";
import type { Sql } from "./Sql.ts";

export interface FromOptions {
  /** The alias in the statement. */
  readonly alias?: Sql;
  /** Read the table as of this time: ISO 8601 in UTC. */
  readonly asOf?: string;
  /** Read about this percentage of the table, above 0 and up to 100. */
  readonly samplePercent?: number;
}

/** A boundary at a value. Values less than `value` are below it; equal values, too, if it is closed. */
export interface Cut {
  readonly value: string;
  readonly closed: boolean;
}

/**
 * The result of an aggregate: a count or an array of counts, a FLOAT64, a value of the field's type, 101 such values
 * from the minimum to the maximum, or an array of {value, count}.
 */
export type Encoding = "count" | "float" | "value" | "percentiles" | "top";

/**
 * Strings and bytes in results are truncated to this many characters or bytes, so that a row stays below its limit.
 */
export const textLimit = 1000;

/** The Unicode property White_Space. */
export const whiteSpace =
  "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

/** The SQL that every engine supports. */
export interface CommonDialect {
  /** The engine named in reports. A test engine can act as BigQuery with free scans. */
  readonly engine: "bigquery" | "local";
  readonly identifier: (name: string) => Sql;
  readonly string: (value: string) => Sql;
  /** A literal from the text of a value; undefined for types without literals (STRUCT, JSON, …). */
  readonly literal: (value: string, field: Field) => Sql | undefined;
  /** The table in a FROM clause. */
  readonly from: (table: TableReference, options?: FromOptions) => Sql;
  /** A field of a STRUCT, or a column of a relation. */
  readonly field: (parent: Sql, field: Field) => Sql;
  /** A typed NULL. */
  readonly nullOf: (field: Field) => Sql;

  readonly array: (elements: ReadonlyArray<Sql>) => Sql;
  /** A STRUCT with these names. */
  readonly struct: (entries: ReadonlyArray<readonly [name: string, value: Sql]>) => Sql;
  /** Any value as JSON text, by the rules of TO_JSON. */
  readonly toJson: (x: Sql) => Sql;
  /**
   * An aggregate's result in a form that `toJson` writes with all digits; strings and bytes are truncated to
   * `textLimit`.
   */
  readonly encode: (x: Sql, as: Encoding, field: Field) => Sql;
  /** The value itself if its type can be counted, ordered and grouped, else its text. */
  readonly groupable: (x: Sql, field: Field) => Sql;
  /** The literal of a grouped value, from its text in a result; undefined if the text is truncated. */
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
  /** Whether a STRING starts or ends with `whiteSpace`. */
  readonly isPadded: (x: Sql) => Sql;
  /** Whether a STRING is not empty and consists of `whiteSpace`. */
  readonly isBlank: (x: Sql) => Sql;

  /** The number of rows in which x is not NULL. */
  readonly count: (x: Sql) => Sql;
  readonly countIf: (condition: Sql) => Sql;
  /** A value for MIN and MAX: a long one is truncated, which keeps its order and the part that is reported. */
  readonly comparable?: (x: Sql, field: Field) => Sql;
  /** An array with the number of values of x below each cut. Requires a type with literals, and no NaN in x. */
  readonly countsBelow: (x: Sql, cuts: ReadonlyArray<Cut>, field: Field) => Sql;
  /** The arithmetic mean as FLOAT64. */
  readonly average: (x: Sql) => Sql;
  readonly sampleStddev: (x: Sql) => Sql;
  /** Converts exact numbers to a form whose mean and deviation keep all digits, if the engine has one. */
  readonly exactly: (x: Sql, field: Field) => Sql;
  readonly countDistinct: (x: Sql) => Sql;
  /** The approximate distinct count, within 2% at 95% confidence. */
  readonly approxCountDistinct: (x: Sql) => Sql;
  /**
   * Converts engine-specific types and collated strings to plain values of the field's type, distinguished by their
   * bytes.
   */
  readonly normalize: (x: Sql, field: Field) => Sql;
  /** The percentiles of x, or a value from which `encode` takes them. */
  readonly percentiles: (x: Sql) => Sql;
  /** An array of {value, count}, the most frequent first; may include NULL. */
  readonly approxTopCount: (x: Sql, n: number) => Sql;
  /** The SQL that compares rows. */
  readonly rows: RowDialect;
}

/** An engine that bills every scan. */
export interface BigQueryDialect extends CommonDialect {
  readonly scansAreFree: false;
  /** The elements of an array in a FROM clause, as `alias`. */
  readonly unnest: (array: Sql, alias: Sql) => Sql;
}

/** An engine whose scans are free, so that a second scan can replace estimates by exact values. */
export interface LocalDialect extends CommonDialect {
  readonly scansAreFree: true;
  /** A relation of the elements of an array in `from`, in order, as `alias`. */
  readonly elements: (array: Sql, alias: Sql, from: Sql) => Sql;
  /**
   * Counts the distinct hashes that are multiples of `step`, a power of two. Multiplied by `step`, it estimates the
   * distinct count.
   */
  readonly countDistinctHashes: (x: Sql, step: number) => Sql;
  /**
   * JSON text {distinct, once, twice, top, profile} of a subquery with one column `v`: the exact distinct count, how
   * many values occur once and twice, and the `top` most frequent values with their counts. `profile` returns a scalar subquery over the relation of distinct
   * values `v` with counts `n`.
   */
  readonly tally: (values: Sql, field: Field, top: number, profile?: (groups: Sql) => Sql) => Sql;
  /** JSON text {top}: the `top` most frequent candidates with their counts. */
  readonly countCandidates: (values: Sql, field: Field, top: number, candidates: ReadonlyArray<Sql>) => Sql;
  /** Counts and means over rows that each represent `weight` rows. */
  readonly weighted: (weight: Sql) => LocalDialect;
  /** A sample of about this share of a relation's rows, as `alias`; the same rows for any number of threads. */
  readonly sampled: (relation: Sql, share: number, alias: Sql) => Sql;
  /** The same for a whole table, if its rows have numbers: a FROM item, a condition that reads few rows, and the number. */
  readonly sampledTable?: (
    table: TableReference,
    share: number,
    alias: Sql,
  ) => { readonly from: Sql; readonly condition: Sql; readonly number: Sql };
  /** Columns of sample rows, with long values truncated, so that a row stays below its limit. */
  readonly shorten: (columns: ReadonlyArray<readonly [x: Sql, field: Field]>) => ReadonlyArray<Sql>;
  /**
   * The sums of (x - min) * factor, which is at most `most`, and of its square, each rounded to an integer, as text with
   * all digits.
   */
  readonly sumsOfDifferences: (
    x: Sql,
    min: Sql,
    factor: number,
    field: Field,
    most: number,
  ) => { readonly sum: Sql; readonly squares: Sql };
}

export type Dialect = BigQueryDialect | LocalDialect;
