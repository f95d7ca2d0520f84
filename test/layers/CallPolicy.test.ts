import { describe, expect } from "bun:test";
import { Cause, Clock, type Duration, Effect, Exit, Fiber, Random, TestClock } from "effect";
import * as CallPolicy from "../../src/layers/CallPolicy.ts";
import * as BigQueryTest from "../../src/layers/test/BigQueryTest.ts";
import { BigQuery, type QueryStatistics, type Statement } from "../../src/services/BigQuery.ts";
import { BigQueryError } from "../../src/services/BigQueryError.ts";
import { CostMeter } from "../../src/services/CostMeter.ts";
import { word } from "../../src/sql/Sql.ts";
import { it } from "../support/effect.ts";

const statement: Statement = { sql: word("SELECT"), tables: [], location: null };

/** An effect that fails with each of the errors in turn, then succeeds, with the times of its calls. */
const failing = (...errors: ReadonlyArray<BigQueryError>) => {
  const calls: Array<number> = [];
  const effect = Effect.gen(function* () {
    calls.push(yield* Clock.currentTimeMillis);
    const error = errors[calls.length - 1];
    return error === undefined ? "done" : yield* error;
  });
  return { calls, effect };
};

const gaps = (times: ReadonlyArray<number>) => times.slice(1).map((time, i) => time - times[i]!);

/** No jitter. */
const steady = Effect.withRandom(Random.fixed([0]));

const run = <A, E>(effect: Effect.Effect<A, E>, time: Duration.DurationInput) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect.pipe(steady));
    yield* TestClock.adjust(time);
    return yield* fiber.pipe(Fiber.join);
  });

describe("the rate limit", () => {
  it.effect("spaces requests evenly, so that no second exceeds the limit", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ rateLimit: 50 });
      const starts: Array<number> = [];
      const call = policy.request(Effect.map(Clock.currentTimeMillis, (now) => void starts.push(now)));
      yield* run(
        Effect.all(
          Array.from({ length: 200 }, () => call),
          { concurrency: "unbounded" },
        ),
        "10 seconds",
      );
      expect(starts.length).toBe(200);
      const busiest = Math.max(
        ...starts.map((from) => starts.filter((at) => at >= from && at < from + 1000).length),
      );
      expect(busiest).toBeLessThanOrEqual(50);
      expect(busiest).toBeGreaterThanOrEqual(46);
    }),
  );

  it.effect("applies to retries", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ rateLimit: 10, firstWait: "1 millis" });
      const busy = BigQueryError.of("rateLimited", "busy");
      const requests = Array.from({ length: 20 }, () => failing(busy, busy));
      const all = Effect.forEach(requests, ({ effect }) => policy.request(effect), {
        concurrency: "unbounded",
      });
      yield* run(all, "1 minute");
      const starts = requests.flatMap(({ calls }) => calls).sort((x, y) => x - y);
      expect(starts.length).toBe(60);
      expect(Math.min(...gaps(starts))).toBeGreaterThanOrEqual(104);
    }),
  );

  it.effect("does not wait for responses", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ rateLimit: 1 });
      const { calls, effect } = failing();
      yield* Effect.fork(policy.request(Effect.sleep("1 hour")));
      yield* run(policy.request(effect), "5 seconds");
      expect(calls).toEqual([1042]);
    }),
  );

  it.effect("skips a call that is interrupted while it waits", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ rateLimit: 1 });
      yield* policy.request(Effect.void);
      const waiting = yield* Effect.fork(policy.request(Effect.void));
      yield* TestClock.adjust(500);
      yield* Fiber.interrupt(waiting);
      const { calls, effect } = failing();
      yield* run(policy.request(effect), "5 seconds");
      expect(calls).toEqual([1042]);
    }),
  );
});

