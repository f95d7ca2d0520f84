/** The scripted server's faults, as seen by plain fetch. */
import { describe, expect, test } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import {
  type Fault,
  type FaultKind,
  faultKinds,
  faultOf,
  randomFaults,
  type Seen,
} from "../support/scripted-server/index.ts";
import { type Answer, reasonOf, serving } from "./support.ts";

const rows = { fields: [{ name: "n", type: "INTEGER" }], rows: [["1"]] };

/** A server whose first request fails with the fault. */
const meeting = (fault: Fault) =>
  serving({ query: () => rows, fault: (_, before) => (before === 0 ? fault : undefined) });

describe("an error response", () => {
  type Row = readonly [kind: FaultKind, status: number, reason: string | undefined];
  const table: ReadonlyArray<Row> = [
    ["rateLimitExceeded", 403, "rateLimitExceeded"],
    ["quotaExceeded", 403, "quotaExceeded"],
    ["tooManyRequests", 429, "rateLimitExceeded"],
    ["retryAfterSeconds", 429, "rateLimitExceeded"],
    ["retryAfterDate", 429, "rateLimitExceeded"],
    ["internalError", 500, "internalError"],
    ["badGateway", 502, undefined],
    ["unavailable", 503, "backendError"],
    ["gatewayTimeout", 504, "backendError"],
    ["requestTimeout", 408, "timeout"],
    ["tableUnavailable", 400, "tableUnavailable"],
  ];
  for (const [kind, status, reason] of table) {
    it.live(`${kind} is ${status}, and starts no job`, () =>
      Effect.gen(function* () {
        const { server, query } = yield* meeting(faultOf(kind));
        const answer = yield* query("SELECT 1");
        expect([answer.status, reasonOf(answer)]).toEqual([status, reason]);
        expect([server.jobs.length, server.figures().faults]).toEqual([0, 1]);
        expect((yield* query("SELECT 1")).status).toBe(200);
      }),
    );
  }

  it.live("may have a Retry-After, in seconds or as a date", () =>
    Effect.gen(function* () {
      const wait = (kind: FaultKind) =>
        Effect.map(
          Effect.flatMap(meeting(faultOf(kind)), ({ query }) => query("SELECT 1")),
          ({ headers }) => headers.get("retry-after") ?? "",
        );
      expect(yield* wait("retryAfterSeconds")).toBe("1");
      const before = Date.now();
      const date = yield* wait("retryAfterDate");
      expect(date).toMatch(/GMT$/);
      expect(Date.parse(date)).toBeGreaterThanOrEqual(before);
    }),
  );

  it.live("may come after the request took effect", () =>
    Effect.gen(function* () {
      const { server, query } = yield* meeting(faultOf("unavailableAfter"));
      expect((yield* query("SELECT 1")).status).toBe(503);
      expect(server.jobs.length).toBe(1);
    }),
  );
});

describe("a connection", () => {
  type Row = readonly [fault: Fault, failure: string, jobs: number];
  const table: ReadonlyArray<Row> = [
    ["reset", "ECONNRESET", 0],
    ["resetAfter", "ECONNRESET", 1],
    ["cut", "ECONNRESET", 1],
    [{ hang: 30 }, "ECONNRESET", 0],
    [{ hang: 30, after: true }, "ECONNRESET", 1],
    ["hang", "TimeoutError", 0],
    ["hangAfter", "TimeoutError", 1],
  ];
  for (const [fault, failure, jobs] of table) {
    it.live(`of ${JSON.stringify(fault)} ends in ${failure}, with ${jobs} jobs started`, () =>
      Effect.gen(function* () {
        const { server, fails } = yield* meeting(fault);
        const options = { body: { query: "SELECT 1" }, timeoutMs: 200 };
        expect(yield* fails("/queries", options)).toBe(failure);
        expect(server.jobs.length).toBe(jobs);
        yield* Effect.sleep(5).pipe(Effect.repeat({ until: () => server.waiting() === 0 }));
        expect(server.figures()).toMatchObject({ requests: 1, unanswered: 1 });
      }),
    );
  }

  it.live("is refused for a while, and accepted again at the same address", () =>
    Effect.gen(function* () {
      const { server, fails, query } = yield* serving({ query: () => rows });
      expect((yield* query("SELECT 1")).status).toBe(200);
      yield* Effect.promise(() => server.refuseConnections());
      expect(yield* fails("/queries")).toBe("ECONNREFUSED");
      yield* Effect.promise(() => server.acceptConnections());
      expect((yield* query("SELECT 1")).status).toBe(200);
      yield* Effect.promise(() => server.refuseConnections(100));
      expect(yield* fails("/queries")).toBe("ECONNREFUSED");
      yield* fails("/datasets").pipe(Effect.repeat({ until: (failure) => failure === undefined }));
      expect((yield* query("SELECT 1")).status).toBe(200);
    }),
  );
});

