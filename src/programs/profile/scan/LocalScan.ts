/**
 * The profile where scans cost time alone. Few rows, or a sample of them: one statement that counts every value. Many
 * rows: see SampledScan.ts.
 */
import { Effect } from "effect";
import type { ProfiledColumn, Source } from "../../../scan/Columns.ts";
import { decodeCount } from "../../../scan/DecodeValue.ts";
import type { Statement } from "../../../services/BigQuery.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import { sql } from "../../../sql/Sql.ts";
import {
  chunks,
  columnsPerStatement,
  fewRows,
  first,
  type LocalRequest,
  type ScanTask,
  tallyOf,
  topOf,
} from "./LocalScanParts.ts";
import * as SampledScan from "./SampledScan.ts";
import { type ScanRequest, scan, sourcesOf, valuesOf } from "./Scan.ts";
import type { ColumnResult } from "./ScanResults.ts";
import { refine } from "./SecondScan.ts";

export type { LocalRequest } from "./LocalScanParts.ts";

const countRows = (request: LocalRequest, source: Source): Effect.Effect<number, BigQueryError> =>
  source.index === 0 && request.knownRows !== null
    ? Effect.succeed(request.knownRows)
    : request.engine
        .query(
          request.statement(
            sql`SELECT COUNT(*) AS n FROM (${valuesOf(request.target, source, sql`1 AS one`, request.dialect)}) AS v`,
          ),
        )
        .pipe(Effect.map((result) => decodeCount(result.rows[0]?.n) ?? 0));

const whole = (request: LocalRequest, columns: ReadonlyArray<ProfiledColumn>) =>
  Effect.map(
    first(request, columns, { tally: tallyOf(request, topOf(request.options)) }),
    ({ counts, raws, tallies }) =>
      columns.map(
        (column, i): ColumnResult => ({
          column,
          rows: counts[0]!,
          raw: { ...raws[i]!, ...tallies[i] },
          exact: new Set(["distinct", "top", "quantiles"]),
        }),
      ),
  );

/** Runs the scans. */
export const run = (
  request: LocalRequest,
): Effect.Effect<{ readonly results: ReadonlyArray<ColumnResult>; readonly rows: number }, BigQueryError> =>
  Effect.gen(function* () {
    const sources = sourcesOf(request.columns);
    const rowSource = rowsOf(sources[0]!);
    const total = request.sampled ? undefined : yield* countRows(request, rowSource);
    const results = yield* Effect.forEach(sources, (source) =>
      Effect.gen(function* () {
        const columns = request.columns.filter((column) => column.source.index === source.index);
        const rows = request.sampled || source.index === 0 ? (total ?? 0) : yield* countRows(request, source);
        if (!request.sampled && rows > fewRows) return yield* SampledScan.run(request, columns, rows);
        return (yield* Effect.forEach(chunks(columns, columnsPerStatement), (chunk) =>
          whole(request, chunk),
        )).flat();
      }),
    );
    const all = results.flat().sort((a, b) => a.column.index - b.column.index);
    const rows = total ?? all.find((result) => result.column.source.index === 0)?.rows ?? 0;
    const canRefine = !request.sampled && request.options.values !== "none";
    const refined = canRefine
      ? refine(all, request.dialect, (columns, aggregates) =>
          runAggregates({ ...request, columns, aggregates }),
        )
      : Effect.succeed(all);
    return { results: yield* refined, rows };
  });

/** Other aggregates of the same rows: a statement a source and chunk of columns. */
export const runAggregates = (
  request: ScanTask & { readonly aggregates: NonNullable<ScanRequest["aggregates"]> },
): Effect.Effect<ReadonlyArray<ColumnResult>, BigQueryError> =>
  Effect.forEach(
    sourcesOf(request.columns).flatMap(({ index }) =>
      chunks(
        request.columns.filter((column) => column.source.index === index),
        columnsPerStatement,
      ),
    ),
    (columns) =>
      Effect.map(first(request, columns, { aggregates: request.aggregates }), ({ counts, raws }) =>
        columns.map(
          (column, i): ColumnResult => ({ column, rows: counts[0]!, raw: raws[i]!, exact: new Set() }),
        ),
      ),
  ).pipe(Effect.map((all) => all.flat()));

const rowsOf = (source: Source): Source =>
  source.array === undefined ? source : rowsOf(source.array.parent);

/** The first scan's statements as a dry run shows them: what follows depends on its results. */
export const statements = (request: LocalRequest): ReadonlyArray<Statement> =>
  sourcesOf(request.columns).flatMap((source) =>
    chunks(
      request.columns.filter((column) => column.source.index === source.index),
      columnsPerStatement,
    ).map((columns) =>
      request.statement(
        scan(
          {
            target: request.target,
            columns,
            options: request.options,
            tally: tallyOf(request, topOf(request.options)),
          },
          request.dialect,
        ),
      ),
    ),
  );
