/**
 * Counts the bins of the histogram and of the deciles of numbers, dates and times, once the minimum and the maximum are
 * known. Also sums differences from the minimum as integers: unlike FLOAT64 sums, these keep the digits of large values
 * and do not depend on the number of threads. Scans the columns a second time unless the first scan did both.
 */
import { Effect } from "effect";
import type { Field } from "../../../domain/TableSchema.ts";
import { toNumber, type Value } from "../../../domain/Value.ts";
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import { decodeCount, decodeValue } from "../../../scan/DecodeValue.ts";
import type { Cut, Dialect, LocalDialect } from "../../../sql/Dialect.ts";
import { float, type Sql } from "../../../sql/Sql.ts";
import { binsFrom, cutsOf, edgesOf } from "../statistics/Bins.ts";
import { decileEdges } from "../statistics/Deciles.ts";
import { finiteRows, percentiles, withExactEnds } from "../statistics/Percentiles.ts";
import {
  type Aggregate,
  count,
  finite,
  type Raw,
  type StatementColumn,
  type StatisticOptions,
} from "../statistics/Statistic.ts";
import { type ColumnResult, contextOf } from "./ScanResults.ts";

/** Differences are scaled to integers of this many bits, so that the sum of 2^30 squares fits into 128 bits. */
const bits = 48n;

/** What to count in a column. */
export interface Task {
  /** Absent if the caller does not use them. */
  readonly bins?: {
    /** The edges of the histogram's bins. */
    readonly edges: ReadonlyArray<Value>;
    readonly deciles: ReturnType<typeof decileEdges>;
    /** The cuts between the bins of the histogram and the deciles. */
    readonly cuts: ReadonlyArray<Cut>;
  };
  /**
   * Differences from `min` multiplied by `factor` are integers below 2^48; absent if the first scan's moments are
   * kept.
   */
  readonly moments?: {
    readonly min: Sql;
    readonly factor: number;
    readonly start: number;
    /** The greatest difference multiplied by `factor`. */
    readonly most: number;
  };
}

const literalOf = (value: Value, field: Field, dialect: Dialect): Sql | undefined =>
  field.type === "FLOAT64" || field.type === "BIGNUMERIC"
    ? float(Number(value))
    : dialect.literal(String(value), field);

/** The factor that makes an integer of a decimal whose digits fit into 64 bits. */
const unitOf = ({ type, precision, scale }: Field): number | undefined =>
  type === "NUMERIC" && Number(precision ?? 38) <= 18 ? 10 ** Number(scale ?? 0) : undefined;

const momentsOf = ({ column }: ColumnResult, min: Value, max: Value, dialect: Dialect): Task["moments"] => {
  const { field } = column;
  const [low, high] = [toNumber(min), toNumber(max)];
  if (column.kind !== "number" || low === undefined || high === undefined) return undefined;
  // Not `>=`: the end of a column with NaN is NaN.
  if (!(Math.max(Math.abs(low), Math.abs(high)) < 1e150)) return undefined;
  const range = field.type === "INT64" ? Number(BigInt(String(max)) - BigInt(String(min))) : high - low;
  // DECIMAL(38, 9) does not hold differences beyond 1e29; over such a range FLOAT64 loses nothing that matters.
  const isWide = field.type === "NUMERIC" && range > 1e28;
  const literal = isWide ? float(low) : literalOf(min, field, dialect);
  if (literal === undefined) return undefined;
  // Differences of integers stay integers, and those of short decimals become integers.
  const unit = field.type === "INT64" ? 1 : unitOf(field);
  const factor = unit !== undefined && range * unit < 2 ** Number(bits) ? unit : 2 ** Number(bits) / range;
  return Number.isFinite(factor) ? { min: literal, factor, start: low, most: range * factor } : undefined;
};

export const taskOf = (
  result: ColumnResult,
  dialect: Dialect,
  options: StatisticOptions,
): Task | undefined => {
  const { column, raw } = result;
  const { field } = column;
  const [min, max] = [decodeValue(raw.min ?? raw.earliest, field), decodeValue(raw.max ?? raw.latest, field)];
  if ((column.kind !== "number" && column.kind !== "temporal") || min === undefined || max === undefined)
    return undefined;
  if (min === max) return undefined;
  const moments = momentsOf(result, min, max, dialect);
  const some = moments === undefined ? {} : { moments };
  if (options.skipBins === true) return moments === undefined ? undefined : some;
  const edges = edgesOf(min, max, field);
  const context = contextOf(result, options);
  const values = percentiles(raw, context);
  if (edges === undefined || values === undefined) return undefined;
  const deciles = decileEdges(withExactEnds(values, raw, context), field);
  const inner = edges.slice(1, -1).map((edge) => ({ value: String(edge), closed: false }));
  return { bins: { edges, deciles, cuts: [...inner, ...cutsOf(deciles)] }, ...some };
};

