/**
 * A second local scan of numbers, dates and times, whose minimum and maximum the first one found. It counts the bins of
 * the histogram. It also sums differences to the minimum as integers: unlike sums of FLOAT64, these lose no digits of large
 * values and do not depend on the number of threads.
 */
import { Effect } from "effect";
import type { Field } from "../../../domain/TableSchema.ts";
import { toNumber, type Value } from "../../../domain/Value.ts";
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import { decodeCount, decodeValue } from "../../../scan/DecodeValue.ts";
import type { Dialect, LocalDialect } from "../../../sql/Dialect.ts";
import { float, type Sql, sql } from "../../../sql/Sql.ts";
import { edgesOf } from "../statistics/Bins.ts";
import { binsOf } from "../statistics/Histogram.ts";
import { type Aggregate, countIf, finite, type Raw, type StatementColumn } from "../statistics/Statistic.ts";
import type { ColumnResult } from "./ScanResults.ts";

/** Differences are scaled to integers of this many bits, so that the sum of 2^30 squares fits into 128 bits. */
const bits = 48n;
/** Up to here DuckDB reads with one thread, and sums of FLOAT64 always have the same order. */
const oneThreadRows = 100_000;

/**
 * Up to here bins are counted, and moments summed exactly; beyond it the scan would take longer than all others (8 s for
 * 10 million rows of six numbers, after 5 s), so that bins are estimated from percentiles, and only integers that FLOAT64
 * does not hold are summed exactly.
 */
const countedRows = 2_000_000;

interface Task {
  /** Absent where bins are not counted. */
  readonly edges?: ReadonlyArray<Value>;
  readonly literals: ReadonlyArray<Sql>;
  /** Differences to `min` times `factor` are integers below 2^48; absent where the first scan's moments are kept. */
  readonly moments?: { readonly min: Sql; readonly factor: number; readonly start: number };
}

const literalOf = (value: Value, field: Field, dialect: Dialect): Sql | undefined =>
  field.type === "FLOAT64" || field.type === "BIGNUMERIC"
    ? float(Number(value))
    : dialect.literal(String(value), field);

const momentsOf = (
  { column, rows }: ColumnResult,
  min: Value,
  max: Value,
  dialect: Dialect,
): Task["moments"] => {
  const { field } = column;
  const [low, high] = [toNumber(min), toNumber(max)];
  if (column.kind !== "number" || low === undefined || high === undefined) return undefined;
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const isHeld = field.type === "FLOAT64" || largest < 2 ** 53;
  if (isHeld && (rows <= oneThreadRows || rows > countedRows)) return undefined;
  if (largest >= 1e150) return undefined;
  const range = field.type === "INT64" ? Number(BigInt(String(max)) - BigInt(String(min))) : high - low;
  // DECIMAL(38, 9) does not hold differences beyond 1e29; over such a range FLOAT64 loses nothing that matters.
  if (field.type === "NUMERIC" && range > 1e28) return undefined;
  const literal = literalOf(min, field, dialect);
  if (literal === undefined) return undefined;
  // Differences of integers stay integers.
  const factor =
    field.type === "INT64" && range < 2 ** Number(bits) ? 1 : 2 ** Number(bits) / (range === 0 ? 1 : range);
  return Number.isFinite(factor) ? { min: literal, factor, start: low } : undefined;
};

const taskOf = (result: ColumnResult, dialect: Dialect): Task | undefined => {
  const { column, raw } = result;
  const [min, max] = [
    decodeValue(raw.min ?? raw.earliest, column.field),
    decodeValue(raw.max ?? raw.latest, column.field),
  ];
  if ((column.kind !== "number" && column.kind !== "temporal") || min === undefined || max === undefined)
    return undefined;
  const edges = edgesOf(min, max, column.field);
  if (edges === undefined || min === max) return undefined;
  const literals = edges.slice(1, -1).flatMap((edge) => literalOf(edge, column.field, dialect) ?? []);
  if (literals.length !== edges.length - 2) return undefined;
  const moments = momentsOf(result, min, max, dialect);
  if (result.rows > countedRows) return moments === undefined ? undefined : { literals: [], moments };
  return { edges, literals, ...(moments === undefined ? {} : { moments }) };
};

