/**
 * Profiles a table with many rows whose scans are free. A random sample of the rows gives quantiles
 * and a guess of the distinct values of each column. Columns with up to about 100,000 distinct
 * values are counted value by value, and get all their statistics from these counts, which takes a
 * tenth of the time. One scan then computes the exact aggregates of the others, hashes for their
 * distinct counts, and the bins of their histograms.
 */
import { Effect } from "effect";
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import { decodeCount } from "../../../scan/DecodeValue.ts";
import { isScalar } from "../../../scan/Kind.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";
import { quantiles } from "../statistics/Quantiles.ts";
import { finite, type StatementColumn } from "../statistics/Statistic.ts";
import { ask, type Raws } from "./ColumnTexts.ts";
import { countedDistinct, estimate, guess, stepFor } from "./DistinctEstimate.ts";
import { chunks, columnsPerStatement, first, type LocalRequest, tallyOf, topOf } from "./LocalScanParts.ts";
import { groupedProfile, type ScanRequest } from "./Scan.ts";
import { type ColumnResult, parseRaw } from "./ScanResults.ts";
import { aggregatesOf, merged, taskOf } from "./SecondScan.ts";

/** The standard error of a rank in the sample is at most 0.5 / sqrt(150,000) = 0.13%. */
const sampleRows = 150_000;
/** Minimum rows of the sample for a frequent value of a column with many distinct values. */
const frequentInSample = 10;
/**
 * With fewer values in a sample of rows, quantiles get their own
 * sample: the error of a rank would exceed 0.25%.
 */
const enoughValues = 40_000;

const hasQuantiles = (request: LocalRequest, column: ProfiledColumn): boolean =>
  quantiles.applies(column) && request.options.values !== "none";

