/**
 * The profile where scans cost time alone. Few rows, or a sample of them: one statement that counts every value. Many: a
 * first scan for what is exact, with quantiles and distinct counts from random shares of the rows, and a second one that
 * makes each column's distinct count and top values exact, or as near as promised.
 */
import { Effect } from "effect";
import type { BigQueryError, BigQueryService, Statement } from "../../services/BigQuery.ts";
import { type Sql, sql } from "../../sql/Sql.ts";
import { type Answer, parseRaw, readScan } from "./answers.ts";
import type { ProfiledColumn, Source } from "./columns.ts";
import { type ScanRequest, scan, sourcesOf, type Target, valuesOf } from "./scan.ts";
import { decodeCount, isScalar, type Raw, type StatisticOptions } from "./statistics/Statistic.ts";

/** Up to here every value is counted in the first scan. */
const fewRows = 200_000;
/** Rows for quantiles: the standard error of a rank is then 0.5 / sqrt(250,000) = 0.1%. */
const quantileRows = 250_000;
/** Distinct hashes for an estimate: its standard error is 1 / sqrt(30,000) = 0.6%, so 1.2% at 95%. */
const enoughHashes = 30_000;
/** Distinct counts up to 100,000 are exact; estimates up to here are counted, in case they were too high. */
const countedDistinct = 130_000;
const columnsPerStatement = 100;
const talliesPerStatement = 20;

export interface FreeRequest {
  readonly engine: BigQueryService;
  readonly target: Target;
  readonly columns: ReadonlyArray<ProfiledColumn>;
  readonly options: StatisticOptions;
  /** The target is a random sample, which another statement would draw anew. */
  readonly sampled: boolean;
  /** The table's rows, if they are known and all of them are read. */
  readonly knownRows: number | null;
  readonly statement: (sql: Sql) => Statement;
}

/** The greatest power of two that is at most n, and at least 1. */
const powerOfTwo = (n: number): number => 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, n))));

const countRows = (request: FreeRequest, source: Source): Effect.Effect<number, BigQueryError> =>
  source.index === 0 && request.knownRows !== null
    ? Effect.succeed(request.knownRows)
    : request.engine
        .query(
          request.statement(
            sql`SELECT COUNT(*) AS n FROM (${valuesOf(request.target, source, sql`1 AS one`, request.engine.dialect)}) AS v`,
          ),
        )
        .pipe(Effect.map((result) => decodeCount(result.rows[0]?.n) ?? 0));

