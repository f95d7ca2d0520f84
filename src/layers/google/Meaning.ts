/**
 * Classifies a fault of the service by its reason, or its HTTP status if
 * the reason is unknown, and by its message.
 */
import type { Reason } from "../../services/BigQueryError.ts";

/** A fault reported by the service: in the body of a response, or as the error of a job. */
export interface Fault {
  /** The HTTP status; absent for the error of a job. */
  readonly status?: number;
  readonly reason: string;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** The class of a fault, and a remedy that is more specific than the default of the reason. */
export interface Meaning {
  readonly reason: Reason;
  readonly remedy?: string;
}

const byReason: Readonly<Record<string, Reason>> = {
  rateLimitExceeded: "rateLimited", userRateLimitExceeded: "rateLimited", RESOURCE_EXHAUSTED: "rateLimited",
  RATE_LIMIT_EXCEEDED: "rateLimited", quotaExceeded: "quotaExceeded", dailyLimitExceeded: "quotaExceeded",
  backendError: "backendError", internalError: "backendError", tableUnavailable: "backendError", timeout: "backendError",
  INTERNAL: "backendError", UNAVAILABLE: "backendError", DEADLINE_EXCEEDED: "backendError", ABORTED: "backendError",
  jobBackendError: "jobFailed", jobInternalError: "jobFailed", jobRateLimitExceeded: "jobFailed",
  duplicate: "duplicate", ALREADY_EXISTS: "duplicate",
  resourcesExceeded: "tooComplex", responseTooLarge: "tooComplex", billingTierLimitExceeded: "tooComplex",
  bytesBilledLimitExceeded: "bytesLimitExceeded", invalidQuery: "invalidQuery", invalid: "invalidQuery",
  badRequest: "invalidQuery", parseError: "invalidQuery", invalidParameter: "invalidQuery", required: "invalidQuery",
  INVALID_ARGUMENT: "invalidQuery", FAILED_PRECONDITION: "invalidQuery", notFound: "notFound", NOT_FOUND: "notFound",
  accessDenied: "accessDenied", forbidden: "accessDenied", insufficientPermissions: "accessDenied", blocked: "accessDenied",
  invalidUser: "accessDenied", policyViolation: "accessDenied", SECURITY_POLICY_VIOLATED: "accessDenied",
  USER_PROJECT_DENIED: "accessDenied", ACCESS_TOKEN_SCOPE_INSUFFICIENT: "accessDenied", PERMISSION_DENIED: "accessDenied",
  accessNotConfigured: "apiDisabled", SERVICE_DISABLED: "apiDisabled", billingNotEnabled: "billingDisabled",
  accountDisabled: "billingDisabled", BILLING_DISABLED: "billingDisabled", authError: "unauthenticated",
  UNAUTHENTICATED: "unauthenticated", stopped: "stopped", CANCELLED: "stopped", notImplemented: "unsupported",
  UNIMPLEMENTED: "unsupported",
}; // biome-ignore format: one table

export const isKnown = (reason: string): boolean => Object.hasOwn(byReason, reason);

const byStatus = (status: number): Reason => {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "accessDenied";
  if (status === 404) return "notFound";
  if (status === 408) return "backendError";
  if (status === 409) return "duplicate";
  if (status === 429) return "rateLimited";
  if (status === 501) return "unsupported";
  if (status >= 500) return "backendError";
  return status >= 400 ? "invalidQuery" : "invalidResponse";
};

const timeZone = "check the names of time zones in --where and in views";
const timeTravel = "set --as-of to a time within the table's time travel window of 2 to 7 days";
const timedOut =
  "choose fewer columns or partitions, or ask for a longer limit of query jobs in the project (default_query_job_timeout_ms)";
const perimeter =
  "ask the administrator of the VPC Service Controls perimeter for access, with the identifier in the message";

/**
 * Messages that are more specific than their reasons. The patterns
 * must not match names in messages by chance.
 */
const byMessage: ReadonlyArray<
  readonly [of: ReadonlyArray<Reason>, pattern: RegExp, meaning: Meaning]
> = [
  [["accessDenied"], /API has not been used in project|API is not enabled|it is disabled\. Enable it/i, { reason: "apiDisabled" }],
  [["accessDenied", "invalidQuery"], /billing (has not been|is not|must be) enabled|(absent|a disabled) billing account|billing account (for|of) [^.]* is/i, { reason: "billingDisabled" }],
  [["accessDenied"], /VPC Service Controls|prohibited by organization's policy/i, { reason: "accessDenied", remedy: perimeter }],
  [["accessDenied"], /serviceusage\.services\.use|serviceUsageConsumer/i, { reason: "accessDenied", remedy: "ask for roles/serviceusage.serviceUsageConsumer on that project, or give another --quota-project" }],
  [["accessDenied"], /Drive credentials|Google Drive|drive\.google/i, { reason: "accessDenied", remedy: "share the file with the account; users log in with `gcloud auth login --enable-gdrive-access --update-adc`" }],
  [["accessDenied"], /fine-grained reader|policy tag/i, { reason: "accessDenied", remedy: "leave the column out with --exclude, or ask for the fine-grained reader role" }],
  [["accessDenied"], /insufficient authentication scopes/i, { reason: "accessDenied", remedy: "log in again: `gcloud auth application-default login`" }],
  [["invalidQuery", "tooComplex"], /without a filter over column/i, { reason: "partitionFilterRequired" }],
  [["invalidQuery", "jobFailed"], /too complex|allotted memory|query is too large|too many subqueries|stack overflow/i, { reason: "tooComplex" }],
  [["invalidQuery"], /limit for bytes billed/i, { reason: "bytesLimitExceeded" }],
  [["invalidQuery", "accessDenied"], /cannot list a table of type|row.level.(access|security)|row access polic/i, { reason: "unsupported" }],
  [["quotaExceeded"], /concurrent api requests|jobs that can be queued/i, { reason: "rateLimited" }],
  [["quotaExceeded"], /custom quota|free query bytes/i, { reason: "quotaExceeded", remedy: "wait until the quota is reset (at midnight Pacific time), or ask for a higher one" }],
  [["invalidQuery"], /invalid time ?zone/i, { reason: "invalidQuery", remedy: timeZone }],
  [["invalidQuery"], /invalid snapshot time|time travel|before the allowed time|cannot read before/i, { reason: "invalidQuery", remedy: timeTravel }],
  [["invalidQuery", "notFound"], /^error while reading (table|data)/i, { reason: "invalidData", remedy: "fix the files of the external table or its definition, or leave the table out" }],
  [["notFound"], /^not found: (uris?|files?)\b/i, { reason: "notFound", remedy: "check the file paths in the external table's definition" }],
  [["stopped", "invalidQuery", "tooComplex"], /\btimed out after|job timed out|operation timed out/i, { reason: "stopped", remedy: timedOut }],
]; // biome-ignore format: one table

/** goccy's emulator reports every error in a statement as jobInternalError. */
const ofEmulator: ReadonlyArray<readonly [pattern: RegExp, reason: Reason]> = [
  [/^(failed to analyze: )?table .*(was )?not found|^table not found/i, "notFound"],
  [/^failed to (analyze|parse|format query)|is not found$/i, "invalidQuery"],
];

const isVague: ReadonlySet<Reason> = new Set(["jobFailed", "backendError", "invalidQuery"]);

export const meaningOf = ({ status, reason, message }: Fault): Meaning => {
  // Without a message by BigQuery, the 400 comes from the connection.
  if (status === 400 && message === "" && ["", "INVALID_ARGUMENT"].includes(reason))
    return { reason: "backendError" };
  // A request can be retried after a time-out; a job that timed out would time out again.
  if (status === undefined && reason === "timeout") return { reason: "stopped", remedy: timedOut };
  const given = isKnown(reason) ? byReason[reason]! : byStatus(status ?? 400);
  if (isVague.has(given)) {
    const emulated = ofEmulator.find(([pattern]) => pattern.test(message));
    if (emulated !== undefined) return { reason: emulated[1] };
  }
  return (
    byMessage.find(([of, pattern]) => of.includes(given) && pattern.test(message))?.[2] ?? { reason: given }
  );
};
