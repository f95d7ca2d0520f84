/** The script of a server: tables, queries, faults, speed and limits. */
import type { Bill } from "./billing.ts";
import type { Capacity } from "./capacity.ts";
import type { Fault } from "./faults.ts";
import type { Latency } from "./latency.ts";
import type { Method } from "./routes.ts";

export type Json = Readonly<Record<string, unknown>>;

/** A received request. */
export interface Seen {
  readonly method: Method;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** A table: its resource in tables.get, and its rows as arrays of cells. */
export interface Table extends Json {
  readonly schema?: { readonly fields: ReadonlyArray<Json> };
  readonly rows?: ReadonlyArray<ReadonlyArray<unknown>>;
}

/** Tables that are created on demand. */
export interface Catalog {
  readonly datasets: (project: string) => ReadonlyArray<string>;
  /** Undefined for a missing dataset. */
  readonly tables: (project: string, dataset: string) => ReadonlyArray<string> | undefined;
  readonly table: (project: string, dataset: string, table: string) => Table | undefined;
}

/** The error of a job or a request. */
export interface ErrorOf {
  /** The status of the HTTP response. */
  readonly status: number;
  readonly reason: string;
  readonly message: string;
}

/** A query's result, duration and cost. */
export interface Query {
  readonly fields?: ReadonlyArray<Json>;
  readonly rows?: ReadonlyArray<ReadonlyArray<unknown>>;
  /**
   * The number of polls that are answered immediately with "not yet"; Infinity: it
   * never ends, and polls wait for their maximum.
   */
  readonly pending?: number;
  /** Its duration, for which polls wait; Infinity: it never ends. */
  readonly runsMs?: number;
  /** The job fails with this error at the end. */
  readonly error?: ErrorOf;
  readonly bill?: Bill;
  /** Overrides for jobs.get and dry runs, replacing `bill`. */
  readonly statistics?: Json;
}

export interface Script {
  /** By `project.dataset.table`, or created on demand. */
  readonly tables?: Readonly<Record<string, Table>> | Catalog;
  /** The result of a statement. `number` counts earlier jobs. */
  readonly query?: (sql: string, number: number) => Query;
  /** Called for every request, with the number of earlier ones of its method. */
  readonly fault?: (seen: Seen, before: number) => Fault | undefined;
  /** The latency of responses. */
  readonly latency?: Latency;
  /** Throttles requests above it. */
  readonly capacity?: Capacity;
  /** The number of requests or jobs that run concurrently; the others are queued. */
  readonly queue?: { readonly slots: number; readonly of: "requests" | "jobs" };
  /** The maximum rows per page. */
  readonly pageRows?: number;
  /** The location of its tables and jobs (EU). */
  readonly location?: string;
  /** The number of latest requests in `requests` (10,000). */
  readonly keepRequests?: number;
  /** The number of latest finished jobs (2,000); running ones are all kept. */
  readonly keepJobs?: number;
}

/** An error response of the service. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

export const refusal = ({ status, reason, message }: ErrorOf): Refusal =>
  new Refusal(status, reason, message);