const chunks = <A>(all: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

const first = (
  request: Omit<FreeRequest, "sampled" | "knownRows">,
  columns: ReadonlyArray<ProfiledColumn>,
  more: Partial<ScanRequest>,
) =>
  request.engine
    .query(
      request.statement(
        scan({ target: request.target, columns, options: request.options, ...more }, request.engine.dialect),
      ),
    )
    .pipe(Effect.flatMap((result) => readScan(result, columns)));

const whole = (request: FreeRequest, columns: ReadonlyArray<ProfiledColumn>) =>
  Effect.map(first(request, columns, { tally: true }), ({ counts, raws, tallies }) =>
    columns.map(
      (column, i): Answer => ({
        column,
        rows: counts[0]!,
        raw: { ...raws[i]!, ...tallies[i] },
        exact: new Set(["distinct", "top", "quantiles"]),
      }),
    ),
  );

/** Asks one JSON text of each column, several columns a statement. */
const ask = (
  request: FreeRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  size: number,
  text: (values: Sql, column: ProfiledColumn) => Sql,
): Effect.Effect<ReadonlyMap<number, Raw>, BigQueryError> => {
  const { dialect } = request.engine;
  const values = (column: ProfiledColumn) =>
    valuesOf(
      request.target,
      column.source,
      sql`${dialect.groupable(column.expression, column.field)} AS v`,
      dialect,
    );
  return Effect.forEach(chunks(columns, size), (chunk) =>
    request.engine
      .query(
        request.statement(
          sql`SELECT ${dialect.array(chunk.map((column) => text(values(column), column)))} AS texts`,
        ),
      )
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

const topOf = (options: StatisticOptions): number => (options.values === "all" ? options.top : 0);

const many = (request: FreeRequest, columns: ReadonlyArray<ProfiledColumn>, rows: number) =>
  Effect.gen(function* () {
    const { dialect } = request.engine;
    const step = powerOfTwo(rows / fewRows);
    const answers = yield* Effect.forEach(chunks(columns, columnsPerStatement), (chunk) =>
      Effect.map(
        first(request, chunk, { quantileShare: quantileRows / rows, hashStep: step }),
        ({ counts, raws }) => chunk.map((column, i) => ({ column, rows: counts[0]!, raw: raws[i]! })),
      ),
    ).pipe(Effect.map((all) => all.flat()));
    const scalars = answers.filter(({ column }) => isScalar(column));
    const estimates = new Map(
      scalars.map(({ column, raw }) => [column.index, (decodeCount(raw.hashes) ?? 0) * step]),
    );
    const estimateOf = (column: ProfiledColumn) => estimates.get(column.index) ?? 0;
    const isCounted = (column: ProfiledColumn) =>
      request.options.exact || estimateOf(column) <= countedDistinct;
    const wide = scalars.map(({ column }) => column).filter((column) => !isCounted(column));
    const stepOf = (column: ProfiledColumn) =>
      Math.min(step, powerOfTwo(estimateOf(column) / (enoughHashes * 1.5)));
    const estimated = yield* ask(request, wide, 1, (values, column) =>
      dialect.estimate(values, column.field, topOf(request.options), stepOf(column), quantileRows / rows),
    );
    for (const column of wide) {
      estimates.set(column.index, (decodeCount(estimated.get(column.index)?.hashes) ?? 0) * stepOf(column));
    }
    const narrow = scalars.map(({ column }) => column).filter(isCounted);
    const tallied = yield* ask(request, narrow, talliesPerStatement, (values, column) =>
      dialect.tally(values, column.field, topOf(request.options)),
    );
    return answers.map(({ column, rows: counted, raw }): Answer => {
      const tally = tallied.get(column.index);
      if (tally !== undefined)
        return { column, rows: counted, raw: { ...raw, ...tally }, exact: new Set(["distinct", "top"]) };
      const estimate = estimated.get(column.index);
      if (estimate === undefined) return { column, rows: counted, raw, exact: new Set() };
      return {
        column,
        rows: counted,
        raw: { ...raw, ...estimate, distinct: estimateOf(column) },
        exact: new Set(),
      };
    });
  });

/** Runs the scans. */
export const run = (
  request: FreeRequest,
): Effect.Effect<{ readonly answers: ReadonlyArray<Answer>; readonly rows: number }, BigQueryError> =>
  Effect.gen(function* () {
    const sources = sourcesOf(request.columns);
    const rowSource = rowsOf(sources[0]!);
    const total = request.sampled ? undefined : yield* countRows(request, rowSource);
    const answers = yield* Effect.forEach(sources, (source) =>
      Effect.gen(function* () {
        const columns = request.columns.filter((column) => column.source.index === source.index);
        const rows = request.sampled || source.index === 0 ? (total ?? 0) : yield* countRows(request, source);
        if (!request.sampled && rows > fewRows) return yield* many(request, columns, rows);
        return (yield* Effect.forEach(chunks(columns, columnsPerStatement), (chunk) =>
          whole(request, chunk),
        )).flat();
      }),
    );
    const all = answers.flat().sort((a, b) => a.column.index - b.column.index);
    const rows = total ?? all.find((answer) => answer.column.source.index === 0)?.rows ?? 0;
    return { answers: all, rows };
  });

/** Other aggregates of the same rows: a statement a source and chunk of columns. */
export const runAggregates = (
  request: Omit<FreeRequest, "sampled" | "knownRows"> & {
    readonly aggregates: NonNullable<ScanRequest["aggregates"]>;
  },
): Effect.Effect<ReadonlyArray<Answer>, BigQueryError> =>
  Effect.forEach(
    sourcesOf(request.columns).flatMap(({ index }) =>
      chunks(
        request.columns.filter((column) => column.source.index === index),
        columnsPerStatement,
      ),
    ),
    (columns) =>
      Effect.map(first(request, columns, { aggregates: request.aggregates }), ({ counts, raws }) =>
        columns.map((column, i): Answer => ({ column, rows: counts[0]!, raw: raws[i]!, exact: new Set() })),
      ),
  ).pipe(Effect.map((all) => all.flat()));

const rowsOf = (source: Source): Source =>
  source.array === undefined ? source : rowsOf(source.array.parent);

/** The first scan's statements as a dry run shows them: what follows depends on its answers. */
export const statements = (request: FreeRequest): ReadonlyArray<Statement> =>
  sourcesOf(request.columns).flatMap((source) =>
    chunks(
      request.columns.filter((column) => column.source.index === source.index),
      columnsPerStatement,
    ).map((columns) =>
      request.statement(
        scan(
          { target: request.target, columns, options: request.options, tally: true },
          request.engine.dialect,
        ),
      ),
    ),
  );
