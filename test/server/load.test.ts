/** The scripted server's capacity, latency and counters. */
import { describe, expect, test } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { makeFigures } from "../support/scripted-server/figures.ts";
import type { Query, Script } from "../support/scripted-server/index.ts";
import { latencyOf } from "../support/scripted-server/latency.ts";
import { reasonOf, serving } from "./support.ts";

const rows: Query = { fields: [{ name: "n", type: "INTEGER" }], rows: [["1"]] };

/** Runs this number of concurrent queries; returns their responses and the server's counters. */
const together = (count: number, script: Script) =>
  Effect.gen(function* () {
    const { server, query } = yield* serving({ query: () => rows, ...script });
    const answers = yield* Effect.forEach(
      Array.from({ length: count }, (_, i) => i),
      (i) => query(`SELECT ${i}`),
      { concurrency: "unbounded" },
    );
    return { server, answers, figures: server.figures() };
  });

describe("a capacity", () => {
  it.live("of requests throttles those above it", () =>
    Effect.gen(function* () {
      const { answers, figures } = yield* together(20, { capacity: { limit: 12 }, latency: 200 });
      const refused = answers.filter(({ status }) => status === 403);
      expect(refused.map(reasonOf)).toEqual(Array(8).fill("rateLimitExceeded"));
      expect([figures.refused, figures.jobs.completed, figures.maxInFlight >= 13]).toEqual([8, 12, true]);
    }),
  );

  it.live("of jobs throttles those above it, with another error", () =>
    Effect.gen(function* () {
      const { server, query, get } = yield* serving({
        query: () => ({ ...rows, runsMs: Infinity }),
        capacity: { limit: 2, of: "jobs", refusal: { status: 429, reason: "tooMany" } },
      });
      const statuses: Array<number> = [];
      for (let i = 0; i < 3; i++) statuses.push((yield* query(`SELECT ${i}`, { timeoutMs: 0 })).status);
      expect(statuses).toEqual([200, 200, 429]);
      expect((yield* get("/jobs/job-1?location=EU")).status).toBe(200);
      expect(server.figures().jobs).toMatchObject({ running: 2, maxRunning: 2 });
    }),
  );
});

describe("a queue", () => {
  it.live("of requests serves a limited number at a time", () =>
    Effect.gen(function* () {
      const waiting: Array<number> = [];
      const script: Script = { queue: { slots: 2, of: "requests" }, latency: 50 };
      const { server, query } = yield* serving({
        ...script,
        query: () => {
          waiting.push(server.waiting());
          return rows;
        },
      });
      const all = [1, 2, 3, 4, 5, 6].map((i) => query(`SELECT ${i}`));
      yield* Effect.all(all, { concurrency: "unbounded" });
      expect(waiting.length).toBe(6);
      // Whoever is served last has seen four answered.
      expect(waiting[5]).toBeLessThanOrEqual(2);
    }),
  );

  it.live("of jobs delays their start, which jobs.get reports", () =>
    Effect.gen(function* () {
      const { query, get } = yield* serving({
        query: () => ({ ...rows, runsMs: 100 }),
        queue: { slots: 1, of: "jobs" },
      });
      yield* query("SELECT 1", { timeoutMs: 0 });
      yield* query("SELECT 2", { timeoutMs: 0 });
      expect((yield* get("/jobs/job-2?location=EU")).json.status.state).toBe("PENDING");
      yield* get("/queries/job-2?location=EU&timeoutMs=5000");
      const first = (yield* get("/jobs/job-1?location=EU")).json.statistics;
      const { creationTime, startTime } = (yield* get("/jobs/job-2?location=EU")).json.statistics;
      expect(Number(creationTime)).toBeLessThan(Number(first.endTime));
      expect(Number(startTime)).toBeGreaterThanOrEqual(Number(first.endTime));
    }),
  );

  it.live("is left by a job that is cancelled in it", () =>
    Effect.gen(function* () {
      const { server, query, post } = yield* serving({
        query: (sql) => ({ ...rows, runsMs: sql === "SELECT 1" ? 100 : 0 }),
        queue: { slots: 1, of: "jobs" },
      });
      for (const sql of ["SELECT 1", "SELECT 2"]) yield* query(sql, { timeoutMs: 0 });
      yield* post("/jobs/job-2/cancel?location=EU", {});
      expect((yield* query("SELECT 3")).json.jobComplete).toBe(true);
      expect(server.figures().jobs).toMatchObject({ completed: 2, cancelled: 1, running: 0 });
    }),
  );
});

