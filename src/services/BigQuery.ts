/** The port to the engines: BigQuery, the local engine, or a test. Uses only domain types. */
import { Context, type Effect } from "effect";
import type { TableMetadata } from "../domain/TableMetadata.ts";
import type { BigQueryTable, TableReference } from "../domain/TableReference.ts";
import type { Field } from "../domain/TableSchema.ts";
import type { Seen } from "../domain/TableVersion.ts";
import type { Row } from "../domain/Value.ts";
import type { Dialect } from "../sql/Dialect.ts";
import type { Sql } from "../sql/Sql.ts";
import type { BigQueryError } from "./BigQueryError.ts";

/** A query, with what the engine needs to run it. */
export interface Statement {
  readonly sql: Sql;
  /** The tables that it reads; each is billed at least 10 MiB. */
  readonly tables: ReadonlyArray<TableReference>;
  /** The location of the tables; null for the engine's default. */
  readonly location: string | null;
  /** The query fails, unbilled, if its estimate exceeds this. */
  readonly maximumBytesBilled?: number;
  /** The id of its job (default: a new id). Two statements with the same id run once. */
  readonly jobId?: string;
  /** The maximum number of rows to fetch (10,000). */
  readonly maxRows?: number;
}

export const newJobId = (): string => `bqkit_${crypto.randomUUID()}`;

/** The cost of a query. Figures that the engine does not provide are null. */
export interface QueryStatistics {
  readonly jobId: string | null;
  readonly bytesProcessed: number | null;
  readonly bytesBilled: number | null;
  readonly slotMs: number | null;
  readonly cacheHit: boolean | null;
  /** Columns were masked or rows filtered for this principal. */
  readonly restricted: boolean;
}

export interface QueryResult {
  readonly rows: ReadonlyArray<Row>;
  readonly statistics: QueryStatistics;
}

export interface DryRun {
  /** Null if unknown; zero for local files. */
  readonly bytesProcessed: number | null;
  /** UPPER_BOUND for clustered tables, LOWER_BOUND for external ones. Only PRECISE and UPPER_BOUND are reliable. */
  readonly accuracy: "PRECISE" | "UPPER_BOUND" | "LOWER_BOUND" | "UNKNOWN";
  readonly schema: ReadonlyArray<Field>;
  /** The number of tables that it reads, including those below views; absent if unknown. */
  readonly referencedTables?: number;
}

export interface ListRowsOptions {
  /** The maximum number of rows to fetch. */
  readonly limit: number;
  /** Top-level columns to fetch, in order; absent for all. */
  readonly columns?: ReadonlyArray<string>;
}

/**
 * The only requirement of a program. Every call goes to the engine of its table and is interruptible; interrupting a
 * query cancels its job.
 */
export interface BigQueryService {
  /** The dialect of statements over the table. */
  readonly dialect: (reference: TableReference) => Dialect;
  /** The account or user that reads the table; null if unknown. */
  readonly principal: (reference: TableReference) => Effect.Effect<string | null>;
  /**
   * The metadata of a table, or of all tables that a pattern matches, as one table. The remedy of `notFound` suggests
   * the nearest table, if there is one.
   */
  readonly table: (reference: TableReference) => Effect.Effect<TableMetadata, BigQueryError>;
  /** The table's current version, without reading it. */
  readonly version: (reference: TableReference) => Effect.Effect<Seen, BigQueryError>;
  /** Whether two tables are files with the same bytes; absent if the engine has no files. */
  readonly haveSameBytes?: (a: TableReference, b: TableReference) => Effect.Effect<boolean, BigQueryError>;
  /**
   * The tables that a pattern matches, ordered by name. `onPage` may be called with parts of them, in order, as soon as
   * they are known.
   */
  readonly listTables: (
    pattern: BigQueryTable,
    onPage?: (tables: ReadonlyArray<BigQueryTable>) => void,
  ) => Effect.Effect<ReadonlyArray<BigQueryTable>, BigQueryError>;
  /** Some rows, in no order, free of charge. `unsupported` if only a query can read them (views). */
  readonly listRows: (
    table: TableMetadata,
    options: ListRowsOptions,
  ) => Effect.Effect<ReadonlyArray<Row>, BigQueryError>;
  readonly query: (statement: Statement) => Effect.Effect<QueryResult, BigQueryError>;
  readonly dryRun: (statement: Statement) => Effect.Effect<DryRun, BigQueryError>;
}

export class BigQuery extends Context.Tag("bqkit/BigQuery")<BigQuery, BigQueryService>() {}
