/** The part of a dialect that compares rows: values in comparable forms, tolerances, and lists of left-over rows. */
import { elementOf, type Field } from "../domain/TableSchema.ts";
import type { Sql } from "./Sql.ts";

/** |a - b| <= absolute + relative * max(|a|, |b|); both plain decimals, none below 0. */
export interface Tolerance {
  readonly absolute: string;
  readonly relative: string;
}

/** A named expression. */
export type Entry = readonly [name: string, value: Sql];

export interface RowDialect {
  /**
   * A value of `own`'s type as the common type `as`, in a form that is compared, grouped and ordered by what the value
   * is: zeros have no sign, and what is nested or has no order is a text that tells all different values apart.
   */
  readonly comparable: (x: Sql, own: Field, as: Field) => Sql;
  /** A comparable value as a text for reports, cut to `textLimit`. */
  readonly shown: (comparable: Sql, as: Field) => Sql;
  /** TRUE where both are finite numbers within the tolerance; never NULL. */
  readonly within: (a: Sql, b: Sql, as: Field, tolerance: Tolerance) => Sql;
  /** A number by which rows are put into an order that says nothing of their values. */
  readonly shuffle: (values: ReadonlyArray<Entry>) => Sql;
  /** What rows are grouped by, so that only equal ones meet: the values themselves, or 128 bits of a hash of them. */
  readonly groupKey: (values: ReadonlyArray<Entry>) => ReadonlyArray<Sql>;
  readonly groupKeyIsHash: boolean;
  /** A sum as INT64, 0 of no rows. */
  readonly sum: (x: Sql) => Sql;
  /** One of the group's values, which are all alike. */
  readonly any: (x: Sql) => Sql;
  /** The first values by an order, of those for which the condition holds; an empty list where there are none. */
  readonly firsts: (x: Sql, condition: Sql, order: Sql, limit: number) => Sql;
  /** The same by several orders. */
  readonly sorted: (x: Sql, condition: Sql, order: ReadonlyArray<Sql>, limit: number) => Sql;
  /** A list of STRUCT<n, r> with each r repeated n times, so many at most. */
  readonly repeated: (list: Sql, limit: number) => Sql;
  /** A list of what `of` makes of each element, which it calls `e`. */
  readonly map: (list: Sql, of: Sql) => Sql;
  /** Joins, in a FROM clause, the numbers from 0 to below the length of the longer list, at least 0, as `o`. */
  readonly positions: (a: Sql, b: Sql) => Sql;
  /** The element at a position, NULL beyond the end. */
  readonly at: (list: Sql, position: Sql) => Sql;
  /** A list of those that are not NULL. */
  readonly present: (structs: ReadonlyArray<Sql>) => Sql;
  /**
   * A text that every engine gives for the same value of the types, read as the common one, and for no other value;
   * never NULL, and no beginning of another. Undefined for types without one.
   */
  readonly canonical: (x: Sql, own: Field, as: Field) => Sql | undefined;
  readonly concat: (texts: ReadonlyArray<Sql>) => Sql;
  /** MD5 of a text, as 32 lower-case hexadecimal digits. */
  readonly md5: (text: Sql) => Sql;
  /** 60 bits of an MD5, the first or the second, as INT64. */
  readonly slice: (md5: Sql, which: 0 | 1) => Sql;
  /** The text, or the MD5 of one that is longer than 32 bytes. */
  readonly brief: (text: Sql) => Sql;
  /** The exact sum of 60-bit numbers as text. */
  readonly sumOfSlices: (x: Sql) => Sql;
  /** The remainder of a number that is not negative; the divisor is a power of two. */
  readonly remainder: (x: Sql, divisor: number) => Sql;
}

export const isNested = (field: Field): boolean => field.mode === "REPEATED" || field.type === "STRUCT";

/** Types whose values are compared by a text. */
const byText: ReadonlySet<Field["type"]> = new Set(["JSON", "GEOGRAPHY", "INTERVAL", "RANGE"]);

/** Whether comparable values of the type are texts that stand for something else. */
export const isCompared = (field: Field): "asItself" | "asText" =>
  isNested(field) || byText.has(field.type) ? "asText" : "asItself";

/** The fields of a STRUCT by name, in the order of the common type. */
export const membersOf = (own: Field, as: Field): ReadonlyArray<readonly [own: Field, as: Field]> =>
  (as.fields ?? []).flatMap((common) => {
    const inner = own.fields?.find(({ name }) => name.toLowerCase() === common.name.toLowerCase());
    return inner === undefined ? [] : [[inner, common] as const];
  });

/** The elements of an array, of both types. */
export const elementsOf = (own: Field, as: Field): readonly [own: Field, as: Field] => [
  elementOf(own),
  elementOf(as),
];
