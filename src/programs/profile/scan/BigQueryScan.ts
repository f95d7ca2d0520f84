/**
 * Profiles a table whose scans are billed by the byte: each column is in exactly one statement, in as few statements
 * as possible.
 */
import { Effect } from "effect";
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import type { Target } from "../../../scan/Target.ts";
import type { BigQueryService, Statement } from "../../../services/BigQuery.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import type { Dialect } from "../../../sql/Dialect.ts";
import type { Sql } from "../../../sql/Sql.ts";
import type { Raw, StatisticOptions } from "../statistics/Statistic.ts";
import { type SampleRequest, type ScanRequest, scan, sourcesOf } from "./Scan.ts";
import { type ColumnResult, readScan } from "./ScanResults.ts";

/** The maximum columns of a statement, and characters of its text: BigQuery accepts 1 MB. */
export const limits = { columns: 400, characters: 900_000 };

export interface BigQueryRequest {
  readonly engine: BigQueryService;
  readonly dialect: Dialect;
  readonly target: Target;
  readonly columns: ReadonlyArray<ProfiledColumn>;
  readonly options: StatisticOptions;
  readonly sample?: SampleRequest;
  /** See ScanRequest. */
  readonly aggregates?: NonNullable<ScanRequest["aggregates"]>;
  /** See ScanRequest. */
  readonly more?: NonNullable<ScanRequest["more"]>;
  readonly statement: (sql: Sql) => Statement;
}

/** Columns that one statement profiles. */
interface Part {
  readonly columns: ReadonlyArray<ProfiledColumn>;
  readonly hasSample: boolean;
  readonly sql: Sql;
}

const sqlOf = (
  { target, options, aggregates, more, sample, dialect }: BigQueryRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  hasSample: boolean,
): Sql =>
  scan(
    {
      target,
      columns,
      options,
      ...(aggregates === undefined ? {} : { aggregates }),
      ...(more === undefined ? {} : { more }),
      ...(hasSample && sample !== undefined ? { sample } : {}),
    },
    dialect,
  );

/** Splits the columns into statements that fit; the first includes the sample. */
const partition = (
  request: BigQueryRequest,
  columns: ReadonlyArray<ProfiledColumn>,
  hasSample: boolean,
): ReadonlyArray<Part> => {
  if (columns.length <= limits.columns) {
    const sql = sqlOf(request, columns, hasSample);
    if (columns.length <= 1 || sql.text.length <= limits.characters) return [{ columns, hasSample, sql }];
  }
  return halve(request, { columns, hasSample });
};

const halve = (
  request: BigQueryRequest,
  { columns, hasSample }: Pick<Part, "columns" | "hasSample">,
): ReadonlyArray<Part> => {
  const middle = Math.ceil(columns.length / 2);
  return [
    ...partition(request, columns.slice(0, middle), hasSample),
    ...partition(request, columns.slice(middle), false),
  ];
};

const parts = (request: BigQueryRequest) => partition(request, request.columns, true);

/** The statements of the scan, for a dry run. */
export const statements = (request: BigQueryRequest): ReadonlyArray<Statement> =>
  parts(request).map(({ sql }) => request.statement(sql));

const runPart = (
  request: BigQueryRequest,
  part: Part,
): Effect.Effect<
  {
    readonly results: ReadonlyArray<ColumnResult>;
    readonly rows: number;
    readonly sample: ReadonlyArray<Raw>;
  },
  BigQueryError
> =>
  request.engine.query(request.statement(part.sql)).pipe(
    Effect.flatMap((result) => readScan(result, part.columns)),
    Effect.map(({ counts, raws, sample }) => {
      const elements = sourcesOf(part.columns).filter((source) => source.index !== 0);
      const rowsOf = new Map([
        [0, counts[0]!],
        ...elements.map((s, i) => [s.index, counts[i + 1] ?? 0] as const),
      ]);
      const exact = new Set(request.options.exact ? ["distinct"] : []);
      const results = part.columns.map((column, i) => ({
        column,
        rows: rowsOf.get(column.source.index) ?? 0,
        raw: raws[i]!,
        exact,
      }));
      return { results, rows: counts[0]!, sample };
    }),
    Effect.catchIf(
      (error) => error.reason === "tooComplex" && part.columns.length > 1,
      () => runParts(request, halve(request, part)),
    ),
  );

const runParts = (request: BigQueryRequest, all: ReadonlyArray<Part>): ReturnType<typeof runPart> =>
  Effect.forEach(all, (part) => runPart(request, part)).pipe(
    Effect.map((results) => ({
      results: results.flatMap((result) => result.results),
      rows: results[0]?.rows ?? 0,
      sample: results.flatMap((result) => result.sample),
    })),
  );

/** Runs the scan. If a statement is too complex for the engine, it is split in half, down to a single column. */
export const run = (request: BigQueryRequest): ReturnType<typeof runPart> =>
  runParts(request, parts(request));
