import { describe, expect } from "bun:test";
import { Effect, Fiber } from "effect";
import { CostMeter } from "../../../../src/services/CostMeter.ts";
import { it } from "../../../support/effect.ts";
import type { Method, Query } from "../../../support/scripted-server/index.ts";
import { faultsOf } from "../description/validate.ts";
import { connect, reference, statement, t } from "../support.ts";

const numbers: Query = {
  fields: [{ name: "n", type: "INTEGER" }],
  rows: Array.from({ length: 25 }, (_, i) => [String(i)]),
  statistics: {
    totalBytesProcessed: "1000",
    totalSlotMs: "42",
    query: { totalBytesBilled: "10485760", cacheHit: false },
  },
};

describe("a query", () => {
  it.live("returns rows and their cost, with one start, one poll and one jobs.get", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({ query: () => numbers });
      const { rows, statistics } = yield* bigQuery.query(statement());
      expect(rows.length).toBe(25);
      expect(rows[24]).toEqual({ n: 24 });
      expect(statistics).toEqual({
        jobId: `billing:EU.${server.jobs[0]!.id}`,
        bytesProcessed: 1000,
        bytesBilled: 10_485_760,
        slotMs: 42,
        cacheHit: false,
        restricted: false,
      });
      expect(server.requests.map(({ method }) => method)).toEqual([
        "jobs.insert",
        "jobs.getQueryResults",
        "jobs.get",
      ]);
    }),
  );

  it.live("is GoogleSQL with the labels, the cap, the statement's location and a new job id", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect(
        { query: () => numbers },
        { connection: { labels: { team: "data" } }, policy: { maximumBytesBilled: 5e9 } },
      );
      yield* bigQuery.query(statement());
      expect(server.requests[0]!.body).toEqual({
        jobReference: {
          projectId: "billing",
          jobId: expect.stringMatching(/^bqkit_[\w-]{36}$/),
          location: "EU",
        },
        configuration: {
          labels: { team: "data" },
          query: { query: "SELECT", useLegacySql: false, maximumBytesBilled: "5000000000" },
        },
      });
      expect(server.requests[1]!.query).toEqual({
        maxResults: "10000",
        location: "EU",
        timeoutMs: "50000",
        "formatOptions.useInt64Timestamp": "true",
      });
    }),
  );

  it.live("polls with the job's location until the job is done, regardless of the statement's location", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({ query: () => ({ ...numbers, pending: 3 }) });
      const { rows } = yield* bigQuery.query(statement({ location: null }));
      expect(rows.length).toBe(25);
      expect(server.count("jobs.getQueryResults")).toBe(3);
      const later = server.requests.slice(1);
      expect(later.map(({ query }) => query.location)).toEqual(["EU", "EU", "EU", "EU"]);
    }),
  );

  it.live("prefers the connection's location to the statement's", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect(
        { query: () => numbers, location: "US" },
        { connection: { location: "US" } },
      );
      yield* bigQuery.query(statement());
      expect(server.requests[0]!.body.jobReference).toMatchObject({ location: "US" });
    }),
  );

  it.live("encrypts its result with the connection's key, in a dry run, too", () =>
    Effect.gen(function* () {
      const kmsKey = "projects/p/locations/eu/keyRings/r/cryptoKeys/k";
      const { server, bigQuery } = yield* connect({ query: () => numbers }, { connection: { kmsKey } });
      yield* bigQuery.query(statement());
      yield* bigQuery.dryRun(statement());
      const inserts = server.requests.filter(({ method }) => method === "jobs.insert");
      const expected = { query: { destinationEncryptionConfiguration: { kmsKeyName: kmsKey } } };
      expect(inserts.map(({ body }) => body.configuration)).toMatchObject([expected, expected]);
      expect(inserts.flatMap(faultsOf)).toEqual([]);
    }),
  );

  it.live("fetches pages up to the maximum number of rows", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({ query: () => numbers, pageRows: 4 });
      const { rows } = yield* bigQuery.query(statement({ maxRows: 10 }));
      expect(rows.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      const pages = server.requests.filter(({ method }) => method === "jobs.getQueryResults");
      expect(pages.map(({ query }) => query.maxResults)).toEqual(["10", "6", "2"]);
    }),
  );

  it.live("reports filtered rows and masked columns", () =>
    Effect.gen(function* () {
      const seen = (statistics: object) =>
        connect({ query: () => ({ ...numbers, statistics: { ...statistics } }) }).pipe(
          Effect.flatMap(({ bigQuery }) => bigQuery.query(statement())),
          Effect.map((result) => result.statistics.restricted),
        );
      expect(yield* seen({ dataMaskingStatistics: { dataMaskingApplied: true } })).toBe(true);
      expect(yield* seen({ rowLevelSecurityStatistics: { rowLevelSecurityApplied: true } })).toBe(true);
      expect(yield* seen({ dataMaskingStatistics: { dataMaskingApplied: false } })).toBe(false);
    }),
  );
});

