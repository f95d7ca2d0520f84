/**
 * Profiles a table whose scans are free. Few rows: one statement that counts every value. Many rows: see
 * SampledScan.ts.
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
    const total = yield* countRows(request, rowSource);
    const scanned = yield* Effect.forEach(sources, (source) =>
      Effect.gen(function* () {
        const columns = request.columns.filter((column) => column.source.index === source.index);
        const rows = source.index === 0 ? total : yield* countRows(request, source);
        if (rows > fewRows) return yield* SampledScan.run(request, columns, rows);
        return (yield* Effect.forEach(chunks(columns, columnsPerStatement), (chunk) =>
          whole(request, chunk),
        )).flat();
      }),
    );
    const all = scanned.flat().sort((a, b) => a.column.index - b.column.index);
    if (request.options.values === "none") return { results: all, rows: total };
    const results = yield* refine(all, request.dialect, request.options, (columns, aggregates) =>
      runAggregates({ ...request, columns, aggregates }),
    );
    return { results, rows: total };
  });

/** Other aggregates of the same rows: one statement per source and chunk of columns. */
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

/** The statements of the first scan for a dry run; later ones depend on its results. */
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