export const aggregatesOf =
  (tasks: ReadonlyMap<number, Task>) =>
  (
    column: ProfiledColumn,
    statement: StatementColumn,
    dialect: Dialect,
  ): Readonly<Record<string, Aggregate>> => {
    const task = tasks.get(column.index);
    if (task === undefined || !dialect.scansAreFree) return {};
    const { bins, moments } = task;
    const x = finite(statement, dialect);
    const counts: Readonly<Record<string, Aggregate>> = {
      values: count(dialect.count(x)),
      ...(bins === undefined ? {} : { below: count(dialect.countsBelow(x, bins.cuts, column.field)) }),
    };
    if (moments === undefined) return counts;
    const { sum, squares } = dialect.sumsOfDifferences(
      x,
      moments.min,
      moments.factor,
      column.field,
      moments.most,
    );
    return { ...counts, sum: { sql: sum, as: "float" }, squares: { sql: squares, as: "float" } };
  };

/** The mean and the sample deviation from exact integer sums. */
const momentsFrom = (raw: Raw, { factor, start }: NonNullable<Task["moments"]>): Raw => {
  const n = BigInt(decodeCount(raw.values) ?? 0);
  if (n === 0n || typeof raw.sum !== "string" || typeof raw.squares !== "string") return {};
  const [sum, squares] = [BigInt(raw.sum), BigInt(raw.squares)];
  // A whole factor divides without rounding.
  const [whole, rest] = Number.isSafeInteger(factor) ? [BigInt(factor), 1] : [1n, factor];
  const mean = start + quotient(sum, n * whole) / rest;
  const variance = (): number => quotient(n * squares - sum * sum, n * (n - 1n) * whole * whole);
  const stddev = n < 2n ? undefined : Math.sqrt(variance()) / rest;
  return { mean, ...(stddev === undefined ? {} : { stddev }) };
};

/** The quotient of integers of any size, not negative, with FLOAT64 precision. */
const quotient = (a: bigint, b: bigint): number => {
  const bitsOf = (x: bigint) => x.toString(2).length;
  const shift = Math.max(0, 64 + bitsOf(b) - bitsOf(a));
  return Number((a << BigInt(shift)) / b) / 2 ** shift;
};

/** Adds the counts and sums that were found. */
export const merged = (result: ColumnResult, found: Raw, { bins, moments }: Task): ColumnResult => {
  const own = moments === undefined ? {} : momentsFrom(found, moments);
  const all = decodeCount(found.values) ?? 0;
  const below = Array.isArray(found.below) ? found.below.map((n) => decodeCount(n) ?? 0) : [];
  if (bins === undefined) return { ...result, raw: { ...result.raw, ...own }, isRefined: true };
  if (below.length !== bins.cuts.length) return { ...result, raw: { ...result.raw, ...own } };
  const { edges, deciles } = bins;
  const inner = edges.length - 2;
  const ends = edges.slice(1).map((to, i) => ({ from: edges[i]!, to }));
  const raw = {
    bins: binsFrom(ends, below.slice(0, inner), all),
    deciles: binsFrom(deciles, below.slice(inner), all),
  };
  return { ...result, raw: { ...result.raw, ...own, ...raw }, isRefined: true };
};

/** Equal values are their own mean, which a sum of FLOAT64 may miss. */
const withConstantMoments = (result: ColumnResult, options: StatisticOptions): ColumnResult => {
  const { column, raw } = result;
  const [min, max] = [decodeValue(raw.min, column.field), decodeValue(raw.max, column.field)];
  const mean = toNumber(min);
  if (column.kind !== "number" || mean === undefined || min !== max) return result;
  const stddev = finiteRows(raw, contextOf(result, options)) > 1 ? { stddev: 0 } : {};
  return { ...result, raw: { ...raw, mean, ...stddev } };
};

/** Adds counted bins and exact moments to the results that have none. */
export const refine = <E>(
  first: ReadonlyArray<ColumnResult>,
  dialect: LocalDialect,
  options: StatisticOptions,
  scan: (
    columns: ReadonlyArray<ProfiledColumn>,
    aggregates: ReturnType<typeof aggregatesOf>,
  ) => Effect.Effect<ReadonlyArray<ColumnResult>, E>,
): Effect.Effect<ReadonlyArray<ColumnResult>, E> => {
  const results = first.map((result) => withConstantMoments(result, options));
  const tasks = new Map(
    results.flatMap((result) => {
      if (result.isRefined === true) return [];
      const task = taskOf(result, dialect, options);
      return task === undefined ? [] : [[result.column.index, task] as const];
    }),
  );
  const columns = results.flatMap(({ column }) => (tasks.has(column.index) ? [column] : []));
  if (columns.length === 0) return Effect.succeed(results);
  return Effect.map(scan(columns, aggregatesOf(tasks)), (found) => {
    const raws = new Map(found.map(({ column, raw }) => [column.index, raw]));
    return results.map((result) => {
      const task = tasks.get(result.column.index);
      const raw = raws.get(result.column.index);
      return task === undefined || raw === undefined ? result : merged(result, raw, task);
    });
  });
};
