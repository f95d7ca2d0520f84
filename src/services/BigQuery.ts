/** The port to whatever answers for tables: Google's service, the local engine or a test. It uses domain types only. */
import { Context, type Effect } from "effect";
import type { TableMetadata } from "../domain/TableMetadata.ts";
import type { BigQueryTable, TableReference } from "../domain/TableReference.ts";
import type { Field } from "../domain/TableSchema.ts";
import type { Seen } from "../domain/TableVersion.ts";
import type { Row } from "../domain/Value.ts";
import type { Dialect } from "../sql/Dialect.ts";
import type { Sql } from "../sql/Sql.ts";
import type { BigQueryError } from "./BigQueryError.ts";

/** A statement that reads, and what the engine must know to run it. */
export interface Statement {
  readonly sql: Sql;
  /** The tables that it reads: each is billed at 10 MB at least. */
  readonly tables: ReadonlyArray<TableReference>;
  /** Where the tables live; null for the engine's default. */
  readonly location: string | null;
  /** The query fails, unbilled, if its estimate exceeds this. */
  readonly maximumBytesBilled?: number;
  /** The id of its job (an id of its own). Two statements with one id run once. */
  readonly jobId?: string;
  /** Most rows to fetch of the answer (10,000). */
  readonly maxRows?: number;
}

export const newJobId = (): string => `bqkit_${crypto.randomUUID()}`;

/** What a query cost. Figures that the engine does not give are null. */
export interface QueryStatistics {
  readonly jobId: string | null;
  readonly bytesProcessed: number | null;
  readonly bytesBilled: number | null;
  readonly slotMs: number | null;
  readonly cacheHit: boolean | null;
  /** Some columns were masked, or rows withheld, for this principal. */
  readonly restricted: boolean;
}

export interface QueryResult {
  readonly rows: ReadonlyArray<Row>;
  readonly statistics: QueryStatistics;
}

export interface DryRun {
  /** Null where it cannot be known. Zero for local files. */
  readonly bytesProcessed: number | null;
  /** UPPER_BOUND for clustered tables, LOWER_BOUND for external ones; nothing should be trusted but PRECISE and UPPER_BOUND. */
  readonly accuracy: "PRECISE" | "UPPER_BOUND" | "LOWER_BOUND" | "UNKNOWN";
  readonly schema: ReadonlyArray<Field>;
  /** The number of tables that it reads, those beneath views among them; absent if unknown. */
  readonly referencedTables?: number;
}

export interface ListRowsOptions {
  /** Most rows to fetch. */
  readonly limit: number;
  /** Top-level columns to fetch, in order; absent for all. */
  readonly columns?: ReadonlyArray<string>;
}

/**
 * All that a program requires. Every call is answered by the engine of its table, is interruptible, and an interrupted
 * query is cancelled where it runs.
 */
export interface BigQueryService {
  /** How statements over the table are written. */
  readonly dialect: (reference: TableReference) => Dialect;
  /** The account or user that reads the table; null if unknown. */
  readonly principal: (reference: TableReference) => Effect.Effect<string | null>;
  /**
   * A table's metadata; of a pattern, that of all tables that it matches as one, as a query reads them. `notFound` names
   * the nearest table in its remedy, if there is one.
   */
  readonly table: (reference: TableReference) => Effect.Effect<TableMetadata, BigQueryError>;
  /** The table's present version, without reading it. */
  readonly version: (reference: TableReference) => Effect.Effect<Seen, BigQueryError>;
  /** The tables that a pattern matches, in order of name. */
  readonly listTables: (pattern: BigQueryTable) => Effect.Effect<ReadonlyArray<BigQueryTable>, BigQueryError>;
  /** Some rows, in no order; free of charge. `unsupported` where only a query can serve (views). */
  readonly listRows: (
    table: TableMetadata,
    options: ListRowsOptions,
  ) => Effect.Effect<ReadonlyArray<Row>, BigQueryError>;
  readonly query: (statement: Statement) => Effect.Effect<QueryResult, BigQueryError>;
  readonly dryRun: (statement: Statement) => Effect.Effect<DryRun, BigQueryError>;
}

export class BigQuery extends Context.Tag("bqkit/BigQuery")<BigQuery, BigQueryService>() {}
