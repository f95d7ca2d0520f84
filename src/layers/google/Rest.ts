/** One HTTP request to BigQuery's REST API, and its answer as JSON with every digit. */
import { Duration, Effect, ParseResult, Schema } from "effect";
import type { TableReference } from "../../domain/TableReference.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import type { Caller } from "./Credentials.ts";
import { type Fault, fromConnection, fromCredentials, fromFault } from "./Errors.ts";

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
  readonly caller: Caller;
  readonly baseUrl: string;
  readonly quotaProject?: string | undefined;
}): Rest => {
  const { caller, baseUrl, quotaProject } = options;
  const headers = {
    "content-type": "application/json",
    "user-agent": "bqkit",
    ...(quotaProject === undefined ? {} : { "x-goog-user-project": quotaProject }),
  };

  const exchange = (url: string, call: Call) =>
    Effect.tryPromise({
      try: (signal) =>
        caller.client.request<string>({
          url,
          method: call.method,
          headers,
          ...(call.body === undefined ? {} : { data: JSON.stringify(call.body) }),
          signal,
          retry: false,
          responseType: "text",
          validateStatus: () => true,
        }),
      catch: fromConnection,
    });

  const send: Rest["send"] = (answer, call) => {
    const url = address(baseUrl, call);
    return Effect.tryPromise({
      try: () => caller.client.getRequestHeaders(url),
      catch: (error) => fromCredentials(error),
    }).pipe(
      Effect.zipRight(exchange(url, call)),
      Effect.timeoutFail({
        duration: Duration.millis(call.timeoutMs ?? 60_000),
        onTimeout: () => BigQueryError.of("connection", "BigQuery did not answer in time"),
      }),
      Effect.flatMap((response) => read(answer, call, response.status, response.headers, response.data)),
    );
  };

  return { send };
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
  status: number,
  headers: Headers,
  text: string,
): Effect.Effect<A, BigQueryError> => {
  const json = parse(text);
  if (status >= 400) return Effect.fail(fromFault(faultOf(status, headers, json), call.reference));
  if (json === undefined) {
    return Effect.fail(
      /^\s*({|$)/.test(text)
        ? BigQueryError.of("connection", "BigQuery's answer was cut short")
        : BigQueryError.of("invalidResponse", `the answer (HTTP ${status}) is no JSON`),
    );
  }
  return Schema.decodeUnknown(answer)(json).pipe(
    Effect.mapError((error) =>
      BigQueryError.of("invalidResponse", `the answer is not BigQuery's: ${placeOf(error)}`),
    ),
  );
};

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
    message: Schema.optional(Schema.String),
    status: Schema.optional(Schema.String),
    errors: Schema.optional(Schema.Array(Schema.Struct({ reason: Schema.optional(Schema.String) }))),
    details: Schema.optional(Schema.Array(Schema.Struct({ reason: Schema.optional(Schema.String) }))),
  }),
});
const isErrorBody = Schema.is(ErrorBody);

const faultOf = (status: number, headers: Headers, json: unknown): Fault => {
  const error = isErrorBody(json) ? json.error : undefined;
  const detail = error?.details?.find(({ reason }) => reason === "SERVICE_DISABLED")?.reason;
  const retryAfterMs = retryAfter(headers.get("retry-after"));
  return {
    status,
    reason: detail ?? error?.errors?.[0]?.reason ?? error?.status ?? "",
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
