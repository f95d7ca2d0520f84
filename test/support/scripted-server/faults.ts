/** Faults of requests, and seeded random faults of every retryable kind. */
import { seeded } from "./random.ts";
import type { ErrorOf, Script } from "./script.ts";

/** An error response. `after`: the request takes effect nevertheless. */
export interface Answered {
  readonly status: number;
  readonly reason: string;
  readonly message?: string;
  /** Seconds or a date, as in the header. */
  readonly retryAfter?: string;
  readonly after?: boolean;
  /** The body of a gateway in front of the service, not JSON. */
  readonly html?: boolean;
  /** The whole body, in place of an error with the reason. */
  readonly body?: string;
}

/**
 * - `reset` closes the connection before the request takes effect, `resetAfter` afterwards;
 * - `hang` never responds, before or (`hangAfter`) after the effect;
 *   `{ hang: ms }` then closes the connection;
 * - `truncated` sends a complete response with truncated JSON, `cut`
 *   closes the connection within the response, `gzip` claims a compression that it does not have;
 * - `html` is the page of a proxy, `empty` an empty response, both with status 200 and without effect;
 * - `{ slow: ms }` sends the response in pieces over that time;
 * - `{ rewrite }` sends the response with these changes;
 * - `duplicate` starts the job, and responds 409 with its name; `{
 *   duplicate: n }`: n calls then do not find it yet;
 * - `{ job }` is the error of the job that the request starts, immediately or after some polls.
 */
export type Fault =
  | "reset"
  | "resetAfter"
  | "hang"
  | "hangAfter"
  | "truncated"
  | "cut"
  | "gzip"
  | "html"
  | "empty"
  | "duplicate"
  | Answered
  | { readonly hang: number; readonly after?: boolean }
  | { readonly slow: number }
  | { readonly rewrite: (body: Readonly<Record<string, unknown>>) => object }
  | { readonly duplicate: number }
  | { readonly job: ErrorOf; readonly pending?: number };

const perMethod = "Exceeded rate limits: too many api requests per user per method for this user_method.";
const busy = "The service is currently unavailable.";
const retryJob = "The job encountered an error during execution. Retrying the job may solve the problem.";

const jobFailed = (reason: string): ErrorOf => ({ status: 400, reason, message: retryJob });

/** The errors that are retryable by BigQuery's documentation. */
export const faults = {
  rateLimitExceeded: { status: 403, reason: "rateLimitExceeded", message: perMethod },
  quotaExceeded: {
    status: 403,
    reason: "quotaExceeded",
    message: "Quota exceeded: Your user exceeded quota for concurrent api requests per user per method.",
  },
  tooManyRequests: { status: 429, reason: "rateLimitExceeded", message: perMethod },
  internalError: { status: 500, reason: "internalError", message: "An internal error occurred." },
  badGateway: { status: 502, reason: "badGateway", html: true },
  unavailable: { status: 503, reason: "backendError", message: busy },
  /** The service executed the request but could not respond. */
  unavailableAfter: { status: 503, reason: "backendError", message: busy, after: true },
  gatewayTimeout: { status: 504, reason: "backendError", message: "Deadline exceeded" },
  requestTimeout: { status: 408, reason: "timeout", message: "Request timeout" },
  tableUnavailable: { status: 400, reason: "tableUnavailable", message: "Table is temporarily unavailable." },
} satisfies Record<string, Answered>;

/** Every retryable kind of fault, by name. */
const retryable = {
  ...faults,
  retryAfterSeconds: () => ({ ...faults.tooManyRequests, retryAfter: "1" }),
  retryAfterDate: () => ({
    ...faults.tooManyRequests,
    retryAfter: new Date(Date.now() + 1000).toUTCString(),
  }),
  reset: "reset",
  resetAfter: "resetAfter",
  truncated: "truncated",
  cut: "cut",
  slow: { slow: 50 },
  hang: { hang: 100 },
  hangAfter: { hang: 100, after: true },
  duplicate: { duplicate: 0 },
  duplicateHidden: { duplicate: 1 },
  jobInternalError: { job: jobFailed("jobInternalError") },
  jobBackendError: { job: jobFailed("jobBackendError"), pending: 1 },
  jobRateLimitExceeded: { job: jobFailed("jobRateLimitExceeded") },
} satisfies Record<string, Fault | (() => Fault)>;

export type FaultKind = keyof typeof retryable;
export const faultKinds = Object.keys(retryable) as ReadonlyArray<FaultKind>;

const ofJobs: ReadonlySet<FaultKind> = new Set([
  "duplicate", "duplicateHidden", "jobInternalError", "jobBackendError", "jobRateLimitExceeded",
]); // biome-ignore format: one list

/** The fault of that name. */
export const faultOf = (kind: FaultKind): Fault => {
  const fault: Fault | (() => Fault) = retryable[kind];
  return typeof fault === "function" ? fault() : fault;
};

/**
 * A share of all requests (0 to 1) fails, with each kind equally frequent, drawn in order of arrival. Faults
 * of jobs only affect requests that start one; cancellations, which are sent once, never fail.
 */
export const randomFaults = (
  seed: number,
  share: number,
  kinds: ReadonlyArray<FaultKind> = faultKinds,
): NonNullable<Script["fault"]> => {
  const random = seeded(seed);
  const elsewhere = kinds.filter((kind) => !ofJobs.has(kind));
  return ({ method, body }) => {
    const [drawn, which] = [random(), random()];
    if (drawn >= share || method === "jobs.cancel") return undefined;
    const possible = method === "jobs.query" || isInsert(method, body) ? kinds : elsewhere;
    const kind = possible[Math.floor(which * possible.length)];
    return kind === undefined ? undefined : faultOf(kind);
  };
};

const isInsert = (method: string, { configuration }: { readonly configuration?: unknown }): boolean =>
  method === "jobs.insert" &&
  !(typeof configuration === "object" && configuration !== null && "dryRun" in configuration);