describe("latency", () => {
  test("is one figure, one for each method, or spread by a seed", () => {
    expect(latencyOf(5)("jobs.get")).toBe(5);
    const byMethod = latencyOf({ byMethod: { "jobs.query": 7 } });
    expect([byMethod("jobs.query"), byMethod("jobs.get")]).toEqual([7, 0]);
    const draws = (seed: number) => {
      const latency = latencyOf({ least: 10, most: 20, seed });
      return Array.from({ length: 100 }, () => latency("jobs.get"));
    };
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
    expect(Math.min(...draws(1)) >= 10 && Math.max(...draws(1)) < 20).toBe(true);
  });
});

describe("figures", () => {
  it.live("count by method, and in flight", () =>
    Effect.gen(function* () {
      const { server, get, query } = yield* serving({ query: () => rows });
      for (let i = 0; i < 5; i++) yield* query(`SELECT ${i}`);
      for (let i = 0; i < 3; i++) yield* get("/datasets");
      const { byMethod, requests, inFlight } = server.figures();
      expect([byMethod["jobs.query"], byMethod["datasets.list"], requests, inFlight]).toEqual([5, 3, 8, 0]);
    }),
  );

  test("include the maximum starts in a sliding second, without cancellations", () => {
    let now = 0;
    const figures = makeFigures(() => now);
    for (const time of [0, 900, 950, 1100, 1899, 1900]) {
      now = time;
      figures.arrived("tables.get");
      figures.arrived("jobs.cancel");
    }
    // Those of 900 to 1899; the one of 1900 is a second after that of 900.
    expect(figures.read().maxStartsPerSecond).toBe(4);
  });

  test("are bounded and complete for long runs", () => {
    let now = 0;
    const figures = makeFigures(() => now);
    for (let i = 0; i < 100_000; i++) {
      now = i * 36;
      figures.arrived("tables.get");
      if (i % 10 === 0) figures.refused();
      figures.left(true);
    }
    const { requests, refused, timeline, momentMs } = figures.read();
    const sum = (key: "requests" | "refused") => timeline.reduce((total, moment) => total + moment[key], 0);
    expect([requests, sum("requests"), refused, sum("refused")]).toEqual([100_000, 100_000, 10_000, 10_000]);
    // An hour, in at most 2,048 moments.
    expect([momentMs, timeline.length]).toEqual([3200, 1125]);
    expect(timeline.map(({ fromMs }) => fromMs)).toEqual(timeline.map((_, i) => i * momentMs));
    expect(timeline.every(({ maxInFlight }) => maxInFlight === 1)).toBe(true);
  });

  it.live("keep only the latest requests and jobs", () =>
    Effect.gen(function* () {
      const { server, query } = yield* serving({ query: () => rows, keepRequests: 10, keepJobs: 10 });
      for (let i = 0; i < 50; i++) yield* query(`SELECT ${i}`);
      expect(server.requests.length).toBeLessThanOrEqual(20);
      expect(server.requests.at(-1)?.body.query).toBe("SELECT 49");
      expect(server.jobs.length).toBeLessThanOrEqual(20);
      expect(server.figures().jobs).toMatchObject({ completed: 50, statements: 50 });
    }),
  );

  it.live("restart with a reset", () =>
    Effect.gen(function* () {
      const { server, query } = yield* serving({ query: () => rows });
      yield* query("SELECT 1");
      server.reset();
      expect([server.figures().requests, server.jobs.length, server.requests.length]).toEqual([0, 0, 0]);
      server.change({ fault: () => ({ status: 503, reason: "backendError" }) });
      expect((yield* query("SELECT 1")).status).toBe(503);
    }),
  );
});
