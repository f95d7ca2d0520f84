/**
 * Translates HTTP statuses, Google's error reasons and messages, and connection errors into BigQueryErrors.
 * Messages of BigQuery that may quote row values are redacted; all others are kept.
 */
import { Predicate } from "effect";
import * as Format from "../../domain/Format.ts";
import { priceOf } from "../../domain/Price.ts";
import type { TableReference } from "../../domain/TableReference.ts";
import * as TableReferences from "../../domain/TableReference.ts";
import { BigQueryError, type Reason } from "../../services/BigQueryError.ts";
import { whyCode } from "../../services/file/FileFault.ts";
import { type Fault, meaningOf } from "./Meaning.ts";

/** Whether the credentials lack the Google Drive scope that an external table requires. */
export const needsDrive = ({ reason, detail }: BigQueryError): boolean =>
  reason === "accessDenied" && /Drive credentials/i.test(detail);

/** The retry delay after `quotaExceeded`: a daily or monthly quota does not recover sooner. */
const quotaWaitMs = 10 * 60 * 1000;

/** Translates a fault of the service. After a transient error of a job, only a new job can succeed. */
export const fromFault = (fault: Fault, reference?: TableReference): BigQueryError => {
  const meaning = meaningOf(fault);
  const { remedy } = meaning;
  const isTransient = meaning.reason === "backendError" || meaning.reason === "rateLimited";
  const reason = fault.status === undefined && isTransient ? "jobFailed" : meaning.reason;
  const retryAfterMs = fault.retryAfterMs ?? (reason === "quotaExceeded" ? quotaWaitMs : undefined);
  const detail = describe(reason, fault);
  const name = reference === undefined ? undefined : TableReferences.format(reference);
  return BigQueryError.of(reason, name === undefined ? detail : `${name}: ${detail}`, {
    ...(reference === undefined ? {} : { reference }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
};

/** Reasons whose messages name tables, columns, projects, permissions and limits, but never quote values. */
const nameOnly: ReadonlySet<Reason> = new Set([
  "notFound", "accessDenied", "unauthenticated", "apiDisabled", "billingDisabled", "tooComplex",
  "partitionFilterRequired", "rateLimited", "quotaExceeded", "unsupported", "duplicate", "stopped",
]); // biome-ignore format: one list

const describe = (reason: Reason, { status, message, reason: given }: Fault): string => {
  if (reason === "bytesLimitExceeded") return describeLimit(message);
  if (reason === "stopped" && !/time/i.test(given + message)) return "the query was cancelled";
  const text = firstLine(nameOnly.has(reason) ? message : redact(message));
  if (text !== "") return text;
  return `BigQuery responded with ${[status === undefined ? undefined : `HTTP ${status}`, given || undefined].filter((part) => part !== undefined).join(", ")}`;
};

const firstLine = (message: string): string => {
  const line = (message.split("\n")[0] ?? "").trim().replace(/[.;]+$/, "");
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
};

/** Messages of the analyzer about names and syntax. They quote the statement, never the data. */
const aboutNames =
  /^(failed to analyze: )?(Unrecognized name|Name .* not found|Column|Field name|Cannot access field|Syntax error|Function not found|No matching signature|Type not found|Table|Dataset|Duplicate|Unexpected|Aggregate|Query column|GROUP BY|WHERE clause|Star expansion|Schema|Required parameter|Query parameter|Ambiguous)/i;

/** Removes everything from the message that may be a value: quoted text, numbers, and text after a colon. */
export const redact = (message: string): string => {
  if (aboutNames.test(message)) return message;
  const [, reading, problem, file = ""] =
    /^(error while reading .*?error message: )(.*?)(;? *File: \S+)?$/is.exec(message) ?? [];
  if (reading !== undefined && problem !== undefined) {
    return reading + masked(problem.replace(/\b(values?|got|input|found): *[^;,.]*/gi, "$1: …")) + file;
  }
  const position = /\s*(at )?\[(at )?\d+:\d+\]\s*$/.exec(message)?.[0] ?? "";
  const body = message.slice(0, message.length - position.length);
  const head = /^(.*?):(\s|$)/s.exec(body)?.[1];
  return masked(head === undefined ? body : `${head}: …`) + position;
};

const masked = (text: string): string => text.replace(/"[^"]*"?|'[^']*'?|`[^`]*`?|\b\d[\d.eE+-]*/g, "…");

/**
 * The error of a request without a response. Only the error's code is shown, because its
 * message may contain an address with secrets.
 */
export const fromConnection = (error: unknown, host = "BigQuery"): BigQueryError => {
  const code = codeOf(error);
  const why = code === undefined ? "" : ` (${meanings[code] ?? code})`;
  return BigQueryError.of("connection", `the connection to ${host} failed${why}`);
};

/** The error codes that users see most. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ConnectionRefused: "connection refused",
  FailedToOpenSocket: "connection refused",
  ENOTFOUND: "host not found",
  ECONNRESET: "connection reset",
  ConnectionReset: "connection reset",
  ConnectionClosed: "connection reset",
  ETIMEDOUT: "no response",
};

const codeOf = (error: unknown): string | undefined => {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return "cause" in error ? codeOf(error.cause) : undefined;
};

const statusOf = (error: unknown): number | undefined =>
  Predicate.hasProperty(error, "status") && typeof error.status === "number" ? error.status : undefined;

const network = /^(E[A-Z]+|ConnectionRefused|FailedToOpenSocket|TimeoutError|UNABLE_TO_.*)$/;

const unreadable: ReadonlySet<string | undefined> = new Set(["ENOENT", "EACCES", "EISDIR"]);

/**
 * Translates an error while credentials are loaded or used: missing,
 * unreadable or rejected credentials, or the network.
 */
export const fromCredentials = (error: unknown, file?: string): BigQueryError => {
  if (error instanceof BigQueryError) return error;
  const [code, status] = [codeOf(error), statusOf(error)];
  const message = error instanceof Error ? error.message : "";
  const named = file ?? "the file in GOOGLE_APPLICATION_CREDENTIALS or from gcloud";
  const remedy = "set --credentials to a JSON credentials file";
  if (unreadable.has(code) || /does not exist, or it is not a file/.test(message)) {
    return BigQueryError.of(
      "unauthenticated",
      `${named} cannot be read${code === undefined ? "" : `: ${whyCode(code)}`}`,
      { remedy },
    );
  }
  if (error instanceof SyntaxError)
    return BigQueryError.of("unauthenticated", `${named} is not JSON`, { remedy });
  if (code !== undefined && network.test(code)) return fromConnection(error);
  if (status !== undefined && (status >= 500 || status === 429)) {
    return BigQueryError.of("backendError", `the token service responded with HTTP ${status}`);
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
    `the credentials were rejected${known === undefined ? "" : ` (${known})`}`,
  );
};

/** The message about a query above maximumBytesBilled, with its bytes and its price. */
const describeLimit = (message: string): string => {
  const [, limit, needed] = /billed: (\d+)\.?\s*(?:(\d+) or higher required)?/i.exec(message) ?? [];
  const above = limit === undefined ? "the limit" : `the limit of ${Format.bytes(Number(limit))}`;
  if (needed === undefined) return `the query would bill more than ${above}`;
  const bytes = Number(needed);
  return `the query would bill ${Format.bytes(bytes)} (${Format.dollars(priceOf(bytes))}), above ${above}`;
};
