/** The Google layer over a transport that is replaced by a function. */
import { describe, expect } from "bun:test";
import { Cause, Deferred, Effect, Exit, Fiber, Layer, Option } from "effect";
import * as Google from "../../../src/layers/google/Google.ts";
import * as Send from "../../../src/layers/google/Send.ts";
import { BigQuery } from "../../../src/services/BigQuery.ts";
import { it } from "../../support/effect.ts";
import { workdir } from "../../support/files.ts";
import { reference, statement, t, withJobId } from "./support.ts";

interface Canned {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A BigQuery service whose transport responds to each request by its path; strings are sent unchanged. */
const bigQuery = (respond: (path: string, request: Send.HttpRequest) => Canned) => {
  const requests: Array<Send.HttpRequest> = [];
  const transport = Send.fromFunction(
    withJobId((request) =>
      Effect.sync(() => {
        requests.push(request);
        const { pathname } = new URL(request.url);
        const {
          status = 200,
          headers,
          body,
        } = respond(pathname.replace("/bigquery/v2/projects/p", ""), request);
        return {
          status,
          headers: new Headers(headers),
          text: typeof body === "string" ? body : JSON.stringify(body),
        };
      }),
    ),
    { project: "p", principal: "me@example.com" },
  );
  const layer = Google.layerWithoutSend({ policy: { firstWait: "1 millis", rateLimit: 10_000, retries: 2 } });
  return { requests, layer: Layer.provide(layer, transport) };
};

const html = "<html><body>Log in to the network</body></html>";
const table = {
  tableReference: { projectId: "p", datasetId: "d", tableId: "t" },
  type: "TABLE",
  numRows: "3",
  schema: { fields: [{ name: "x", type: "INTEGER" }] },
};

const errorOf = <A, E>(exit: Exit.Exit<A, E>): E => {
  const error = Exit.isFailure(exit) ? Cause.failureOption(exit.cause) : Option.none();
  if (Option.isNone(error)) throw new Error(`no error: ${JSON.stringify(exit)}`);
  return error.value;
};

const tableError = (canned: Canned) =>
  Effect.flatMap(BigQuery, (service) => service.table(t)).pipe(
    Effect.provide(bigQuery(() => canned).layer),
    Effect.exit,
    Effect.map(errorOf),
  );

describe("a response of tables.get must be complete:", () => {
  it.live("a complete resource is accepted", () =>
    Effect.gen(function* () {
      const { requests, layer } = bigQuery(() => ({ body: table }));
      const metadata = yield* Effect.flatMap(BigQuery, (service) => service.table(t)).pipe(
        Effect.provide(layer),
      );
      expect(metadata.schema).toEqual([{ name: "x", type: "INT64", mode: "NULLABLE" }]);
      expect(requests).toHaveLength(1);
      expect(requests[0]!.url).toBe(
        "https://bigquery.googleapis.com/bigquery/v2/projects/p/datasets/d/tables/t",
      );
    }),
  );

  it.live("a table without rows and columns is accepted", () =>
    Effect.gen(function* () {
      const { layer } = bigQuery(() => ({ body: { ...table, numRows: "0", schema: undefined } }));
      const metadata = yield* Effect.flatMap(BigQuery, (service) => service.table(t)).pipe(
        Effect.provide(layer),
      );
      expect(metadata.schema).toEqual([]);
    }),
  );

  const incomplete: ReadonlyArray<readonly [string, unknown]> = [
    ["nothing", {}],
    ["no reference", { ...table, tableReference: undefined }],
    ["rows without a schema", { ...table, schema: undefined }],
    ["rows without fields", { ...table, schema: { fields: [] } }],
    ["a view without a schema", { ...table, type: "VIEW", numRows: undefined, schema: undefined }],
    ["a list", []],
    ["null", null],
  ];
  for (const [what, body] of incomplete) {
    it.live(`${what} is rejected`, () =>
      Effect.map(tableError({ body }), (error) => {
        expect(error.reason).toBe("invalidResponse");
        expect(error.detail).toContain("BigQuery's response has an unexpected format");
      }),
    );
  }

  it.live("an error with HTTP status 200 is decoded as an error", () =>
    Effect.gen(function* () {
      const missing = {
        error: { code: 404, message: "Not found: Table p:d.t", errors: [{ reason: "notFound" }] },
      };
      expect((yield* tableError({ body: missing })).reason).toBe("notFound");
      const denied = { error: { code: 403, message: "Access Denied", errors: [{ reason: "accessDenied" }] } };
      expect((yield* tableError({ body: denied })).reason).toBe("accessDenied");
    }),
  );
});

describe("a response of a proxy is reported as such:", () => {
  for (const status of [200, 203, 302, 307, 403, 404, 407, 451]) {
    it.live(`HTTP ${status} with a page`, () =>
      Effect.map(tableError({ status, body: html }), (error) => {
        expect(error.reason).toBe("invalidResponse");
        expect(error.detail).toContain(
          `a proxy or another server responded instead of BigQuery (HTTP ${status}`,
        );
        expect(error.message).not.toContain("Log in");
      }),
    );
  }

  for (const body of ["", "not found", '{"message":"blocked"}', "[]"])
    it.live(`HTTP 404 with ${JSON.stringify(body)}`, () =>
      Effect.map(tableError({ status: 404, body }), (error) => expect(error.reason).toBe("invalidResponse")),
    );

  for (const status of [200, 403, 404, 409])
    it.live(`but HTTP ${status} with a truncated response is retried`, () =>
      Effect.gen(function* () {
        const { requests, layer } = bigQuery(() => ({ status, body: '{"error":{"code":' }));
        const exit = yield* Effect.flatMap(BigQuery, (service) => service.table(t)).pipe(
          Effect.provide(layer),
          Effect.exit,
        );
        expect(errorOf(exit).reason).toBe("connection");
        expect(requests).toHaveLength(3);
      }),
    );

  it.live("HTTP 407 in JSON, too", () =>
    Effect.map(tableError({ status: 407, body: { error: { message: "authenticate" } } }), (error) =>
      expect(error.detail).toContain("proxy authentication required"),
    ),
  );

  for (const status of [400, 408, 429, 502])
    it.live(`but HTTP ${status} is retried`, () =>
      Effect.gen(function* () {
        const { requests, layer } = bigQuery(() => ({ status, body: html }));
        const exit = yield* Effect.flatMap(BigQuery, (service) => service.table(t)).pipe(
          Effect.provide(layer),
          Effect.exit,
        );
        expect(errorOf(exit).reason).toBe(status === 429 ? "rateLimited" : "backendError");
        expect(requests).toHaveLength(3);
      }),
    );
});

describe("a query requires the statistics of its job:", () => {
  const jobReference = { projectId: "p", jobId: "j", location: "EU" };
  const answer = { jobReference, jobComplete: true, schema: { fields: [] }, rows: [] };
  const done = { status: { state: "DONE" }, statistics: { query: {} } };
  /** A result of several pages repeats its last one. */
  const run = (job: unknown, ...pages: ReadonlyArray<unknown>) => {
    let page = 0;
    const results = () => (pages.length === 0 ? answer : pages[Math.min(page++, pages.length - 1)]);
    return Effect.flatMap(BigQuery, (service) => service.query(statement())).pipe(
      Effect.provide(
        bigQuery((path) => {
          if (path === "/jobs") return { body: { jobReference, status: { state: "RUNNING" } } };
          return { body: path.startsWith("/jobs/") ? job : results() };
        }).layer,
      ),
      Effect.exit,
    );
  };

  it.live("a complete result and a complete job are accepted", () =>
    Effect.map(run(done), (exit) => expect(Exit.isSuccess(exit)).toBe(true)),
  );

  for (const job of [
    {},
    { status: { state: "DONE" } },
    { statistics: {} },
    { status: { state: "DONE" }, statistics: {} },
    { ...done, jobReference: { jobId: "other" } },
    { error: { code: 500 } },
  ]) {
    it.live(`it fails for the job ${JSON.stringify(job)}, because masks and row policies are unknown`, () =>
      Effect.map(run(job), (exit) => {
        const error = errorOf(exit);
        expect(["invalidResponse", "backendError"]).toContain(error.reason);
        expect(error.mayBeBilled).toBe(true);
      }),
    );
  }

  it.live("it fails for a result without a schema", () =>
    Effect.map(run(done, { ...answer, schema: undefined }), (exit) =>
      expect(errorOf(exit).reason).toBe("invalidResponse"),
    ),
  );

  it.live("it fails for a result with a repeated page token", () =>
    Effect.map(run(done, { ...answer, pageToken: "again" }), (exit) =>
      expect(errorOf(exit).detail).toContain("a page token repeats"),
    ),
  );

  const column = (type: string) => ({ fields: [{ name: "n", type }] });
  const paged = (from: number, more: object) => ({
    ...answer, schema: column("INTEGER"), totalRows: "4", rows: [from, from + 1].map((n) => ({ f: [{ v: String(n) }] })), ...more,
  }); // biome-ignore format: one object
  const whole = [paged(0, { pageToken: "x" }), paged(2, {})] as const;

  it.live("two pages are one result", () =>
    Effect.map(run(done, ...whole), (exit) => {
      expect(Exit.isSuccess(exit) && exit.value.rows.map(({ n }) => n)).toEqual([0, 1, 2, 3]);
    }),
  );

  const faulty: Readonly<Record<string, ReadonlyArray<object>>> = {
    "whose page tokens alternate": ["x", "y", "x"].map((pageToken) => paged(0, { pageToken, rows: [] })),
    "without its last page": [paged(0, {})],
    "whose later page is not complete": [whole[0], { ...answer, jobComplete: false }],
    "whose number of rows changes": [whole[0], paged(2, { totalRows: "5" })],
    "whose schema changes": [whole[0], paged(2, { schema: column("STRING") })],
    "of another job": [paged(0, { jobReference: { ...jobReference, jobId: "other" } })],
    "of another job on a later page": [whole[0], paged(2, { jobReference: { ...jobReference, jobId: "other" } })],
    "with fewer cells than columns": [paged(0, { rows: [{ f: [] }] })],
    "with more cells than columns": [paged(0, { rows: [{ f: [{ v: "1" }, { v: "2" }] }] })],
    "with a number in place of its text": [paged(0, { rows: [{ f: [{ v: 1 }] }] })],
    "with a text in place of a number": [paged(0, { rows: [{ f: [{ v: "x" }] }] })],
    "with an empty number": [paged(0, { schema: column("FLOAT"), rows: [{ f: [{ v: "" }] }] })],
    "with a boolean that is none": [paged(0, { schema: column("BOOLEAN"), rows: [{ f: [{ v: "yes" }] }] })],
    "with rows that are none": [paged(0, { rows: [null] })],
  }; // biome-ignore format: a fault a line
  for (const [what, pages] of Object.entries(faulty)) {
    it.live(`it fails for a result ${what}`, () =>
      Effect.map(run(done, ...pages), (exit) => {
        const error = errorOf(exit);
        expect(error.reason).toBe("invalidResponse");
        expect(error.mayBeBilled).toBe(true);
      }),
    );
  }
});

describe("the metadata of a table", () => {
  const about = (datasetId: string, tableId: string) => {
    const tableReference = { projectId: "1234", datasetId, tableId };
    const schema = { fields: [{ name: "n", type: "INTEGER" }] };
    return Effect.flatMap(BigQuery, (service) => service.table(reference("d", "t"))).pipe(
      Effect.provide(bigQuery(() => ({ body: { tableReference, schema } })).layer),
      Effect.exit,
    );
  };
  it.live("is refused if it is about another table", () =>
    Effect.gen(function* () {
      for (const [dataset, table] of [["d", "u"], ["e", "t"], ["d", "tt"]] as const) // biome-ignore format: one list
        expect(errorOf(yield* about(dataset, table)).reason).toBe("invalidResponse");
      expect(Exit.isSuccess(yield* about("d", "t"))).toBe(true);
    }),
  );
});

describe("a listing ends", () => {
  it.live("with an error, if a page token repeats", () =>
    Effect.gen(function* () {
      const { requests, layer } = bigQuery(() => ({ body: { tables: [], nextPageToken: "again" } }));
      const exit = yield* Effect.flatMap(BigQuery, (service) => service.listTables(reference("d", "*"))).pipe(
        Effect.provide(layer),
        Effect.exit,
      );
      expect(errorOf(exit).detail).toContain("a page token repeats");
      expect(requests).toHaveLength(2);
    }),
  );
});

describe("the transport of the client", () => {
  const serve = (fetch: (request: Request) => Response | Promise<Response>) =>
    Effect.acquireRelease(
      Effect.sync(() => Bun.serve({ port: 0, hostname: "127.0.0.1", fetch })),
      (server) => Effect.promise(() => server.stop(true)),
    );
  const send = (url: URL, timeoutMs = 60_000) =>
    Effect.flatMap(Send.make({ project: "p", endpoint: url.href }), (service) =>
      service.send({ method: "GET", url: url.href, headers: {}, timeoutMs }),
    );

  it.live("ends a request after its time limit, also while the body is read", () =>
    Effect.gen(function* () {
      const silent = yield* serve(() => new Promise<Response>(() => {}));
      const slow = yield* serve(
        () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(1)) })),
      );
      for (const server of [silent, slow]) {
        const error = errorOf(yield* Effect.exit(send(server.url, 50)));
        expect([error.reason, error.detail]).toEqual(["connection", "BigQuery did not respond in time"]);
      }
    }),
  );

  it.live("closes the connection of an interrupted request", () =>
    Effect.gen(function* () {
      const closed = yield* Deferred.make<void>();
      const started = yield* Deferred.make<void>();
      const server = yield* serve((request) => {
        Deferred.unsafeDone(started, Effect.void);
        request.signal.addEventListener("abort", () => Deferred.unsafeDone(closed, Effect.void));
        return new Promise<Response>(() => {});
      });
      const fiber = yield* Effect.fork(send(server.url));
      yield* Deferred.await(started);
      yield* Fiber.interrupt(fiber);
      yield* Deferred.await(closed);
    }),
  );

  it.live("does not follow redirects", () =>
    Effect.gen(function* () {
      const server = yield* serve(() => Response.redirect("http://127.0.0.1:9/elsewhere"));
      expect((yield* send(server.url)).status).toBe(302);
    }),
  );

  it.live("rejects a response larger than the limit", () =>
    Effect.gen(function* () {
      const server = yield* serve(() => new Response(new Uint8Array(Send.maxResponseBytes + 1)));
      const error = errorOf(yield* Effect.exit(send(server.url)));
      expect([error.reason, error.detail]).toEqual(["invalidResponse", "the response is larger than 64 MiB"]);
    }),
  );

  it.live("rejects a chunked response that exceeds the limit", () =>
    Effect.gen(function* () {
      const piece = new Uint8Array(2 ** 20);
      const server = yield* serve(
        () =>
          new Response(
            new ReadableStream({ pull: (controller) => controller.enqueue(piece) }, { highWaterMark: 1 }),
          ),
      );
      expect(errorOf(yield* Effect.exit(send(server.url))).detail).toBe("the response is larger than 64 MiB");
    }),
  );

  it.live("refreshes the token once after a 401, and never after a 403", () =>
    Effect.gen(function* () {
      const { text } = yield* workdir;
      const subject = text("subject", "the subject");
      let tokens = 0;
      const exchange = yield* serve(() => {
        tokens += 1;
        return Response.json({
          access_token: `token ${tokens}`,
          issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
          token_type: "Bearer",
          expires_in: 3600,
        });
      });
      const credentials = text(
        "credentials.json",
        JSON.stringify({
          type: "external_account",
          audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p",
          subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
          token_url: `${exchange.url}v1/token`,
          credential_source: { file: subject },
        }),
      );
      const accepted = new Set(["Bearer token 2"]);
      let refusal = 401;
      const seen: Array<string | null> = [];
      const server = yield* serve((request) => {
        const authorization = request.headers.get("authorization");
        seen.push(authorization);
        return new Response("{}", { status: accepted.has(authorization ?? "") ? 200 : refusal });
      });
      const { send } = yield* Send.make({ project: "p", credentials });
      const get = send({ method: "GET", url: server.url.href, headers: {}, timeoutMs: 60_000 });
      expect((yield* get).status).toBe(200);
      expect(seen).toEqual(["Bearer token 1", "Bearer token 2"]);
      accepted.clear();
      expect((yield* get).status).toBe(401);
      expect(tokens).toBe(3);
      refusal = 403;
      expect((yield* get).status).toBe(403);
      expect(tokens).toBe(3);
    }),
  );

  it.live("returns the status of a repeated 401", () =>
    Effect.gen(function* () {
      const server = yield* serve(() => new Response("{}", { status: 401 }));
      expect(yield* send(server.url)).toMatchObject({ status: 401 });
    }),
  );
});