const aggregatesOf =
  (tasks: ReadonlyMap<number, Task>, dialect: LocalDialect) =>
  (column: ProfiledColumn, statement: StatementColumn): Readonly<Record<string, Aggregate>> => {
    const { literals, moments } = tasks.get(column.index)!;
    const x = finite(statement, dialect);
    const below = literals.map(
      (literal, i) => [`below${i + 1}`, countIf(dialect, sql`${x} < ${literal}`)] as const,
    );
    const bins = { values: { sql: dialect.count(x), as: "count" } as const, ...Object.fromEntries(below) };
    if (moments === undefined) return bins;
    const { sum, squares } = dialect.sumsOfDifferences(x, moments.min, moments.factor, column.field);
    return { ...bins, sum: { sql: sum, as: "float" }, squares: { sql: squares, as: "float" } };
  };

/** Mean and sample deviation from exact integer sums. */
const momentsFrom = (raw: Raw, { factor, start }: NonNullable<Task["moments"]>): Raw => {
  const n = BigInt(decodeCount(raw.values) ?? 0);
  if (n === 0n || typeof raw.sum !== "string" || typeof raw.squares !== "string") return {};
  const [sum, squares] = [BigInt(raw.sum), BigInt(raw.squares)];
  const mean = start + quotient(sum, n) / factor;
  const stddev = n < 2n ? undefined : Math.sqrt(quotient(n * squares - sum * sum, n * (n - 1n))) / factor;
  return { mean, ...(stddev === undefined ? {} : { stddev }) };
};

/** The quotient of integers of any size with the precision of a FLOAT64. */
const quotient = (a: bigint, b: bigint): number => {
  const whole = a / b;
  return whole > 2n ** 60n ? Number(whole) : Number((a * 2n ** 64n) / b) / 2 ** 64;
};

const merged = (result: ColumnResult, found: Raw, { edges, moments }: Task): ColumnResult => {
  const own = moments === undefined ? {} : momentsFrom(found, moments);
  if (edges === undefined) return { ...result, raw: { ...result.raw, ...own } };
  const cumulative = [
    ...edges.slice(1, -1).map((_, i) => decodeCount(found[`below${i + 1}`]) ?? 0),
    decodeCount(found.values) ?? 0,
  ];
  const counts = cumulative.map((count, i) => count - (cumulative[i - 1] ?? 0));
  return { ...result, raw: { ...result.raw, ...own, bins: binsOf(edges, counts) } };
};

/** Adds counted bins and exact moments to the results of the first scan. */
export const refine = <E>(
  results: ReadonlyArray<ColumnResult>,
  dialect: LocalDialect,
  scan: (
    columns: ReadonlyArray<ProfiledColumn>,
    aggregates: ReturnType<typeof aggregatesOf>,
  ) => Effect.Effect<ReadonlyArray<ColumnResult>, E>,
): Effect.Effect<ReadonlyArray<ColumnResult>, E> => {
  const tasks = new Map(
    results.flatMap((result) => {
      const task = taskOf(result, dialect);
      return task === undefined ? [] : [[result.column.index, task] as const];
    }),
  );
  const columns = results.flatMap(({ column }) => (tasks.has(column.index) ? [column] : []));
  if (columns.length === 0) return Effect.succeed(results);
  return Effect.map(scan(columns, aggregatesOf(tasks, dialect)), (found) => {
    const raws = new Map(found.map(({ column, raw }) => [column.index, raw]));
    return results.map((result) => {
      const task = tasks.get(result.column.index);
      const raw = raws.get(result.column.index);
      return task === undefined || raw === undefined ? result : merged(result, raw, task);
    });
  });
};
