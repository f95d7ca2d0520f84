/**
 * The job of a query with faults at its start, its polls or its end:
 * it runs once, and never continues unnoticed.
 */
import { describe, expect } from "bun:test";
import { Effect, Fiber } from "effect";
import { maxResponseBytes } from "../../../../src/layers/google/Send.ts";
import { CostMeter } from "../../../../src/services/CostMeter.ts";
import { it } from "../../../support/effect.ts";
import type { Answered, Fault, Method, Query } from "../../../support/scripted-server/index.ts";
import { connect, statement } from "../support.ts";

const rows: Query = { fields: [{ name: "n", type: "INTEGER" }], rows: [["1"]] };
const endless: Query = { ...rows, runsMs: Number.POSITIVE_INFINITY };

const retries = { policy: { retries: 2 } };

/** A query, and the jobs that are recorded as lost. */
const metered = <A, E>(query: Effect.Effect<A, E>) => {
  const lost: Array<string> = [];
  const meter = {
    addQuery: () => {},
    addRetry: () => {},
    addTable: () => {},
    addLostJob: (id: string) => void lost.push(id),
  };
  return { lost, query: Effect.provideService(query, CostMeter, meter) };
};

const always =
  (method: Method, fault: Fault) =>
  (seen: { readonly method: Method }): Fault | undefined =>
    seen.method === method ? fault : undefined;

describe("a start without a clear response", () => {
  const faults: ReadonlyArray<Fault> = [
    "reset", "resetAfter", "cut", "truncated", "empty", "duplicate", { duplicate: 2 },
    { status: 503, reason: "backendError", after: true }, { status: 502, reason: "", html: true, after: true },
    { status: 500, reason: "internalError", after: true },
  ]; // biome-ignore format: one list
  for (const fault of faults) {
    it.live(`${JSON.stringify(fault)} is retried with the same id, and its job runs once`, () =>
      Effect.gen(function* () {
        const { server, bigQuery } = yield* connect({
          query: () => rows,
          fault: ({ method }, before) => (method === "jobs.insert" && before < 1 ? fault : undefined),
        });
        const answer = yield* bigQuery.query(statement());
        expect(answer.rows).toEqual([{ n: 1 }]);
        expect(server.figures().jobs).toMatchObject({ started: 1, completed: 1, moreThanOnce: [] });
        expect(answer.statistics.jobId).toBe(`billing:EU.${server.jobs[0]!.id}`);
      }),
    );
  }

  it.live("takes the location of its job from the error of the second start", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({
        location: "europe-west3",
        query: () => rows,
        fault: ({ method }, before) => (method === "jobs.insert" && before < 1 ? "resetAfter" : undefined),
      });
      yield* bigQuery.query(statement({ location: null }));
      const polls = server.requests.filter(({ method }) => method === "jobs.getQueryResults");
      expect(polls.map(({ query }) => query.location)).toEqual(["europe-west3"]);
    }),
  );

  it.live("fails after the last retry, with its job cancelled and named, and its cost unknown", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect(
        { query: () => endless, fault: always("jobs.insert", "resetAfter") },
        retries,
      );
      const { lost, query } = metered(bigQuery.query(statement()));
      const error = yield* Effect.flip(query);
      const name = `billing:EU.${server.jobs[0]!.id}`;
      expect([error.reason, error.mayBeBilled, lost]).toEqual(["connection", true, [name]]);
      expect(error.detail).toEndWith(`; job ${name} was cancelled`);
      expect(server.figures().jobs).toMatchObject({ started: 1, running: 0, cancelled: 1 });
    }),
  );

  it.live("fails after the last retry with an unknown cost if its job is not found", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({ fault: always("jobs.insert", "reset") }, retries);
      const error = yield* Effect.flip(bigQuery.query(statement()));
      expect([error.reason, error.mayBeBilled]).toEqual(["connection", true]);
      expect(error.detail).toEndWith("may have started");
      expect(server.count("jobs.cancel")).toBeGreaterThan(1);
    }),
  );
});

