/** One HTTP request to BigQuery's REST API, and its answer as JSON with every digit. */
import { Duration, Effect, ParseResult, Schema } from "effect";
import type { TableReference } from "../../domain/TableReference.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { fromFault } from "./Errors.ts";
import { type Fault, isKnown } from "./Meaning.ts";
import type { HttpResponse, SendService } from "./Send.ts";

export interface Call {
  readonly method: "GET" | "POST";
  /** Segments of the path, unescaped. */
  readonly path: ReadonlyArray<string>;
  /** Parameters; those that are undefined are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** The request is given up after this (60 s). */
  readonly timeoutMs?: number;
  /** What the call is about, for its error. */
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
          ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        })
        .pipe(
          Effect.timeoutFail({
            duration: Duration.millis(call.timeoutMs ?? 60_000),
            onTimeout: () => BigQueryError.of("connection", "BigQuery did not answer in time"),
          }),
          Effect.flatMap((response) => read(answer, call, response)),
        ),
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
  const isCutShort = text.trim() === "" ? status < 300 : /^\s*{/.test(text);
  if (json === undefined && isCutShort) {
    return Effect.fail(BigQueryError.of("connection", "BigQuery's answer was cut short"));
  }
  if (status >= 300 || isErrorBody(json)) {
    return Effect.fail(
      isOfProxy(status, json) ? ofProxy(status) : fromFault(faultOf(status, headers, json), call.reference),
    );
  }
  if (json === undefined) return Effect.fail(ofProxy(status));
  return Schema.decodeUnknown(answer)(json).pipe(
    Effect.mapError((error) =>
      BigQueryError.of("invalidResponse", `the answer is not complete: ${placeOf(error)}`),
    ),
  );
};

/**
 * Statuses of a gateway or a broken connection: they are retried, whatever their body is. A 400 without BigQuery's
 * explanation is the answer to a request that was damaged on the way.
 */
const isTransient = (status: number): boolean =>
  status >= 500 || status === 429 || status === 408 || status === 400;

/** BigQuery explains its errors in JSON, and never redirects. */
const isOfProxy = (status: number, json: unknown): boolean =>
  status === 407 || (status >= 300 && status < 400) || !(isErrorBody(json) || isTransient(status));

const ofProxy = (status: number): BigQueryError =>
  BigQueryError.of(
    "invalidResponse",
    `a proxy or another server answered in BigQuery's place (HTTP ${status}${status === 407 ? ", proxy authentication required" : ""})`,
    { remedy: "check --endpoint, the proxy settings (HTTPS_PROXY, NO_PROXY) and the network login" },
  );

/** Where an answer is wrong, not what stands there. */
const placeOf = (error: ParseResult.ParseError): string => {
  const issue = ParseResult.ArrayFormatter.formatErrorSync(error)[0];
  return issue === undefined || issue.path.length === 0
    ? "it has another form"
    : `at ${issue.path.join(".")}`;
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

/** Seconds, or a date. */
const retryAfter = (header: string | null): number | undefined => {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
};
