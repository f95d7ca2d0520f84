/** Sends one HTTP request to BigQuery's REST API and decodes the JSON response. */
import { Effect, ParseResult, Schema } from "effect";
import type { TableReference } from "../../domain/TableReference.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { fromFault } from "./Errors.ts";
import { type Fault, isKnown } from "./Meaning.ts";
import type { HttpResponse, SendService } from "./Send.ts";

export interface Call {
  readonly method: "GET" | "POST";
  /** The unescaped segments of the path. */
  readonly path: ReadonlyArray<string>;
  /** Query parameters; undefined ones are omitted. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** The time limit of the request (60 s). */
  readonly timeoutMs?: number;
  /** The table of the call, for its error. */
  readonly reference?: TableReference;
}

export interface Rest {
  /** Sends the request once. Interrupting closes its connection. */
  readonly send: <A, I>(answer: Schema.Schema<A, I>, call: Call) => Effect.Effect<A, BigQueryError>;
}

export const make = (options: {
  readonly send: SendService["send"];
  readonly baseUrl: string;
  readonly quotaProject?: string | undefined;
}): Rest => {
  const { baseUrl, quotaProject } = options;
  const headers = {
    "content-type": "application/json",
    "user-agent": "bqkit",
    ...(quotaProject === undefined ? {} : { "x-goog-user-project": quotaProject }),
  };
  return {
    send: (answer, call) =>
      options
        .send({
          method: call.method,
          url: address(baseUrl, call),
          headers,
          timeoutMs: call.timeoutMs ?? 60_000,
          ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        })
        .pipe(Effect.flatMap((response) => read(answer, call, response))),
  };
};

const address = (baseUrl: string, { path, query = {} }: Call): string => {
  const given = Object.entries(query).flatMap(
    ([name, value]): Array<[string, string]> => (value === undefined ? [] : [[name, String(value)]]),
  );
  // Domain-scoped projects (`example.com:p`) keep their colon.
  const text = `${baseUrl}/${path.map((part) => encodeURIComponent(part).replaceAll("%3A", ":")).join("/")}`;
  return given.length === 0 ? text : `${text}?${new URLSearchParams(given)}`;
};

const read = <A, I>(
  answer: Schema.Schema<A, I>,
  call: Call,
  { status, headers, text }: HttpResponse,
): Effect.Effect<A, BigQueryError> => {
  const json = parse(text);
  const isTruncated = text.trim() === "" ? status < 300 : /^\s*{/.test(text);
  if (json === undefined && isTruncated) {
    return Effect.fail(BigQueryError.of("connection", "BigQuery's response was truncated"));
  }
  if (status >= 300 || isErrorBody(json)) {
    return Effect.fail(
      isOfProxy(status, json) ? ofProxy(status) : fromFault(faultOf(status, headers, json), call.reference),
    );
  }
  if (json === undefined) return Effect.fail(ofProxy(status));
  return Schema.decodeUnknown(answer)(json).pipe(
    Effect.mapError((error) =>
      BigQueryError.of("invalidResponse", `BigQuery's response has an unexpected format${placeOf(error)}`),
    ),
  );
};

/**
 * Statuses of a gateway or a broken connection, which are retried whatever their body. A 400 without an
 * explanation by BigQuery means that the request was damaged in transit.
 */
const isTransient = (status: number): boolean =>
  status >= 500 || status === 429 || status === 408 || status === 400;

/** Whether the response comes from a proxy: BigQuery explains its errors in JSON, and never redirects. */
const isOfProxy = (status: number, json: unknown): boolean =>
  status === 407 || (status >= 300 && status < 400) || !(isErrorBody(json) || isTransient(status));

const ofProxy = (status: number): BigQueryError =>
  BigQueryError.of(
    "invalidResponse",
    `a proxy or another server responded instead of BigQuery (HTTP ${status}${status === 407 ? ", proxy authentication required" : ""})`,
    { remedy: "check --endpoint, the proxy settings (HTTPS_PROXY, NO_PROXY) and the network login" },
  );

/** The path of the first invalid property, without its value. */
const placeOf = (error: ParseResult.ParseError): string => {
  const issue = ParseResult.ArrayFormatter.formatErrorSync(error)[0];
  return issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const ErrorBody = Schema.Struct({
  error: Schema.Struct({
    code: Schema.optional(Schema.Number),
    message: Schema.optional(Schema.String),
    status: Schema.optional(Schema.String),
    errors: Schema.optional(Schema.Array(Schema.Struct({ reason: Schema.optional(Schema.String) }))),
    details: Schema.optional(Schema.Array(Schema.Struct({ reason: Schema.optional(Schema.String) }))),
  }),
});
const isErrorBody = Schema.is(ErrorBody);

const faultOf = (status: number, headers: Headers, json: unknown): Fault => {
  const error = isErrorBody(json) ? json.error : undefined;
  const reasons = [...(error?.details ?? []), ...(error?.errors ?? []), { reason: error?.status }].flatMap(
    ({ reason }) => (reason ? [reason] : []),
  );
  const retryAfterMs = retryAfter(headers.get("retry-after"));
  return {
    status: status < 300 && error?.code !== undefined ? error.code : status,
    reason: reasons.find(isKnown) ?? reasons[0] ?? "",
    message: error?.message ?? "",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
};

/** Parses Retry-After, a number of seconds or a date, into milliseconds from now. */
const retryAfter = (header: string | null): number | undefined => {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
};