/** Quantiles, distinct values and frequent values from a random sample of the rows. */
const sample = (
  request: LocalRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  rows: number,
): Effect.Effect<Raws, BigQueryError> => {
  const { dialect, target } = request;
  const share = sampleRows / rows;
  const isTable = columns[0]?.source.index === 0;
  const sampled = isTable ? target.sampled?.(share) : undefined;
  return Effect.forEach(chunks(columns.filter(isScalar), columnsPerStatement), (chunk) =>
    Effect.map(
      first({ ...request, target: sampled ?? target }, chunk, {
        ...(sampled === undefined
          ? { draw: (relation: Sql, alias: Sql) => dialect.sampled(relation, share, alias) }
          : {}),
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

/** The names of the least and the greatest value in results. */
const endsNames = ({ kind }: ProfiledColumn) =>
  kind === "temporal" ? (["earliest", "latest"] as const) : (["min", "max"] as const);

/**
 * The minimum, the maximum and the number of values. Without a condition, each is a separate part of the
 * statement, because Parquet files have most of them in their metadata.
 */
const readEnds = (
  request: LocalRequest,
  columns: ReadonlyArray<ProfiledColumn>,
): Effect.Effect<Raws, BigQueryError> => {
  const { dialect, target } = request;
  if (target.where !== undefined) {
    return Effect.forEach(chunks(columns, columnsPerStatement), (chunk) =>
      Effect.map(
        first(request, chunk, {
          aggregates: (column, { x }) => {
            const [low, high] = endsNames(column);
            return {
              present: { sql: dialect.count(x), as: "count" },
              [low]: { sql: sql`MIN(${x})`, as: "value" },
              [high]: { sql: sql`MAX(${x})`, as: "value" },
            };
          },
        }),
        ({ raws }) => chunk.map((column, i) => [column.index, raws[i]!] as const),
      ),
    ).pipe(Effect.map((all) => new Map(all.flat())));
  }
  const text = (values: Sql, column: ProfiledColumn) => {
    const [low, high] = endsNames(column);
    const entries = dialect.struct([
      ["present", sql`(SELECT ${dialect.count(sql`h.v`)} FROM (${values}) AS h)`],
      [low, dialect.encode(sql`e.low`, "value", column.field)],
      [high, dialect.encode(sql`e.high`, "value", column.field)],
    ]);
    return sql`(SELECT ${dialect.toJson(entries)} FROM (SELECT MIN(h.v) AS low, MAX(h.v) AS high FROM (${values}) AS h) AS e)`;
  };
  return ask(request, columns, text, "plain");
};

/**
 * Quantiles from a sample of the non-NULL values, for columns with so many
 * NULLs that a sample of rows has too few values.
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

const aggregates = (
  request: LocalRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  more: Pick<ScanRequest, "counted" | "more">,
) =>
  Effect.forEach(chunks(columns, columnsPerStatement), (chunk) =>
    Effect.map(first(request, chunk, more), ({ raws }) =>
      chunk.map((column, i) => [column.index, raws[i]!] as const),
    ),
  ).pipe(Effect.map((all): Raws => new Map(all.flat())));

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
    const { dialect, options } = request;
    const sampled = yield* sample(request, columns, rows);
    const measured = columns.filter((column) => hasQuantiles(request, column));
    const ends = yield* readEnds(request, measured);
    const present = ({ index }: ProfiledColumn) => decodeCount(ends.get(index)?.present) ?? 0;
    const isSparse = (column: ProfiledColumn) =>
      (decodeCount(sampled.get(column.index)?.finite) ?? 0) < enoughValues && present(column) > 0;
    const dense = yield* sparseQuantiles(request, measured.filter(isSparse), present);
    const quantilesOf = ({ index }: ProfiledColumn) => (dense.get(index) ?? sampled.get(index))?.quantiles;
    const tasks = new Map(
      measured.flatMap((column) => {
        const raw = { ...ends.get(column.index), quantiles: quantilesOf(column) };
        const task = taskOf({ column, rows, raw, exact: new Set() }, dialect, options);
        return task === undefined ? [] : [[column.index, task] as const];
      }),
    );

    const distinct = ({ index }: ProfiledColumn) => guess(sampled.get(index), rows);
    const isFew = (column: ProfiledColumn) => isScalar(column) && distinct(column) <= countedDistinct;
    // The weighted sum of FLOAT64 would depend on the order of the values.
    const needsFloats = ({ index, kind }: ProfiledColumn) =>
      kind === "number" && options.values !== "none" && tasks.get(index)?.moments === undefined;
    const grouped = columns.filter((column) => isFew(column) && !needsFloats(column));
    const few = columns.filter((column) => isScalar(column) && (options.exact || isFew(column)));
    const many = columns.filter((column) => isScalar(column) && !few.includes(column));
    const step = (column: ProfiledColumn) => stepFor(distinct(column));
    const counted = (column: ProfiledColumn): Pick<StatementColumn, "countHashes" | "elsewhere"> => ({
      elsewhere: new Set([
        "top",
        "quantiles",
        ...(few.includes(column) ? ["distinct" as const] : []),
        ...(grouped.includes(column) || tasks.get(column.index)?.moments !== undefined
          ? ["moments" as const]
          : []),
      ]),
      countHashes: (x) => dialect.countDistinctHashes(x, step(column)),
    });
    const more = { counted, more: aggregatesOf(tasks) };
    const scanned = yield* aggregates(
      request,
      columns.filter((column) => !grouped.includes(column)),
      more,
    );
    const estimateOf = yield* estimate(request, many, scanned, step);
    const isCounted = (column: ProfiledColumn) => estimateOf(column) <= countedDistinct;
    const tallied = yield* ask(request, [...few, ...many.filter(isCounted)], (values, column) =>
      dialect.tally(
        values,
        column.field,
        topOf(options),
        grouped.includes(column) ? groupedProfile(column, { options, ...more }, dialect) : undefined,
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
        const { index } = column;
        const { profile, ...tally } = tallied.get(index) ?? {};
        const own = profile === undefined ? scanned.get(index) : yield* parseRaw(profile);
        const raw = {
          ...own,
          quantiles: quantilesOf(column),
          ...(tallied.has(index) ? tally : { distinct: isScalar(column) ? estimateOf(column) : undefined }),
          ...tops.get(index),
        };
        const exact = [
          ...(tallied.has(index) ? ["distinct", "top"] : []),
          ...(dense.has(index) && present(column) <= sampleRows ? ["quantiles"] : []),
        ];
        const result = { column, rows, raw, exact: new Set(exact) };
        const task = tasks.get(index);
        // Metadata of a file may be wrong: then a second scan uses the ends that were read.
        const isRight = endsNames(column).every((name) => ends.get(index)?.[name] === own?.[name]);
        return task === undefined || !isRight ? result : merged(result, raw, task);
      }),
    );
  });
