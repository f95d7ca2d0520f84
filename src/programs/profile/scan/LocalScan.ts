/**
 * The profile where scans cost time alone. Few rows, or a sample of them: one statement that counts every value. Many
 * rows: see manyRows.ts.
 */
import { Effect } from "effect";
import type { ProfiledColumn, Source } from "../../../scan/Columns.ts";
import type { Statement } from "../../../services/BigQuery.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import { sql } from "../../../sql/Sql.ts";
import { decodeCount } from "../statistics/Statistic.ts";
import { chunks, columnsPerStatement, type FreeRequest, fewRows, first, topOf } from "./LocalScanParts.ts";
import * as ManyRows from "./SampledScan.ts";
import { type ScanRequest, scan, sourcesOf, valuesOf } from "./Scan.ts";
import type { Answer } from "./ScanResults.ts";

export type { FreeRequest } from "./LocalScanParts.ts";

const countRows = (request: FreeRequest, source: Source): Effect.Effect<number, BigQueryError> =>
  source.index === 0 && request.knownRows !== null
    ? Effect.succeed(request.knownRows)
    : request.engine
        .query(
          request.statement(
            sql`SELECT COUNT(*) AS n FROM (${valuesOf(request.target, source, sql`1 AS one`, request.dialect)}) AS v`,
          ),
        )
        .pipe(Effect.map((result) => decodeCount(result.rows[0]?.n) ?? 0));

const whole = (request: FreeRequest, columns: ReadonlyArray<ProfiledColumn>) =>
  Effect.map(first(request, columns, { tally: topOf(request.options) }), ({ counts, raws, tallies }) =>
    columns.map(
      (column, i): Answer => ({
        column,
        rows: counts[0]!,
        raw: { ...raws[i]!, ...tallies[i] },
        exact: new Set(["distinct", "top", "quantiles"]),
      }),
    ),
  );

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
        if (!request.sampled && rows > fewRows) return yield* ManyRows.run(request, columns, rows);
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
          { target: request.target, columns, options: request.options, tally: topOf(request.options) },
          request.dialect,
        ),
      ),
    ),
  );