describe("an answer", () => {
  const answered = (fault: Fault): Effect.Effect<Answer, never, never> =>
    Effect.scoped(Effect.flatMap(meeting(fault), ({ query }) => query("SELECT 1")));

  it.live("that is truncated has incomplete JSON", () =>
    Effect.gen(function* () {
      const { status, text, json } = yield* answered("truncated");
      expect([status, text.startsWith('{"kind"'), json]).toEqual([200, true, undefined]);
    }),
  );

  it.live("of a proxy is a page, or empty", () =>
    Effect.gen(function* () {
      const page = yield* answered("html");
      expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html"]);
      expect((yield* answered("empty")).text).toBe("");
    }),
  );

  it.live("that is slow comes in pieces, and is complete", () =>
    Effect.gen(function* () {
      const { server } = yield* meeting({ slow: 150 });
      const pieces = yield* Effect.promise(async () => {
        const body = JSON.stringify({ query: "SELECT 1" });
        const response = await fetch(`${server.url}/projects/p/queries`, { method: "POST", body });
        return Array.fromAsync(response.body ?? []);
      });
      expect(pieces.length).toBeGreaterThan(1);
      expect(JSON.parse(Buffer.concat(pieces).toString()).jobComplete).toBe(true);
    }),
  );
});

describe("a duplicate", () => {
  it.live("names the job that it started, which may not be visible at first", () =>
    Effect.gen(function* () {
      const { server, query, get } = yield* meeting({ duplicate: 2 });
      const answer = yield* query("SELECT 1");
      expect([answer.status, reasonOf(answer)]).toEqual([409, "duplicate"]);
      expect(answer.json.error.message).toBe("Already Exists: Job p:EU.job-1");
      const found = [];
      for (let i = 0; i < 3; i++) found.push((yield* get("/jobs/job-1?location=EU")).status);
      expect(found).toEqual([404, 404, 200]);
      expect(server.jobs.length).toBe(1);
    }),
  );
});

describe("random faults", () => {
  const seen = (method: Seen["method"], body: Seen["body"] = {}): Seen => ({
    method, path: "", query: {}, body, headers: {}, atMs: 0,
  }); // biome-ignore format: one object
  const drawn = (seed: number, share: number, request: Seen) => {
    const fault = randomFaults(seed, share);
    return Array.from({ length: 5000 }, (_, i) => JSON.stringify(fault(request, i)));
  };

  test("have the requested frequency, and are the same for the same seed", () => {
    const some = drawn(1, 0.2, seen("jobs.query"));
    const met = some.filter((fault) => fault !== undefined).length;
    expect(met).toBeGreaterThan(900);
    expect(met).toBeLessThan(1100);
    const stable = (list: typeof some) => list.map((fault) => fault?.replace(/\w{3}, .* GMT/, ""));
    expect(stable(drawn(1, 0.2, seen("jobs.query")))).toEqual(stable(some));
    expect(stable(drawn(2, 0.2, seen("jobs.query")))).not.toEqual(stable(some));
  });

  test("are of every kind for what starts a job, of the kinds of all requests for the rest, and of none for cancels", () => {
    const kinds = (request: Seen) => {
      const name = new Map(faultKinds.map((kind) => [JSON.stringify(faultOf(kind)).slice(0, 90), kind]));
      const met = drawn(3, 1, request).map((fault) => name.get(fault?.slice(0, 90) ?? ""));
      return new Set(met.filter((kind) => kind !== undefined));
    };
    const all = kinds(seen("jobs.query"));
    const few = kinds(seen("tables.get"));
    expect([...all].filter((kind) => !few.has(kind)).sort()).toEqual([
      "duplicate", "duplicateHidden", "jobBackendError", "jobInternalError", "jobRateLimitExceeded",
    ]); // biome-ignore format: one list
    expect(kinds(seen("jobs.insert", { configuration: { dryRun: true } }))).toEqual(few);
    expect(kinds(seen("jobs.insert", { configuration: {} }))).toEqual(all);
    expect(kinds(seen("jobs.cancel")).size).toBe(0);
  });
});
