/** The HTTP transport of the Google layer. All requests go through it; tests replace it. */
import { Context, Effect, Layer, Predicate } from "effect";
import type { AuthClient } from "google-auth-library";
import { BigQueryError } from "../../services/BigQueryError.ts";
import * as BunFetch from "./BunFetch.ts";
import type { Connection } from "./Connection.ts";
import * as Credentials from "./Credentials.ts";
import { fromConnection, fromCredentials } from "./Errors.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The time limit of the request, its credentials included. */
  readonly timeoutMs: number;
}

/** A response with any status. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface SendService {
  /** Sends the request once. Interrupting closes its connection. */
  readonly send: (request: HttpRequest) => Effect.Effect<HttpResponse, BigQueryError>;
  /**
   * Adds the Google Drive scope to all later requests; undefined if
   * the credentials cannot take another scope.
   */
  readonly allowDrive: Effect.Effect<void, BigQueryError> | undefined;
  /** The project from the credentials or the environment. */
  readonly project: string | undefined;
  /** The account; null if unknown. */
  readonly principal: Effect.Effect<string | null>;
}

export class Send extends Context.Tag("bqkit/Send")<Send, SendService>() {}

/** The maximum size of a response. jobs.getQueryResults sends pages of at most 20 MB. */
export const maxResponseBytes = 64 * 2 ** 20;

const tooLarge = `the response is larger than ${maxResponseBytes / 2 ** 20} MiB`;

/** Whether the response exceeded `maxResponseBytes`. */
export const isTooLarge = ({ detail }: BigQueryError): boolean => detail === tooLarge;

/** A transport with the credentials of the connection. `unauthenticated` if there are none. */
export const make = (connection: Connection): Effect.Effect<SendService, BigQueryError> =>
  Effect.map(Credentials.make(connection), ({ client, withDrive, project, principal }) => {
    let current = client;
    return {
      send: (request) => Effect.suspend(() => exchange(current, request)),
      allowDrive:
        withDrive &&
        Effect.map(withDrive, (wider) => {
          current = wider;
        }),
      project,
      principal,
    };
  });

export const layer = (connection: Connection = {}): Layer.Layer<Send, BigQueryError> =>
  Layer.effect(Send, make(connection));

/** A transport for tests whose responses come from a function. */
export const fromFunction = (
  respond: (request: HttpRequest) => Effect.Effect<HttpResponse, BigQueryError>,
  options: {
    readonly project?: string;
    readonly principal?: string;
    readonly allowDrive?: Effect.Effect<void, BigQueryError>;
  } = {},
): Layer.Layer<Send> =>
  Layer.succeed(Send, {
    send: respond,
    allowDrive: options.allowDrive,
    project: options.project,
    principal: Effect.succeed(options.principal ?? null),
  });

/** The client's own under Node. */
const fetchImplementation = typeof Bun === "undefined" ? undefined : BunFetch.limitedTo(maxResponseBytes);

/** Sends one request. A timer ends it, because `Effect.timeout` would start two fibers for each request. */
const exchange = (client: AuthClient, request: HttpRequest): Effect.Effect<HttpResponse, BigQueryError> =>
  Effect.async((resume) => {
    const controller = new AbortController();
    const end = (exit: Effect.Effect<HttpResponse, BigQueryError>) => {
      clearTimeout(timer);
      resume(exit);
    };
    const timer = setTimeout(() => {
      end(BigQueryError.of("connection", "BigQuery did not respond in time"));
      controller.abort();
    }, request.timeoutMs);
    respond(client, request, controller.signal).then(end, (error) => end(Effect.die(error)));
    return Effect.sync(() => {
      clearTimeout(timer);
      controller.abort();
    });
  });

/** The client's response; it adds the token, and refreshes it once after a 401. */
const respond = async (
  client: AuthClient,
  { url, method, headers, body }: HttpRequest,
  signal: AbortSignal,
): Promise<Effect.Effect<HttpResponse, BigQueryError>> => {
  try {
    await client.getRequestHeaders(url);
  } catch (error) {
    return fromCredentials(error);
  }
  // Without this, the client does not refresh a token that has not expired after a 401.
  client.forceRefreshOnFailure = true;
  try {
    const response = await client.request<string>({
      url,
      method,
      headers: { ...headers },
      ...(body === undefined ? {} : { data: body }),
      signal,
      retry: false,
      responseType: "text",
      // A redirect would turn a POST into a GET.
      redirect: "manual",
      maxContentLength: maxResponseBytes,
      ...(fetchImplementation === undefined ? {} : { fetchImplementation }),
      // The client refreshes the token only after a status that counts as an error.
      validateStatus: (status) => status !== 401,
    });
    return Effect.succeed({
      status: response.status,
      headers: response.headers,
      text: textOf(response.data),
    });
  } catch (error) {
    return responseOf(error, new URL(url).host);
  }
};

const textOf = (data: unknown): string => (typeof data === "string" ? data : JSON.stringify(data ?? ""));

/**
 * The response to the second 401, which the client throws as an error; any other error is a connection error.
 */
const responseOf = (error: unknown, host: string): Effect.Effect<HttpResponse, BigQueryError> => {
  const response = Predicate.hasProperty(error, "response") ? error.response : undefined;
  if (isResponse(response)) {
    const { status, headers, data } = response;
    return Effect.succeed({ status, headers, text: textOf(data) });
  }
  return error instanceof Error &&
    /maxContentLength|content.?(size|length)|over (the )?limit/i.test(error.message)
    ? BigQueryError.of("invalidResponse", tooLarge, {
        remedy: "choose fewer columns or rows",
      })
    : fromConnection(error, host);
};

const isResponse = (
  response: unknown,
): response is { readonly status: 401; readonly headers: Headers; readonly data: unknown } =>
  typeof response === "object" &&
  response !== null &&
  "status" in response &&
  response.status === 401 &&
  "headers" in response &&
  response.headers instanceof Headers &&
  "data" in response;
