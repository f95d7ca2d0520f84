/** What BigQuery bills for a query, at most, given what it reads. */

import { mebibyte } from "../domain/Price.ts";

/** Each table of a query is billed at so much, at least. */
const leastPerTable = 10 * mebibyte;

/**
 * The most bytes that a query over so many tables is billed if it reads so many in all: each table's share is rounded up
 * to MiB, and to 10 MiB. Null for an unknown number of bytes; 0 for no tables of BigQuery.
 */
export const mostBilled = (bytes: number | null, tables: number): number | null => {
  if (tables === 0) return 0;
  if (bytes === null) return null;
  const rounded = Math.ceil(bytes / mebibyte) * mebibyte;
  // The worst case: one table holds everything, and the others are billed at their least.
  return Math.max(tables * leastPerTable, rounded + (tables - 1) * leastPerTable);
};