describe("a request that fails", () => {
  const busy = BigQueryError.of("backendError", "busy");

  it.effect("is retried after 1, 2, 4, … seconds, 32 at most, eight times", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ rateLimit: 1000 });
      const { calls, effect } = failing(...Array.from({ length: 9 }, () => busy));
      const error = yield* Effect.flip(run(policy.request(effect), "10 minutes"));
      expect(error).toBe(busy);
      expect(gaps(calls)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 32_000, 32_000]);
    }),
  );

  it.effect("waits up to a second longer, at random", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ rateLimit: 1000 });
      const { calls, effect } = failing(busy);
      const fiber = yield* Effect.fork(policy.request(effect).pipe(Effect.withRandom(Random.fixed([0.5]))));
      yield* TestClock.adjust("1 minute");
      yield* Fiber.join(fiber);
      expect(gaps(calls)).toEqual([1500]);
    }),
  );

  it.effect("waits for the time in Retry-After", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make();
      const { calls, effect } = failing(
        BigQueryError.of("rateLimited", "slow down", { retryAfterMs: 120_000 }),
      );
      yield* run(policy.request(effect), "10 minutes");
      expect(gaps(calls)).toEqual([120_000]);
    }),
  );

  it.effect("is final if Retry-After exceeds the patience", () =>
    Effect.gen(function* () {
      const quota = BigQueryError.of("quotaExceeded", "no more today", { retryAfterMs: 600_000 });
      const impatient = yield* CallPolicy.make();
      const first = failing(quota);
      expect(yield* Effect.flip(run(impatient.policy.request(first.effect), 0))).toBe(quota);
      const patient = yield* CallPolicy.make({ patience: "1 hour" });
      const second = failing(quota);
      expect(yield* run(patient.policy.request(second.effect), "1 hour")).toBe("done");
    }),
  );

  it.effect("with a fatal error, or because its job failed, is not retried", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make();
      for (const reason of ["notFound", "accessDenied", "invalidQuery", "jobFailed"] as const) {
        const { calls, effect } = failing(BigQueryError.of(reason, "no"));
        expect((yield* Effect.flip(run(policy.request(effect), "1 minute"))).reason).toBe(reason);
        expect(calls.length).toBe(1);
      }
    }),
  );

  it.effect("with a fatal error is not counted as a retry", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make();
      let retries = 0;
      const meter = {
        addQuery: () => {},
        addTable: () => {},
        addLostJob: () => {},
        addRetry: () => void retries++,
      };
      const { effect } = failing(BigQueryError.of("notFound", "no"));
      yield* Effect.flip(
        run(policy.request(effect).pipe(Effect.provideService(CostMeter, meter)), "1 minute"),
      );
      expect(retries).toBe(0);
    }),
  );

  it.effect("counts each retry in the item's CostMeter", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make();
      let retries = 0;
      const meter = {
        addQuery: () => {},
        addTable: () => {},
        addLostJob: () => {},
        addRetry: () => void retries++,
      };
      yield* run(
        policy.request(failing(busy, busy).effect).pipe(Effect.provideService(CostMeter, meter)),
        "1 minute",
      );
      expect(retries).toBe(2);
    }),
  );
});

describe("a listing of tables", () => {
  const pattern = { _tag: "BigQueryTable", project: "p", dataset: "d", table: "a_*" } as const;

  it.effect("that takes too long ends with an error that names the pattern", () =>
    Effect.gen(function* () {
      const { service } = yield* CallPolicy.make({ listTimeout: "90 seconds" });
      let interruptions = 0;
      const listTables = () =>
        Effect.onInterrupt(Effect.never, () => Effect.sync(() => void interruptions++));
      const slow = service({ ...BigQueryTest.make({}), listTables });
      const error = yield* run(Effect.flip(slow.listTables(pattern)), "2 minutes");
      expect(error.message).toBe(
        "listing the tables of p.d.a_* took longer than 1m 30s; raise --timeout, or choose a pattern in a smaller dataset",
      );
      expect([error.endsBatch, interruptions]).toEqual([false, 1]);
    }),
  );

  it.effect("has no limit where none is given", () =>
    Effect.gen(function* () {
      const { service } = yield* CallPolicy.make();
      const slow = service({
        ...BigQueryTest.make({}),
        listTables: () => Effect.as(Effect.sleep("1 hour"), [pattern]),
      });
      expect(yield* run(slow.listTables(pattern), "1 hour")).toEqual([pattern]);
    }),
  );
});

