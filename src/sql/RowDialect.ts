/** The part of a dialect that compares rows: comparable values, tolerances, and lists of unmatched rows. */
import { elementOf, type Field } from "../domain/TableSchema.ts";
import type { Sql } from "./Sql.ts";

/** |a - b| <= absolute + relative * max(|a|, |b|); both are plain non-negative decimals. */
export interface Tolerance {
  readonly absolute: string;
  readonly relative: string;
}

/** A named expression. */
export type Entry = readonly [name: string, value: Sql];

export interface RowDialect {
  /**
   * Converts a value of `own`'s type to the common type `as`, in a form that compares, groups and orders by value:
   * zeros have no sign, and nested or unordered types become a text that is distinct for distinct values.
   */
  readonly comparable: (x: Sql, own: Field, as: Field) => Sql;
  /** A comparable value as text for reports, truncated to `textLimit`. */
  readonly shown: (comparable: Sql, as: Field) => Sql;
  /** TRUE if both are finite numbers within the tolerance; never NULL. */
  readonly within: (a: Sql, b: Sql, as: Field, tolerance: Tolerance) => Sql;
  /** A number that orders rows independently of the order of their values. */
  readonly shuffle: (values: ReadonlyArray<Entry>) => Sql;
  /** Group keys that are equal only for equal rows: the values, or a 128-bit hash of them. */
  readonly groupKey: (values: ReadonlyArray<Entry>) => ReadonlyArray<Sql>;
  readonly groupKeyIsHash: boolean;
  /** A sum as INT64; 0 for no rows. */
  readonly sum: (x: Sql) => Sql;
  /** Any value of a group of equal values. */
  readonly any: (x: Sql) => Sql;
  /** The first values in an order, among those that satisfy the condition; an empty list if there are none. */
  readonly firsts: (x: Sql, condition: Sql, order: Sql, limit: number) => Sql;
  /** Like `firsts`, with several order keys. */
  readonly sorted: (x: Sql, condition: Sql, order: ReadonlyArray<Sql>, limit: number) => Sql;
  /** A list of STRUCT<n, r> with each r repeated n times, up to the limit. */
  readonly repeated: (list: Sql, limit: number) => Sql;
  /** Applies `of` to each element, named `e`. */
  readonly map: (list: Sql, of: Sql) => Sql;
  /**
   * Joins, in a FROM clause, the numbers from 0 to the length of the longer list minus one, but at least 0, as `o`.
   */
  readonly positions: (a: Sql, b: Sql) => Sql;
  /** The element at a position; NULL beyond the end. */
  readonly at: (list: Sql, position: Sql) => Sql;
  /** A list of the elements that are not NULL. */
  readonly present: (structs: ReadonlyArray<Sql>) => Sql;
  /**
   * A text that is the same on every engine for equal values, converted to the common type, and distinct for distinct
   * values; never NULL, and never a prefix of another. Undefined for types without one.
   */
  readonly canonical: (x: Sql, own: Field, as: Field) => Sql | undefined;
  readonly concat: (texts: ReadonlyArray<Sql>) => Sql;
  /** The MD5 of a text, as 32 lower-case hexadecimal digits. */
  readonly md5: (text: Sql) => Sql;
  /** The first or second 60 bits of an MD5, as INT64. */
  readonly slice: (md5: Sql, which: 0 | 1) => Sql;
  /** The text, or its MD5 if it is longer than 32 bytes. */
  readonly brief: (text: Sql) => Sql;
  /** The exact sum of 60-bit numbers, as text. */
  readonly sumOfSlices: (x: Sql) => Sql;
  /** The remainder of a number that is not negative; the divisor is a power of two. */
  readonly remainder: (x: Sql, divisor: number) => Sql;
}

/** The `nativeType` of a common FLOAT64 type, if one side is an exact number. */
export const mixedNumbers = "FLOAT64 and exact numbers";

/**
 * Whether a FLOAT64 is compared with exact numbers. They are compared by a text: an exact number equals a FLOAT64 if it
 * is the value of that FLOAT64, or if it has at most 15 significant digits and rounds to it.
 */
export const isMixed = ({ nativeType }: Field): boolean => nativeType === mixedNumbers;

export const isNested = (field: Field): boolean => field.mode === "REPEATED" || field.type === "STRUCT";

/** Types that are compared by their text. */
const byText: ReadonlySet<Field["type"]> = new Set(["JSON", "GEOGRAPHY", "INTERVAL", "RANGE"]);

/** Whether values of the type are compared directly or by a text. */
export const isCompared = (field: Field): "asItself" | "asText" =>
  isNested(field) || byText.has(field.type) ? "asText" : "asItself";

/** The fields of a STRUCT by name, in the order of the common type. */
export const membersOf = (own: Field, as: Field): ReadonlyArray<readonly [own: Field, as: Field]> =>
  (as.fields ?? []).flatMap((common) => {
    const inner = own.fields?.find(({ name }) => name.toLowerCase() === common.name.toLowerCase());
    return inner === undefined ? [] : [[inner, common] as const];
  });

/** The elements of an array, in both types. */
export const elementsOf = (own: Field, as: Field): readonly [own: Field, as: Field] => [
  elementOf(own),
  elementOf(as),
];
