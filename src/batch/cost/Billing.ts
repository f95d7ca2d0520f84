/** The maximum that BigQuery bills for a query, given the bytes and tables that it reads. */

import { mebibyte } from "../../domain/Price.ts";

/** The minimum billed for each table of a query. */
const leastPerTable = 10 * mebibyte;

/**
 * The maximum bytes billed for a query: each table's share is rounded up to a whole MiB, and to at least 10 MiB. Null
 * if the bytes are unknown; 0 without BigQuery tables.
 */
export const mostBilled = (bytes: number | null, tables: number): number | null => {
  if (tables === 0) return 0;
  if (bytes === null) return null;
  const rounded = Math.ceil(bytes / mebibyte) * mebibyte;
  // The worst case: one table contains all bytes, and the others are billed the minimum.
  return Math.max(tables * leastPerTable, rounded + (tables - 1) * leastPerTable);
};
