/** What differs between the engines' SQL: names, literals, functions. Statements are written against this port. */
import type { TableReference } from "../domain/TableReference.ts";
import type { Field, TypeName } from "../domain/TableSchema.ts";
import type { Sql } from "./Sql.ts";

export interface FromOptions {
  /** Read the table as it was then: ISO 8601 in UTC. */
  readonly asOf?: string;
  /** Read about this share of the table, above 0 and up to 100, in percent. */
  readonly samplePercent?: number;
}

export interface Dialect {
  readonly name: "googlesql" | "duckdb";
  /** Scanning again costs time but no money, so that a second pass may make a first one's estimates exact. */
  readonly scansAreFree: boolean;

  readonly identifier: (name: string) => Sql;
  readonly string: (value: string) => Sql;
  readonly timestamp: (iso: string) => Sql;
  /** The table in a FROM clause. */
  readonly from: (table: TableReference, options?: FromOptions) => Sql;
  /** A field of a STRUCT. */
  readonly field: (struct: Sql, name: string) => Sql;
  /** A typed NULL. */
  readonly nullOf: (field: Field) => Sql;

  readonly array: (elements: ReadonlyArray<Sql>) => Sql;
  /** JSON text of an object; every value by the rules of TO_JSON. */
  readonly jsonObject: (entries: ReadonlyArray<readonly [name: string, value: Sql]>) => Sql;
  /** A value of the field's type in a form that `jsonObject` writes with every digit, texts and bytes cut to `limit`. */
  readonly jsonValue: (x: Sql, field: Field, limit?: number) => Sql;
  /** A value that can be counted and grouped: the value itself, or its JSON text where its type cannot be. */
  readonly groupable: (x: Sql, type: TypeName) => Sql;
  readonly arrayLength: (x: Sql) => Sql;

  readonly if: (condition: Sql, then: Sql) => Sql;
  readonly isFinite: (x: Sql) => Sql;
  readonly isNaN: (x: Sql) => Sql;
  readonly isInfinite: (x: Sql) => Sql;
  readonly toFloat: (x: Sql) => Sql;
  /** Characters of a STRING, bytes of BYTES. */
  readonly length: (x: Sql, type: TypeName) => Sql;
  /** The text without white space at its ends. */
  readonly trim: (x: Sql) => Sql;

  readonly countIf: (condition: Sql) => Sql;
  readonly sampleStddev: (x: Sql) => Sql;
  /** Within 2% at 95% confidence. */
  readonly approxCountDistinct: (x: Sql) => Sql;
  readonly exactCountDistinct: (x: Sql) => Sql;
  /** An array of n + 1 values from the minimum to the maximum. */
  readonly approxQuantiles: (x: Sql, n: number) => Sql;
  /** An array of {value, count}, the most frequent first; NULL may be one of them. */
  readonly approxTopCount: (x: Sql, n: number) => Sql;
}