describe("a rejected start", () => {
  const refusals: ReadonlyArray<Answered> = [
    { status: 403, reason: "rateLimitExceeded" },
    { status: 403, reason: "accessDenied", message: "Access Denied" },
    { status: 404, reason: "notFound", message: "Not found: Dataset p:d" },
    { status: 400, reason: "jobBackendError", message: "no" },
  ];
  for (const fault of refusals) {
    it.live(`${fault.reason}: has no job to cancel, and costs nothing`, () =>
      Effect.gen(function* () {
        const { server, bigQuery } = yield* connect({ fault: always("jobs.insert", fault) }, retries);
        const { lost, query } = metered(bigQuery.query(statement()));
        expect((yield* Effect.flip(query)).mayBeBilled).toBe(false);
        expect([server.count("jobs.cancel"), lost]).toEqual([0, []]);
      }),
    );
  }

  it.live("that reports a failed job continues if the job is running", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({
        query: () => rows,
        fault: ({ method }, before) => {
          if (method === "jobs.insert") return { status: 400, reason: "jobInternalError", after: true };
          return method === "jobs.get" && before < 2 ? { status: 404, reason: "notFound" } : undefined;
        },
      });
      expect((yield* bigQuery.query(statement())).rows).toEqual([{ n: 1 }]);
      expect(server.figures().jobs).toMatchObject({ started: 1, completed: 1 });
    }),
  );
});

describe("a poll", () => {
  const faults: ReadonlyArray<Fault> = [
    "reset", "truncated", "html", "empty",
    { status: 404, reason: "notFound", message: "Not found: Job billing:EU.x" },
    { status: 403, reason: "accessDenied", message: "Access Denied" },
    { status: 401, reason: "authError", message: "Invalid Credentials" },
    { status: 407, reason: "proxy", html: true },
    { status: 400, reason: "jobBackendError", message: "try again" },
    { status: 400, reason: "stopped", message: "Job execution was cancelled" },
    { status: 400, reason: "invalidQuery", message: "Unrecognized name: x at [1:8]" },
    { status: 500, reason: "internalError", message: "internal" },
    { status: 503, reason: "backendError" },
    { status: 429, reason: "rateLimitExceeded" },
  ]; // biome-ignore format: one list
  for (const fault of faults) {
    it.live(`with ${JSON.stringify(fault)} is retried, and the job continues`, () =>
      Effect.gen(function* () {
        const { server, bigQuery } = yield* connect({
          query: () => rows,
          fault: ({ method }, before) =>
            method === "jobs.getQueryResults" && before < 2 ? fault : undefined,
        });
        expect((yield* bigQuery.query(statement())).rows).toEqual([{ n: 1 }]);
        expect(server.figures().jobs).toMatchObject({ started: 1, completed: 1, cancelled: 0 });
      }),
    );

    it.live(`with a permanent ${JSON.stringify(fault)} cancels the job, names it, and starts no other`, () =>
      Effect.gen(function* () {
        const { server, bigQuery } = yield* connect(
          { query: () => ({ ...rows, pending: 1000 }), fault: always("jobs.getQueryResults", fault) },
          retries,
        );
        const { lost, query } = metered(bigQuery.query(statement()));
        const error = yield* Effect.flip(query);
        const name = `billing:EU.${server.jobs[0]!.id}`;
        expect([error.mayBeBilled, lost]).toEqual([true, [name]]);
        expect(error.detail).toEndWith(`; job ${name} was cancelled`);
        // Bun retries a request itself if a reused connection is reset.
        if (fault !== "reset") expect(server.count("jobs.getQueryResults")).toBe(3);
        expect(server.figures().jobs).toMatchObject({ started: 1, running: 0, cancelled: 1 });
      }),
    );
  }
});

describe("rows that are too large", () => {
  const large: ReadonlyArray<Answered> = [
    { status: 403, reason: "responseTooLarge", message: "Response too large to return." },
    {
      status: 200,
      reason: "",
      body: JSON.stringify({ jobComplete: true, rows: " ".repeat(maxResponseBytes) }),
    },
  ];
  for (const fault of large) {
    it.live(`are requested once, and their job is named (${fault.status} ${fault.reason})`, () =>
      Effect.gen(function* () {
        const { server, bigQuery } = yield* connect(
          { query: () => ({ ...rows, pending: 1000 }), fault: always("jobs.getQueryResults", fault) },
          retries,
        );
        const error = yield* Effect.flip(bigQuery.query(statement()));
        expect(error.mayBeBilled).toBe(true);
        expect(error.detail).toContain(`; job billing:EU.${server.jobs[0]!.id} was cancelled`);
        expect([server.count("jobs.getQueryResults"), server.figures().jobs.running]).toEqual([1, 0]);
      }),
    );
  }
});

