/**
 * The port to what answers for tables: Google's service, the local engine, or a test's answers. Domain types only.
 */
import { Context, Data, type Effect } from "effect";
import type { TableMetadata } from "../domain/TableMetadata.ts";
import type { BigQueryTable, TableReference } from "../domain/TableReference.ts";
import type { Field } from "../domain/TableSchema.ts";
import type { Seen } from "../domain/TableVersion.ts";
import type { Row } from "../domain/Value.ts";
import type { Dialect } from "../sql/Dialect.ts";
import type { Sql } from "../sql/Sql.ts";

/** Why a call failed: a closed list, so that every caller can decide by it. */
export type Reason =
  | "notFound"
  | "accessDenied"
  | "unauthenticated"
  | "apiDisabled"
  | "billingDisabled"
  | "invalidQuery"
  | "invalidData"
  | "invalidResponse"
  | "unsupported"
  | "tooComplex"
  | "bytesLimitExceeded"
  | "partitionFilterRequired"
  | "rateLimited"
  | "quotaExceeded"
  | "backendError"
  | "jobFailed"
  | "connection"
  | "outOfResources"
  | "stopped"
  | "duplicate";

/** `rateLimited` to `connection` heal by themselves; the same request is sent again, for `jobFailed` as a new job. */
const transient: ReadonlySet<Reason> = new Set([
  "rateLimited",
  "quotaExceeded",
  "backendError",
  "jobFailed",
  "connection",
]);

/** No other item of the batch would fare better. */
const fatal: ReadonlySet<Reason> = new Set(["unauthenticated", "apiDisabled", "billingDisabled"]);

const remedies: Readonly<Record<Reason, string>> = {
  notFound: "check the name, the project and the location",
  accessDenied: "ask for bigquery.dataViewer on the data and bigquery.jobUser on the billing project",
  unauthenticated: "run `gcloud auth application-default login`, or give --credentials FILE",
  apiDisabled: "enable the BigQuery API for the billing project, or give --project",
  billingDisabled: "enable billing for the project, or give --project",
  invalidQuery: "check the condition and the columns that were asked for",
  invalidData: "mend the data, or leave this file out",
  invalidResponse: "check --endpoint; what answers there does not speak BigQuery's REST API",
  unsupported: "leave the option out for this table",
  tooComplex: "choose fewer columns with --columns",
  bytesLimitExceeded: "choose fewer columns or partitions, or raise --max-bytes-billed",
  partitionFilterRequired: "give --partitions, or a --where on the partitioning column",
  rateLimited: "lower --rate-limit or --parallel, or try later",
  quotaExceeded: "lower --parallel, or try later",
  backendError: "try again later",
  jobFailed: "try again later",
  connection: "check the network and --endpoint",
  outOfResources: "give --memory-limit or --threads, or free memory and disk space",
  stopped: "run it again",
  duplicate: "run it again",
};

/**
 * A failed call. `detail` is one sentence without row values; `reference` is what was asked for; `remedy` is what to do
 * next. `retryAfterMs` is what the service asked to wait. `mayBeBilled`: the query may have run although it gave no answer.
 */
export class BigQueryError extends Data.TaggedError("BigQueryError")<{
  readonly reason: Reason;
  readonly detail: string;
  readonly reference?: TableReference;
  readonly remedy: string;
  readonly retryAfterMs?: number;
  readonly mayBeBilled: boolean;
}> {
  static of(
    reason: Reason,
    detail: string,
    more: {
      readonly reference?: TableReference;
      readonly remedy?: string;
      readonly retryAfterMs?: number;
      readonly mayBeBilled?: boolean;
    } = {},
  ): BigQueryError {
    const { remedy, ...rest } = more;
    return new BigQueryError({
      reason,
      detail,
      remedy: remedy ?? remedies[reason],
      mayBeBilled: false,
      ...rest,
    });
  }
  /** The same error of a query whose job may have run on. */
  asBillable(): BigQueryError {
    const { reason, detail, remedy, reference, retryAfterMs } = this;
    return BigQueryError.of(reason, detail, {
      remedy,
      mayBeBilled: true,
      ...(reference === undefined ? {} : { reference }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  /** Whether the same call may succeed if it is made again. */
  get retryable(): boolean {
    return transient.has(this.reason);
  }
  /** Whether every other call of the batch must fail in the same way. */
  get endsBatch(): boolean {
    return fatal.has(this.reason);
  }
  override get message(): string {
    return `${this.detail}; ${this.remedy}`;
  }
}

/** A statement that reads, and what the engine must know to run it. */
export interface Statement {
  readonly sql: Sql;
  /** The tables that it reads: each is billed at 10 MB at least. */
  readonly tables: ReadonlyArray<TableReference>;
  /** Where the tables live; null for the engine's default. */
  readonly location: string | null;
  /** The query fails, unbilled, if its estimate exceeds this. */
  readonly maximumBytesBilled?: number;
  /** Most rows to fetch of the answer (10,000). */
  readonly maxRows?: number;
}

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
}

export interface ListRowsOptions {
  /** Most rows to fetch. */
  readonly limit: number;
  /** Top-level columns to fetch, in order; absent for all. */
  readonly columns?: ReadonlyArray<string>;
}

/** One engine. Every method is interruptible, and an interrupted query is cancelled where it runs. */
export interface BigQueryService {
  readonly engine: "bigquery" | "local";
  readonly dialect: Dialect;
  /** Who looks: the account or user; null if unknown. */
  readonly principal: Effect.Effect<string | null>;
  /** A table's metadata. `notFound` names the nearest table in its remedy, if there is one. */
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
