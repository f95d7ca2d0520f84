/** The script of a server: tables, queries, faults, speed and limits. */
import type { Bill } from "./billing.ts";
import type { Capacity } from "./capacity.ts";
import type { Fault } from "./faults.ts";
import type { Latency } from "./latency.ts";
import type { Method } from "./routes.ts";

export type Json = Readonly<Record<string, unknown>>;

/** A request as it came in. */
export interface Seen {
  readonly method: Method;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** A table: its resource as tables.get has it, and its rows as arrays of cells. */
export interface Table extends Json {
  readonly schema?: { readonly fields: ReadonlyArray<Json> };
  readonly rows?: ReadonlyArray<ReadonlyArray<unknown>>;
}

/** Tables that are made when they are asked for. */
export interface Catalog {
  readonly datasets: (project: string) => ReadonlyArray<string>;
  /** Undefined for a dataset that is not there. */
  readonly tables: (project: string, dataset: string) => ReadonlyArray<string> | undefined;
  readonly table: (project: string, dataset: string, table: string) => Table | undefined;
}

/** The error of a job, or the refusal of a request. */
export interface ErrorOf {
  /** Of the HTTP answer that tells of it. */
  readonly status: number;
  readonly reason: string;
  readonly message: string;
}

/** What a query answers, how long it takes, and what it costs. */
export interface Query {
  readonly fields?: ReadonlyArray<Json>;
  readonly rows?: ReadonlyArray<ReadonlyArray<unknown>>;
  /** So many polls are answered at once with "not yet"; Infinity: it never ends, and polls wait as long as they may. */
  readonly pending?: number;
  /** It runs so long, and polls wait for its end; Infinity: it never ends. */
  readonly runsMs?: number;
  /** The job fails so, when it has run. */
  readonly error?: ErrorOf;
  readonly bill?: Bill;
  /** Of jobs.get and of dry runs, over what `bill` says. */
  readonly statistics?: Json;
}

export interface Script {
  /** By `project.dataset.table`, or made on demand. */
  readonly tables?: Readonly<Record<string, Table>> | Catalog;
  /** What a statement answers. `number` counts the jobs before it. */
  readonly query?: (sql: string, number: number) => Query;
  /** Asked for every request, with how many of its method came before. */
  readonly fault?: (seen: Seen, before: number) => Fault | undefined;
  /** How long an answer takes. */
  readonly latency?: Latency;
  /** Refuses what comes above it. */
  readonly capacity?: Capacity;
  /** So many requests are served, or jobs run, at a time; the others stand in line. */
  readonly queue?: { readonly slots: number; readonly of: "requests" | "jobs" };
  /** Most rows on a page. */
  readonly pageRows?: number;
  /** Where its tables are and its jobs run (EU). */
  readonly location?: string;
  /** The latest requests that `requests` keeps (10,000). */
  readonly keepRequests?: number;
  /** The latest finished jobs that are kept (2,000); those that run are all kept. */
  readonly keepJobs?: number;
}

/** An answer of the service that is no success. */
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
