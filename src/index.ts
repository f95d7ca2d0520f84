/**
 * The library for Effect programs, which the command-line programs consist of. Effects require `BigQuery`:
 * `Router.layer()` provides BigQuery and local files, `BigQueryTest` provides given data.
 */
export * as Batch from "./batch/Batch.ts";
export * as Journal from "./batch/journal/Journal.ts";
export * as Merge from "./batch/journal/Merge.ts";
export * as Plan from "./batch/Plan.ts";
export type { Program } from "./batch/Program.ts";
export * as Result from "./batch/Result.ts";
export * as Shard from "./batch/Shard.ts";
export * as TableReference from "./domain/TableReference.ts";
export * as TableSchema from "./domain/TableSchema.ts";
export * as Value from "./domain/Value.ts";
export * as CallPolicy from "./layers/CallPolicy.ts";
export * as DuckDb from "./layers/duckdb/DuckDb.ts";
export * as Google from "./layers/google/Google.ts";
export * as Send from "./layers/google/Send.ts";
export * as JournalFile from "./layers/JournalFile.ts";
export * as Router from "./layers/Router.ts";
export * as BigQueryTest from "./layers/test/BigQueryTest.ts";
export * as Baseline from "./programs/profile/drift/Baseline.ts";
export * as Profile from "./programs/profile/Program.ts";
export * as SchemaDiff from "./programs/schema-diff/Program.ts";
export * as TableCompare from "./programs/table-compare/Program.ts";
export {
  BigQuery,
  type BigQueryService,
  type DryRun,
  type QueryResult,
  type QueryStatistics,
  type Statement,
} from "./services/BigQuery.ts";
export { BigQueryError } from "./services/BigQueryError.ts";
export { version } from "./version.ts";
