/** Distinct counts of columns with many rows: a guess from a sample, and an estimate from hashes. */
import { Effect } from "effect";
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import { decodeCount } from "../../../scan/DecodeValue.ts";
import { sql } from "../../../sql/Sql.ts";
import type { Raw } from "../statistics/Statistic.ts";
import { ask, type Raws } from "./ColumnTexts.ts";
import type { LocalRequest } from "./LocalScanParts.ts";

/** Distinct hashes for an estimate: its standard error is 1 / sqrt(30,000) = 0.6%, so 1.2% at 95%. */
const enoughHashes = 30_000;

/**
 * Distinct counts up to 100,000 are exact. Columns with estimates up to this limit are
 * counted, in case the estimate is too high.
 */
export const countedDistinct = 130_000;

/** The largest power of two up to n, at least 1. */
const powerOfTwo = (n: number): number => 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, n))));

/** Every how many hashes are counted, if about this many values are distinct. */
export const stepFor = (distinct: number): number => powerOfTwo(distinct / (enoughHashes * 1.5));

/**
 * Chao's estimate of all distinct values from the values that a sample has once and
 * twice. It decides only how a column is counted.
 */
export const guess = (sampled: Raw | undefined, rows: number): number => {
  const [distinct, once, twice] = [sampled?.distinct, sampled?.once, sampled?.twice].map(
    (count) => decodeCount(count) ?? 0,
  );
  return Math.min(rows, distinct! + (once! * (once! - 1)) / (2 * (twice! + 1)));
};

/** Estimates from the hashes that a scan counted; scans again if they were too few. */
export const estimate = (
  request: LocalRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  scanned: Raws,
  step: (column: ProfiledColumn) => number,
) =>
  Effect.gen(function* () {
    const { dialect } = request;
    const hashes = (column: ProfiledColumn) => decodeCount(scanned.get(column.index)?.hashes) ?? 0;
    const first = (column: ProfiledColumn) => hashes(column) * step(column);
    const again = columns.filter(
      (column) =>
        hashes(column) < enoughHashes &&
        first(column) > countedDistinct &&
        stepFor(first(column)) < step(column),
    );
    const finer = yield* ask(
      request,
      again,
      (values, column) =>
        sql`(SELECT ${dialect.toJson(dialect.struct([["hashes", dialect.countDistinctHashes(sql`v`, stepFor(first(column)))]]))} FROM (${values}) AS h)`,
    );
    return (column: ProfiledColumn): number => {
      const second = decodeCount(finer.get(column.index)?.hashes);
      return second === undefined ? first(column) : second * stepFor(first(column));
    };
  });