describe("a retried query", () => {
  it.live("keeps its job id, so that it runs once", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({
        query: () => numbers,
        fault: ({ method }, before) =>
          method === "jobs.insert" ? (["truncated", "cut"] as const)[before] : undefined,
      });
      const { rows } = yield* bigQuery.query(statement());
      expect(rows.length).toBe(25);
      expect(server.count("jobs.insert")).toBe(3);
      expect(server.figures().jobs).toMatchObject({ started: 1, repeated: 2 });
    }),
  );

  it.live("is a new job if its job failed", () =>
    Effect.gen(function* () {
      const failing: Query = {
        error: { status: 400, reason: "jobInternalError", message: "internal" },
        pending: 1,
      };
      const { server, bigQuery } = yield* connect({ query: (_, number) => (number < 2 ? failing : numbers) });
      const retries: Array<number> = [];
      const { rows } = yield* bigQuery.query(statement()).pipe(
        Effect.provideService(CostMeter, {
          addQuery: () => {},
          addRetry: () => retries.push(1),
          addTable: () => {},
          addLostJob: () => {},
        }),
      );
      expect(rows.length).toBe(25);
      const [first = ""] = server.jobs.map(({ id }) => id);
      expect(server.jobs.map(({ id }) => id)).toEqual([first, `${first}_2`, `${first}_3`]);
      expect(retries.length).toBe(2);
    }),
  );

  it.live("survives every transient error of every call", () =>
    Effect.gen(function* () {
      const faults = [
        "reset",
        "truncated",
        { status: 503, reason: "backendError" },
        { status: 403, reason: "rateLimitExceeded" },
      ] as const;
      const { server, bigQuery } = yield* connect({
        query: () => ({ ...numbers, pending: 1 }),
        pageRows: 20,
        fault: (_, before) => faults[before],
      });
      const { rows } = yield* bigQuery.query(statement());
      expect(rows.length).toBe(25);
      expect(server.jobs.length).toBe(1);
    }),
  );
});

describe("an interrupted query", () => {
  const interrupted = (pending: Query, when: Method) =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({
        query: () => pending,
        fault: ({ method }) => (method === when ? "hang" : undefined),
      });
      const fiber = yield* Effect.fork(bigQuery.query(statement()));
      yield* Effect.sleep(10).pipe(Effect.repeat({ until: () => server.count(when) > 0 }));
      yield* Fiber.interrupt(fiber);
      return server;
    });

  it.live("cancels its job, with the location, and closes its connection at once", () =>
    Effect.gen(function* () {
      const server = yield* interrupted({ pending: Number.POSITIVE_INFINITY }, "jobs.getQueryResults");
      expect(server.jobs.map(({ cancelled }) => cancelled)).toEqual([true]);
      yield* Effect.sleep(50);
      expect(server.waiting()).toBe(0);
    }),
  );

  it.live("waits for the response to a start, and cancels the job", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({
        query: () => ({ pending: Number.POSITIVE_INFINITY }),
        latency: 100,
      });
      const fiber = yield* Effect.fork(bigQuery.query(statement()));
      yield* Effect.sleep(5).pipe(Effect.repeat({ until: () => server.count("jobs.insert") > 0 }));
      yield* Fiber.interrupt(fiber);
      expect(server.jobs.map(({ cancelled }) => cancelled)).toEqual([true]);
    }),
  );

  it.live(
    "ends without any response, and closes its connections",
    () =>
      Effect.gen(function* () {
        const server = yield* interrupted({}, "jobs.insert");
        yield* Effect.sleep(50);
        expect(server.waiting()).toBe(0);
      }),
    10_000,
  );

  it.live("does not cancel a job that is done", () =>
    Effect.gen(function* () {
      const server = yield* interrupted(numbers, "jobs.get");
      expect(server.count("jobs.cancel")).toBe(0);
    }),
  );

  it.live("has an unknown cost", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({
        query: () => ({ pending: Number.POSITIVE_INFINITY }),
        latency: 1,
      });
      const costs: Array<number | null> = [];
      const meter = {
        addQuery: ({ bytesBilled }: { bytesBilled: number | null }) => costs.push(bytesBilled),
        addRetry: () => {},
        addTable: () => {},
        addLostJob: () => {},
      };
      const fiber = yield* Effect.fork(
        bigQuery.query(statement()).pipe(Effect.provideService(CostMeter, meter)),
      );
      yield* Effect.sleep(5).pipe(Effect.repeat({ until: () => server.count("jobs.getQueryResults") > 0 }));
      yield* Fiber.interrupt(fiber);
      expect(costs).toEqual([null]);
    }),
  );
});

describe("a dry run", () => {
  it.live("returns the bytes, their accuracy and the schema, and runs nothing", () =>
    Effect.gen(function* () {
      const statistics = {
        query: { totalBytesProcessed: "9007199254740991", totalBytesProcessedAccuracy: "UPPER_BOUND" },
      };
      const { server, bigQuery } = yield* connect({
        query: () => ({ fields: [{ name: "n", type: "INTEGER" }], statistics }),
      });
      expect(yield* bigQuery.dryRun(statement())).toEqual({
        bytesProcessed: 9_007_199_254_740_991,
        accuracy: "UPPER_BOUND",
        schema: [{ name: "n", type: "INT64", mode: "NULLABLE" }],
      });
      expect(server.requests.map(({ method }) => method)).toEqual(["jobs.insert"]);
      expect(server.requests[0]!.body.configuration).toEqual({
        dryRun: true,
        query: { query: "SELECT", useLegacySql: false, useQueryCache: false },
      });
      expect(server.requests[0]!.body.jobReference).toEqual({ projectId: "billing", location: "EU" });
    }),
  );

  it.live("without bytes has an unknown estimate", () =>
    Effect.gen(function* () {
      const { bigQuery } = yield* connect({ query: () => ({}) });
      expect(yield* bigQuery.dryRun(statement({ tables: [t, reference("d", "u")] }))).toEqual({
        bytesProcessed: null,
        accuracy: "UNKNOWN",
        schema: [],
      });
    }),
  );
});
