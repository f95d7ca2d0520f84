/** Random samples of rows that do not depend on threads. */
import * as TableReference from "../../../domain/TableReference.ts";
import type { Dialect, LocalDialect } from "../../../sql/Dialect.ts";
import { integer, sql, word } from "../../../sql/Sql.ts";
import { numberedSchema, rowNumber } from "../Numbered.ts";

/** The limit of 64-bit hashes that selects the share. */
const threshold = (share: number): bigint => BigInt(Math.floor(Math.min(1, share) * 2 ** 32)) << 32n;

/**
 * Selects rows by a hash of their numbers. The numbers make the selection
 * independent of threads, and the hash avoids a period.
 */
export const sampled: LocalDialect["sampled"] = (relation, share, alias) =>
  sql`(SELECT * EXCLUDE (bqkit_n) FROM (SELECT *, row_number() OVER () AS bqkit_n FROM (${relation})) WHERE hash(bqkit_n) < ${integer(threshold(share))}) AS ${alias}`;

/** Selects rows by the row numbers of Parquet files and tables, which threads can read independently. */
export const sampledTable =
  (identifier: Dialect["identifier"]): NonNullable<LocalDialect["sampledTable"]> =>
  (table, share, alias) => ({
    from: sql`"${word(numberedSchema)}".${identifier(TableReference.format(table))} AS ${alias}`,
    condition: sql`hash(${alias}.${word(rowNumber)}) < ${integer(threshold(share))}`,
    number: sql`${alias}.${word(rowNumber)}`,
  });
