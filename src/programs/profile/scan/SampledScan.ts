/**
 * Profiles a table with many rows whose scans are free. A random sample of the rows gives quantiles and a first
 * estimate of each column. One scan then computes the exact aggregates, and hashes of columns with many values.
 * Columns with up to 100,000 distinct values are counted value by value; strings with few distinct values get all
 * their statistics from these counts, which takes a tenth of the time.
 */
import { Effect } from "effect";
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import { decodeCount } from "../../../scan/DecodeValue.ts";
import { isScalar } from "../../../scan/Kind.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";
import { quantiles } from "../statistics/Quantiles.ts";
import { finite, type Raw } from "../statistics/Statistic.ts";
import {
  chunks,
  columnsPerStatement,
  fewRows,
  first,
  type LocalRequest,
  tallyOf,
  topOf,
} from "./LocalScanParts.ts";
import { groupedProfile, valuesOf } from "./Scan.ts";
import { type ColumnResult, parseRaw } from "./ScanResults.ts";

/** The standard error of a rank in the sample is at most 0.5 / sqrt(150,000) = 0.13%. */
const sampleRows = 150_000;
/** Distinct hashes for an estimate: its standard error is 1 / sqrt(30,000) = 0.6%, so 1.2% at 95%. */
const enoughHashes = 30_000;
/**
 * Distinct counts up to 100,000 are exact. Columns with estimates up to this limit are counted, in case the estimate
 * is too high.
 */
const countedDistinct = 130_000;
/** Up to this many distinct values in the sample, a column is counted value by value directly. */
const fewInSample = 15_000;
/** Minimum rows of the sample for a frequent value of a column with many distinct values. */
const frequentInSample = 10;
const talliesPerStatement = 20;
/** With fewer values in a sample of rows, quantiles get their own sample: the error of a rank would exceed 0.25%. */
const enoughValues = 40_000;

type Raws = ReadonlyMap<number, Raw>;

/** The largest power of two up to n, at least 1. */
const powerOfTwo = (n: number): number => 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, n))));

/** Requests one JSON text per column, with several columns in a statement. */
const ask = (
  request: LocalRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  text: (values: Sql, column: ProfiledColumn) => Sql,
): Effect.Effect<Raws, BigQueryError> => {
  const { dialect } = request;
  const values = (column: ProfiledColumn) =>
    valuesOf(
      request.target,
      column.source,
      sql`${dialect.groupable(column.expression, column.field)} AS v`,
      dialect,
    );
  return Effect.forEach(chunks(columns, talliesPerStatement), (chunk) =>
    request.engine
      .query(request.statement(sql`SELECT ${dialect.array(chunk.map((c) => text(values(c), c)))} AS texts`))
      .pipe(
        Effect.flatMap((result) => {
          const texts = result.rows[0]?.texts;
          return Effect.forEach(chunk, (column, i) =>
            Effect.map(
              parseRaw(Array.isArray(texts) ? texts[i] : undefined),
              (raw) => [column.index, raw] as const,
            ),
          );
        }),
      ),
  ).pipe(Effect.map((pairs) => new Map(pairs.flat())));
};

const hasQuantiles = (request: LocalRequest, column: ProfiledColumn): boolean =>
  quantiles.applies(column) && request.options.values !== "none";

/**
 * Quantiles from a sample of the non-NULL values, for columns with so many NULLs that a sample of rows has too few
 * values.
 */
const sparseQuantiles = (
  request: LocalRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  present: (column: ProfiledColumn) => number,
) => {
  const { dialect } = request;
  return ask(request, columns, (values, column) => {
    const { field } = column;
    const isValue = field.type === "FLOAT64" ? dialect.isFinite(sql`h.v`) : sql`h.v IS NOT NULL`;
    const share = Math.min(1, sampleRows / present(column));
    const percentiles = dialect.encode(sql`q.v`, "percentiles", field);
    return sql`(SELECT ${dialect.toJson(dialect.struct([["quantiles", percentiles]]))} FROM (SELECT ${dialect.percentiles(sql`h.v`)} AS v FROM ${dialect.sampled(sql`SELECT h.v FROM (${values}) AS h WHERE ${isValue}`, share, sql`h`)}) AS q)`;
  });
};

/** Quantiles, distinct values and frequent values from a random sample of the rows. */
const sample = (
  request: LocalRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  rows: number,
): Effect.Effect<Raws, BigQueryError> => {
  const { dialect } = request;
  const wanted = columns.filter(isScalar);
  return Effect.forEach(chunks(wanted, columnsPerStatement), (chunk) =>
    Effect.map(
      first(request, chunk, {
        draw: (relation, alias) => dialect.sampled(relation, sampleRows / rows, alias),
        tally: tallyOf(request, topOf(request.options) * 3),
        aggregates: (column, statement) => ({
          finite: { sql: dialect.count(finite(statement, dialect)), as: "count" },
          ...(hasQuantiles(request, column) ? quantiles.aggregates(statement, dialect, request.options) : {}),
        }),
      }),
      ({ raws, tallies }) => chunk.map((column, i) => [column.index, { ...raws[i], ...tallies[i] }] as const),
    ),
  ).pipe(Effect.map((all) => new Map(all.flat())));
};

const elsewhere = new Set(["top", "quantiles"] as const);
const allElsewhere = new Set(["distinct", "top", "quantiles"] as const);

