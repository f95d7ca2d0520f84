/**
 * One place that turns what went wrong into a BigQueryError: HTTP statuses, Google's error reasons and messages, broken
 * connections. Messages of BigQuery quote values; only those that cannot are passed on whole.
 */

import * as Format from "../../domain/Format.ts";
import { priceOf } from "../../domain/Price.ts";
import type { TableReference } from "../../domain/TableReference.ts";
import * as TableReferences from "../../domain/TableReference.ts";
import { BigQueryError, type Reason } from "../../services/BigQueryError.ts";

/** A fault as the service reports it: in the body of an answer, or as a job's error. */
export interface Fault {
  /** The HTTP status; absent for the error of a job. */
  readonly status?: number;
  readonly reason: string;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** What a fault means, and what to do about it where the reason's own remedy does not say it. */
interface Meaning {
  readonly reason: Reason;
  readonly remedy?: string;
}

const byMessage: ReadonlyArray<readonly [pattern: RegExp, meaning: Meaning]> = [
  [/has not been used in project|API is not enabled|it is disabled/i, { reason: "apiDisabled" }],
  [/billing (has not been|is not|must be) enabled|billing account/i, { reason: "billingDisabled" }],
  [/fine-grained reader|policy tag/i, { reason: "accessDenied", remedy: "leave the column out with --exclude, or ask for the fine-grained reader role" }],
  [/insufficient authentication scopes/i, { reason: "accessDenied", remedy: "log in again with BigQuery's scope" }],
  [/without a filter over column/i, { reason: "partitionFilterRequired" }],
  [/too complex|allotted memory|query is too large|too many subqueries|stack overflow/i, { reason: "tooComplex" }],
  [/limit for bytes billed/i, { reason: "bytesLimitExceeded" }],
  [/cannot list a table of type|row.level.(access|security)|row access polic/i, { reason: "unsupported" }],
  [/concurrent api requests|jobs that can be queued/i, { reason: "rateLimited" }],
  [/invalid (snapshot )?time|time travel|before the allowed time/i, { reason: "invalidQuery", remedy: "give --as-of a time within the table's time travel window of 2 to 7 days" }],
  // goccy's emulator answers with jobInternalError whatever is wrong with a statement.
  [/^failed to (analyze|parse|format query)|^table not found|is not found$/i, { reason: "invalidQuery" }],
]; // biome-ignore format: one table

const byReason: Readonly<Record<string, Reason>> = {
  rateLimitExceeded: "rateLimited", userRateLimitExceeded: "rateLimited", quotaExceeded: "quotaExceeded",
  backendError: "backendError", internalError: "backendError", tableUnavailable: "backendError", timeout: "backendError",
  jobBackendError: "jobFailed", jobInternalError: "jobFailed", jobRateLimitExceeded: "jobFailed", duplicate: "duplicate",
  resourcesExceeded: "tooComplex", responseTooLarge: "tooComplex", billingTierLimitExceeded: "tooComplex",
  bytesBilledLimitExceeded: "bytesLimitExceeded", invalidQuery: "invalidQuery", invalid: "invalidQuery",
  badRequest: "invalidQuery", parseError: "invalidQuery", notFound: "notFound", accessDenied: "accessDenied",
  forbidden: "accessDenied", insufficientPermissions: "accessDenied", accessNotConfigured: "apiDisabled",
  SERVICE_DISABLED: "apiDisabled", billingNotEnabled: "billingDisabled", authError: "unauthenticated",
  stopped: "stopped", notImplemented: "unsupported",
}; // biome-ignore format: one table

const byStatus = (status: number): Reason => {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "accessDenied";
  if (status === 404) return "notFound";
  if (status === 408) return "backendError";
  if (status === 429) return "rateLimited";
  if (status === 501) return "unsupported";
  if (status >= 500) return "backendError";
  return status >= 400 ? "invalidQuery" : "invalidResponse";
};

const meaningOf = ({ status, reason, message }: Fault): Meaning => {
  if (/^(failed to analyze: )?table .*(was )?not found|^table not found/i.test(message))
    return { reason: "notFound" };
  if (status === 404 && byReason[reason] !== "apiDisabled") return { reason: "notFound" };
  // Without a word of BigQuery's it was said on the way there, of the connection.
  if (status === 400 && reason === "" && message === "") return { reason: "backendError" };
  if (status !== undefined && status >= 500 && status !== 501) return { reason: "backendError" };
  const told = byMessage.find(([pattern]) => pattern.test(message))?.[1];
  if (told !== undefined) return told;
  return { reason: byReason[reason] ?? byStatus(status ?? 0) };
};

/** The quota of a day or a month does not come back before this. */
const quotaWaitMs = 10 * 60 * 1000;

/** The error that a fault of the service is. A job's own fault is mended by a new job, not by asking again. */
export const fromFault = (fault: Fault, reference?: TableReference): BigQueryError => {
  const meaning = meaningOf(fault);
  const { remedy } = meaning;
  const healing =
    meaning.reason === "backendError" ||
    meaning.reason === "rateLimited" ||
    meaning.reason === "quotaExceeded";
  const reason = fault.status === undefined && healing ? "jobFailed" : meaning.reason;
  const retryAfterMs = fault.retryAfterMs ?? (reason === "quotaExceeded" ? quotaWaitMs : undefined);
  const said = describe(reason, fault);
  const name = reference === undefined ? undefined : TableReferences.format(reference);
  return BigQueryError.of(reason, name === undefined ? said : `${name}: ${said}`, {
    ...(reference === undefined ? {} : { reference }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
};

/** These messages name tables, columns, projects, rights and limits, never a value. */
const nameOnly: ReadonlySet<Reason> = new Set([
  "notFound", "accessDenied", "unauthenticated", "apiDisabled", "billingDisabled", "tooComplex",
  "partitionFilterRequired", "rateLimited", "quotaExceeded", "unsupported", "duplicate",
]); // biome-ignore format: one list

const describe = (reason: Reason, { status, message, reason: given }: Fault): string => {
  if (reason === "bytesLimitExceeded") return describeLimit(message);
  if (reason === "stopped") return "the query was cancelled";
  const text = firstLine(nameOnly.has(reason) ? message : redact(message));
  if (text !== "") return text;
  return `BigQuery answered ${[status === undefined ? undefined : `HTTP ${status}`, given || undefined].filter((part) => part !== undefined).join(", ")}`;
};

const firstLine = (message: string): string => {
  const line = (message.split("\n")[0] ?? "").trim().replace(/[.;]+$/, "");
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
};

/** What the analyzer says of names and grammar: what it quotes is the statement's text. */
const aboutNames =
  /^(failed to analyze: )?(Unrecognized name|Name .* not found|Column|Field name|Cannot access field|Syntax error|Function not found|No matching signature|Type not found|Table|Dataset|Duplicate|Unexpected|Aggregate|Query column|GROUP BY|WHERE clause|Star expansion|Schema|Required parameter|Query parameter|Ambiguous)/i;

/** The message without what may be a value of the data: quoted texts, numbers, and whatever follows a colon. */
export const redact = (message: string): string => {
  if (aboutNames.test(message)) return message;
  const position = /\s*(at )?\[(at )?\d+:\d+\]\s*$/.exec(message)?.[0] ?? "";
  const body = message.slice(0, message.length - position.length);
  const head = /^(.*?):(\s|$)/s.exec(body)?.[1];
  return (
    (head === undefined ? body : `${head}: …`).replace(/"[^"]*"?|'[^']*'?|`[^`]*`?|\b\d[\d.eE+-]*/g, "…") +
    position
  );
};

/** A request that got no answer. What the library says of it may hold an address with secrets: only its code is shown. */
export const fromConnection = (error: unknown): BigQueryError => {
  const code = codeOf(error);
  return BigQueryError.of(
    "connection",
    `the connection to BigQuery failed${code === undefined ? "" : ` (${code})`}`,
  );
};

const codeOf = (error: unknown): string | undefined => {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return "cause" in error ? codeOf(error.cause) : undefined;
};

const statusOf = (error: unknown): number | undefined =>
  typeof error === "object" && error !== null && "status" in error && typeof error.status === "number"
    ? error.status
    : undefined;

const network = /^(E[A-Z]+|ConnectionRefused|FailedToOpenSocket|TimeoutError|UNABLE_TO_.*)$/;

const unreadable: ReadonlySet<string | undefined> = new Set(["ENOENT", "EACCES", "EISDIR"]);

/** No credentials, or credentials that were refused. The network's own faults stay what they are. */
export const fromCredentials = (error: unknown, file?: string): BigQueryError => {
  if (error instanceof BigQueryError) return error;
  const [code, status] = [codeOf(error), statusOf(error)];
  const message = error instanceof Error ? error.message : "";
  const named = file ?? "the file that GOOGLE_APPLICATION_CREDENTIALS or gcloud names";
  const remedy = "give --credentials a JSON file of credentials";
  if (unreadable.has(code) || /does not exist, or it is not a file/.test(message)) {
    return BigQueryError.of(
      "unauthenticated",
      `${named} cannot be read${code === undefined ? "" : ` (${code})`}`,
      { remedy },
    );
  }
  if (error instanceof SyntaxError)
    return BigQueryError.of("unauthenticated", `${named} is not JSON`, { remedy });
  if (code !== undefined && network.test(code)) return fromConnection(error);
  if (status !== undefined && (status >= 500 || status === 429)) {
    return BigQueryError.of("backendError", `the token service answered HTTP ${status}`);
  }
  if (/could not load the default credentials/i.test(message)) {
    return BigQueryError.of("unauthenticated", "there are no Google credentials on this machine");
  }
  if (/unable to impersonate/i.test(message)) {
    return BigQueryError.of("unauthenticated", "the account cannot be impersonated", {
      remedy: "check --impersonate, and ask for roles/iam.serviceAccountTokenCreator on that account",
    });
  }
  const known = /invalid_grant|invalid_client|unauthorized_client|invalid_target/i.exec(message)?.[0];
  return BigQueryError.of(
    "unauthenticated",
    `the credentials were refused${known === undefined ? "" : ` (${known})`}`,
  );
};

/** BigQuery's refusal of a query above maximumBytesBilled, with the bytes and the price. */
const describeLimit = (message: string): string => {
  const [, limit, needed] = /billed: (\d+)\.?\s*(?:(\d+) or higher required)?/i.exec(message) ?? [];
  const above = limit === undefined ? "the limit" : `the limit of ${Format.bytes(Number(limit))}`;
  if (needed === undefined) return `the query would bill more than ${above}`;
  const bytes = Number(needed);
  return `the query would bill ${Format.bytes(bytes)} (${Format.dollars(priceOf(bytes))}), above ${above}`;
};
