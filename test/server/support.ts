/** Requests to a scripted server by plain fetch. */
import { Effect } from "effect";
import { type Script, scriptedServer } from "../support/scripted-server/index.ts";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into by the tests
  readonly json: any;
  readonly text: string;
  readonly headers: Headers;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export interface Options {
  readonly body?: object;
  readonly timeoutMs?: number;
}

/** Sends a GET, or a POST with a body; `path` is relative to `/bigquery/v2/projects/p`. */
export const send = async (url: string, path: string, { body, timeoutMs }: Options = {}): Promise<Answer> => {
  const response = await fetch(`${url}/bigquery/v2/projects/p${path}`, {
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    headers: { "content-type": "application/json" },
    // A new connection, because fetch retries a request itself if a reused connection is reset.
    keepalive: false,
    ...(timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }),
  });
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, text, json: parsed(text) };
};

/** The reason in the response's error. */
export const reasonOf = ({ json }: Answer): string | undefined => json?.error?.errors?.[0]?.reason;

/** The code of the connection error. */
export const failure = (sent: Promise<Answer>): Promise<string | undefined> =>
  sent.then(
    () => undefined,
    (error: { readonly code?: unknown; readonly name?: string }) =>
      error.name === "TimeoutError" ? error.name : String(error.code),
  );

/** A server of the script, and functions that send requests to it. */
export const serving = (script: Script) =>
  Effect.map(scriptedServer(script), (server) => {
    const get = (path: string, options?: Options) => Effect.promise(() => send(server.url, path, options));
    return {
      server,
      get,
      post: (path: string, body: object, options?: Options) => get(path, { ...options, body }),
      /** jobs.query of a statement. */
      query: (sql: string, more: object = {}, options?: Options) =>
        get("/queries", { ...options, body: { query: sql, useLegacySql: false, location: "EU", ...more } }),
      /** jobs.insert of a statement, under an id. */
      insert: (jobId: string, sql: string) =>
        get("/jobs", {
          body: {
            jobReference: { projectId: "p", jobId, location: "EU" },
            configuration: { query: { query: sql, useLegacySql: false } },
          },
        }),
      fails: (path: string, options?: Options) =>
        Effect.promise(() => failure(send(server.url, path, options))),
    };
  });