describe("a job that fails", () => {
  const answers: ReadonlyArray<Answered> = [
    { status: 503, reason: "backendError", message: "backend" },
    { status: 500, reason: "internalError", message: "internal" },
    { status: 403, reason: "rateLimitExceeded", message: "too many" },
  ];
  for (const answer of answers) {
    it.live(`with ${answer.reason} is retried as a new job, whatever its polls return`, () =>
      Effect.gen(function* () {
        const failing: Query = { error: { ...answer, message: "no" }, runsMs: 5 };
        const { server, bigQuery } = yield* connect({
          query: (_, number) => (number < 2 ? failing : rows),
        });
        expect((yield* bigQuery.query(statement())).rows).toEqual([{ n: 1 }]);
        expect(server.count("jobs.getQueryResults")).toBe(3);
        expect(server.figures().jobs).toMatchObject({ started: 3, failed: 2, completed: 1 });
      }),
    );

    it.live(`repeatedly with ${answer.reason} is started as often as the retries allow`, () =>
      Effect.gen(function* () {
        const { server, bigQuery } = yield* connect(
          { query: () => ({ error: { ...answer, message: "no" }, runsMs: 5 }) },
          retries,
        );
        const error = yield* Effect.flip(bigQuery.query(statement()));
        expect([error.reason, error.mayBeBilled]).toEqual(["jobFailed", false]);
        expect(server.figures().jobs).toMatchObject({ started: 3, failed: 3, cancelled: 0 });
      }),
    );
  }

  it.live("with a permanent error is final, even if a proxy responds to its polls", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect(
        {
          query: () => ({ error: { status: 400, reason: "invalidQuery", message: "Unrecognized name: x" } }),
          fault: always("jobs.getQueryResults", { status: 502, reason: "", html: true }),
        },
        retries,
      );
      const error = yield* Effect.flip(bigQuery.query(statement()));
      expect([error.reason, error.mayBeBilled]).toEqual(["invalidQuery", false]);
      expect(server.count("jobs.cancel")).toBe(0);
    }),
  );
});

describe("the end of a job", () => {
  it.live("is read with one jobs.get, concurrently with the later pages", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({
        query: () => ({ ...rows, rows: [["1"], ["2"], ["3"]] }),
        pageRows: 1,
        latency: { byMethod: { "jobs.getQueryResults": 30 } },
      });
      expect((yield* bigQuery.query(statement())).rows.length).toBe(3);
      expect(server.requests.map(({ method }) => method).lastIndexOf("jobs.get")).toBeLessThan(4);
      expect(server.count("jobs.get")).toBe(1);
    }),
  );

  for (const method of ["jobs.get", "jobs.getQueryResults"] as const) {
    it.live(`without a response of ${method} is a failure that names the job, with an unknown cost`, () =>
      Effect.gen(function* () {
        const { server, bigQuery } = yield* connect(
          {
            query: () => ({ ...rows, rows: [["1"], ["2"]] }),
            pageRows: 1,
            fault: (seen, before) =>
              seen.method === method && (method === "jobs.get" || before > 0) ? "reset" : undefined,
          },
          retries,
        );
        const error = yield* Effect.flip(bigQuery.query(statement()));
        expect(error.mayBeBilled).toBe(true);
        expect(error.detail).toEndWith(`; job billing:EU.${server.jobs[0]!.id} has succeeded`);
        expect(server.count("jobs.cancel")).toBe(0);
      }),
    );
  }
});

describe("an interruption", () => {
  const fates: ReadonlyArray<Fault> = ["resetAfter", "hangAfter", "truncated", { duplicate: 2 }];
  for (const fate of fates) {
    it.live(`cancels exactly the job of a start with ${JSON.stringify(fate)}`, () =>
      Effect.gen(function* () {
        const { server, bigQuery } = yield* connect({
          query: () => endless,
          latency: { byMethod: { "jobs.insert": 100 } },
          fault: always("jobs.insert", fate),
        });
        const { lost, query } = metered(bigQuery.query(statement()));
        const fiber = yield* Effect.fork(query);
        yield* Effect.sleep(5).pipe(Effect.repeat({ until: () => server.count("jobs.insert") > 0 }));
        yield* Fiber.interrupt(fiber);
        expect(server.figures().jobs).toMatchObject({ started: 1, cancelled: 1, running: 0 });
        expect(lost).toEqual([`billing:EU.${server.jobs[0]!.id}`]);
      }),
    );
  }
});