describe("an engine with a call policy", () => {
  const cost: QueryStatistics = { ...BigQueryTest.free, jobId: "j", bytesBilled: 7 };
  const answering = (seen: Array<number | undefined>, ...errors: ReadonlyArray<BigQueryError>) =>
    BigQueryTest.make({
      queries: [
        {
          when: "SELECT",
          answer: ({ maximumBytesBilled }) => {
            seen.push(maximumBytesBilled);
            return errors[seen.length - 1] ?? { rows: [], statistics: cost };
          },
        },
      ],
    });

  it.effect("caps every query by the lower of its own limit and the policy's", () =>
    Effect.gen(function* () {
      const caps: Array<number | undefined> = [];
      const capped = (yield* CallPolicy.make({ maximumBytesBilled: 100 })).service(answering(caps));
      yield* capped.query(statement);
      yield* capped.query({ ...statement, maximumBytesBilled: 20 });
      yield* capped.query({ ...statement, maximumBytesBilled: 300 });
      const free = (yield* CallPolicy.make({ maximumBytesBilled: null })).service(answering(caps));
      yield* free.query(statement);
      const usual = (yield* CallPolicy.make()).service(answering(caps));
      yield* usual.query(statement);
      expect(caps).toEqual([100, 20, 100, undefined, 100e9]);
    }),
  );

  it.effect("retries a failed job as a new job, and records the cost of the one that succeeded", () =>
    Effect.gen(function* () {
      const calls: Array<number | undefined> = [];
      const { service } = yield* CallPolicy.make();
      const costs: Array<QueryStatistics> = [];
      const meter = {
        addQuery: (given: QueryStatistics) => void costs.push(given),
        addRetry: () => {},
        addTable: () => {},
        addLostJob: () => {},
      };
      const failed = BigQueryError.of("jobFailed", "internal");
      const query = service(answering(calls, failed))
        .query(statement)
        .pipe(Effect.provideService(CostMeter, meter));
      yield* run(query, "1 minute");
      expect(calls.length).toBe(2);
      expect(costs).toEqual([cost]);
    }),
  );

  it.effect("does not retry other errors, which the requests have retried", () =>
    Effect.gen(function* () {
      const calls: Array<number | undefined> = [];
      const { service } = yield* CallPolicy.make();
      const error = yield* Effect.flip(
        service(answering(calls, BigQueryError.of("connection", "down"))).query(statement),
      );
      expect(error.reason).toBe("connection");
      expect(calls.length).toBe(1);
    }),
  );
});

describe("the test layer", () => {
  const given: BigQueryTest.Given = {
    tables: { "p.d.a_1": BigQueryTest.table("p.d.a_1", []), "p.d.b": BigQueryError.of("accessDenied", "no") },
    rows: {
      "p.d.a_1": [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ],
    },
    queries: [{ when: /^SELECT$/, answer: Effect.as(Effect.sleep("1 hour"), [{ n: 1 }]) }],
  };

  it.effect("returns the given answers after their delay", () =>
    Effect.gen(function* () {
      const bigQuery = yield* BigQuery;
      const table = yield* bigQuery.table({
        _tag: "BigQueryTable",
        project: "p",
        dataset: "d",
        table: "a_1",
      });
      expect(yield* bigQuery.listRows(table, { limit: 1, columns: ["y"] })).toEqual([{ y: 2 }]);
      const found = yield* bigQuery.listTables({
        _tag: "BigQueryTable",
        project: "p",
        dataset: "d",
        table: "a*",
      });
      expect(found.map(({ table }) => table)).toEqual(["a_1"]);
      const { rows } = yield* run(bigQuery.query(statement), "1 hour");
      expect(rows).toEqual([{ n: 1 }]);
      const refused = bigQuery.table({ _tag: "BigQueryTable", project: "p", dataset: "d", table: "b" });
      expect((yield* Effect.flip(refused)).reason).toBe("accessDenied");
    }).pipe(Effect.provide(BigQueryTest.scripted(given))),
  );

  it.effect("dies for other calls, and names them", () =>
    Effect.gen(function* () {
      const engine = yield* BigQuery;
      const deaths = [
        engine.table({ _tag: "LocalFiles", path: "a.csv" }),
        engine.query({ ...statement, sql: word("OTHER") }),
        engine.dryRun(statement),
      ];
      const said = yield* Effect.forEach(deaths, (effect) =>
        Effect.map(Effect.exit(effect as Effect.Effect<unknown, BigQueryError>), (exit) =>
          Exit.isFailure(exit) && Cause.isDie(exit.cause) ? String(Cause.squash(exit.cause)) : "no defect",
        ),
      );
      expect(said[0]).toContain("no table given for a.csv; given: p.d.a_1, p.d.b");
      expect(said[1]).toContain("no query given for\nOTHER");
      expect(said[2]).toContain("no dryRun given for\nSELECT");
    }).pipe(Effect.provide(BigQueryTest.scripted(given))),
  );
});