/** The exact aggregates of a scan, and with a step also hashes. */
const aggregates = (
  request: LocalRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  hashStep: number | undefined,
) =>
  Effect.forEach(chunks(columns, columnsPerStatement), (chunk) =>
    Effect.map(
      first(
        request,
        chunk,
        hashStep === undefined
          ? { elsewhere: allElsewhere }
          : {
              elsewhere,
              countHashes: (x) => request.dialect.countDistinctHashes(x, hashStep),
            },
      ),
      ({ raws }) => chunk.map((column, i) => [column.index, raws[i]!] as const),
    ),
  ).pipe(Effect.map((all): Raws => new Map(all.flat())));

/**
 * Estimates distinct counts of columns with many values from hashes; scans again if the first scan had too few
 * hashes.
 */
const estimate = (
  request: LocalRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  counted: Raws,
  step: number,
) =>
  Effect.gen(function* () {
    const { dialect } = request;
    const hashes = (column: ProfiledColumn) => decodeCount(counted.get(column.index)?.hashes) ?? 0;
    const stepOf = (column: ProfiledColumn) => powerOfTwo((hashes(column) * step) / (enoughHashes * 1.5));
    const again = columns.filter(
      (column) =>
        hashes(column) < enoughHashes && hashes(column) * step > countedDistinct && stepOf(column) < step,
    );
    const finer = yield* ask(
      request,
      again,
      (values, column) =>
        sql`(SELECT ${dialect.toJson(dialect.struct([["hashes", dialect.countDistinctHashes(sql`v`, stepOf(column))]]))} FROM (${values}) AS h)`,
    );
    return (column: ProfiledColumn): number => {
      const second = decodeCount(finer.get(column.index)?.hashes);
      return second === undefined ? hashes(column) * step : second * stepOf(column);
    };
  });

const candidatesOf = (request: LocalRequest, column: ProfiledColumn, sampled: Raws): ReadonlyArray<Sql> => {
  const top = sampled.get(column.index)?.top;
  if (!Array.isArray(top)) return [];
  return top.flatMap((entry: { readonly value?: unknown; readonly count?: unknown }) => {
    if ((decodeCount(entry.count) ?? 0) < frequentInSample) return [];
    const literal = request.dialect.candidate(String(entry.value), column.field);
    return literal === undefined ? [] : [literal];
  });
};

/** Profiles the columns of one source, which has `rows` rows. */
export const run = (
  request: LocalRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  rows: number,
): Effect.Effect<ReadonlyArray<ColumnResult>, BigQueryError> =>
  Effect.gen(function* () {
    const { dialect } = request;
    const { options } = request;
    const sampled = yield* sample(request, columns, rows);
    const isFew = (column: ProfiledColumn) =>
      (decodeCount(sampled.get(column.index)?.distinct) ?? 0) <= fewInSample;
    const few = columns.filter((column) => isScalar(column) && isFew(column));
    const grouped = few.filter((column) => column.kind === "string");
    const many = columns.filter((column) => isScalar(column) && !isFew(column));
    const step = powerOfTwo(rows / fewRows);
    const plain = yield* aggregates(
      request,
      columns.filter((c) => !grouped.includes(c) && !many.includes(c)),
      undefined,
    );
    const hashed = yield* aggregates(request, many, step);
    const estimateOf = yield* estimate(request, many, hashed, step);
    const isCounted = (column: ProfiledColumn) => options.exact || estimateOf(column) <= countedDistinct;
    const present = ({ index }: ProfiledColumn) =>
      decodeCount((plain.get(index) ?? hashed.get(index))?.present) ?? 0;
    const isSparse = (column: ProfiledColumn) =>
      (decodeCount(sampled.get(column.index)?.finite) ?? 0) < enoughValues && present(column) > 0;
    const sparse = columns.filter((column) => hasQuantiles(request, column) && isSparse(column));
    const dense = yield* sparseQuantiles(request, sparse, present);
    const tallied = yield* ask(request, [...few, ...many.filter(isCounted)], (values, column) =>
      dialect.tally(
        values,
        column.field,
        topOf(options),
        grouped.includes(column) ? groupedProfile(column, options, dialect) : undefined,
      ),
    );
    const frequent = new Map(
      many
        .filter((column) => !isCounted(column))
        .map((column) => [column, candidatesOf(request, column, sampled)] as const)
        .filter(([, candidates]) => candidates.length > 0),
    );
    const tops = yield* ask(request, [...frequent.keys()], (values, column) =>
      dialect.countCandidates(values, column.field, topOf(options), frequent.get(column)!),
    );
    return yield* Effect.forEach(columns, (column) =>
      Effect.gen(function* () {
        const { quantiles } = dense.get(column.index) ?? sampled.get(column.index) ?? {};
        const { profile, ...tally } = tallied.get(column.index) ?? {};
        const own = profile === undefined ? {} : yield* parseRaw(profile);
        const counted = tallied.has(column.index)
          ? tally
          : { distinct: isScalar(column) ? estimateOf(column) : undefined };
        const raw = {
          ...plain.get(column.index),
          ...hashed.get(column.index),
          ...own,
          quantiles,
          ...counted,
          ...tops.get(column.index),
        };
        const exact = [
          ...(tallied.has(column.index) ? ["distinct", "top"] : []),
          ...(dense.has(column.index) && present(column) <= sampleRows ? ["quantiles"] : []),
        ];
        return { column, rows, raw, exact: new Set(exact) };
      }),
    );
  });
