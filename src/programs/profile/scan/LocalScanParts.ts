/** The common parts of the local scans: statement sizes and requests. */
import { Effect } from "effect";
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import type { Target } from "../../../scan/Target.ts";
import type { BigQueryService, Statement } from "../../../services/BigQuery.ts";
import type { Dialect, LocalDialect } from "../../../sql/Dialect.ts";
import type { Sql } from "../../../sql/Sql.ts";
import type { StatisticOptions } from "../statistics/Statistic.ts";
import { type ScanRequest, scan } from "./Scan.ts";
import { readScan } from "./ScanResults.ts";

/** Up to this many rows, the first scan counts every value. */
export const fewRows = 200_000;
export const columnsPerStatement = 25;

export interface ScanTask {
  readonly engine: BigQueryService;
  readonly dialect: Dialect;
  readonly target: Target;
  readonly columns: ReadonlyArray<ProfiledColumn>;
  readonly options: StatisticOptions;
  readonly statement: (sql: Sql) => Statement;
}

export interface LocalRequest extends ScanTask {
  readonly dialect: LocalDialect;
  /** The number of rows to read, if the metadata has it. */
  readonly knownRows: number | null;
}

export const chunks = <A>(all: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

/** A scan of some columns of one source. */
export const first = (
  request: ScanTask,
  columns: ReadonlyArray<ProfiledColumn>,
  more: Partial<ScanRequest>,
) =>
  request.engine
    .query(
      request.statement(
        scan({ target: request.target, columns, options: request.options, ...more }, request.dialect),
      ),
    )
    .pipe(Effect.flatMap((result) => readScan(result, columns)));

/** The number of top values in the report. */
export const topOf = (options: StatisticOptions): number => (options.values === "all" ? options.top : 0);

/** Counts every value in the same statement, and lists the `top` most frequent. */
export const tallyOf =
  ({ dialect }: Pick<LocalRequest, "dialect">, top: number): NonNullable<ScanRequest["tally"]> =>
  (values, field) =>
    dialect.tally(values, field, top);
