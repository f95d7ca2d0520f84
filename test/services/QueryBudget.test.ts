/** CallPolicy charges the item's budget and notifies the ThrottleListener. */
import { describe, expect } from "bun:test";
import { Duration, Effect, Fiber, Random, TestClock } from "effect";
import * as CallPolicy from "../../src/layers/CallPolicy.ts";
import * as BigQueryTest from "../../src/layers/test/BigQueryTest.ts";
import type { QueryResult, Statement } from "../../src/services/BigQuery.ts";
import { BigQueryError } from "../../src/services/BigQueryError.ts";
import { QueryBudget } from "../../src/services/QueryBudget.ts";
import { ThrottleListener } from "../../src/services/ThrottleListener.ts";
import { word } from "../../src/sql/Sql.ts";
import { it } from "../support/effect.ts";

const statement: Statement = { sql: word("SELECT"), tables: [], location: null };

const answer = (bytesBilled: number | null): QueryResult => ({
  rows: [],
  statistics: { ...BigQueryTest.free, bytesBilled },
});

/**
 * An engine whose query has this outcome; returns the caps that it received and the charges to a budget of 1000
 * bytes.
 */
const spending = (
  ends: Effect.Effect<QueryResult, BigQueryError>,
  maximumBytesBilled: number | null = null,
) =>
  Effect.gen(function* () {
    const caps: Array<number | undefined> = [];
    const spent: Array<number | null> = [];
    const engine = {
      ...BigQueryTest.make({}),
      query: (asked: Statement) =>
        Effect.suspend(() => {
          caps.push(asked.maximumBytesBilled);
          return ends;
        }),
    };
    const { service } = yield* CallPolicy.make({ maximumBytesBilled, retries: 2 });
    const remaining = () => 1000 - spent.reduce<number>((sum, one) => sum + (one ?? 1000), 0);
    const fiber = yield* service(engine)
      .query(statement)
      .pipe(
        Effect.withRandom(Random.fixed([0])),
        Effect.provideService(QueryBudget, { remaining, charge: (billed) => void spent.push(billed) }),
        Effect.either,
        Effect.fork,
      );
    yield* TestClock.adjust("1 minute");
    return { caps, spent, fiber };
  });

describe("the budget of an item", () => {
  it.effect("caps a query, and is charged what that was billed", () =>
    Effect.gen(function* () {
      const { caps, spent } = yield* spending(Effect.succeed(answer(400)));
      expect([caps, spent]).toEqual([[1000], [400]]);
    }),
  );

  it.effect("yields to a lower limit of a single query", () =>
    Effect.gen(function* () {
      expect((yield* spending(Effect.succeed(answer(1)), 300)).caps).toEqual([300]);
    }),
  );

  it.effect("is charged in full for a query whose cost is hidden, or that was interrupted", () =>
    Effect.gen(function* () {
      expect((yield* spending(Effect.succeed(answer(null)))).spent).toEqual([null]);
      const cut = yield* spending(Effect.never);
      yield* Fiber.interrupt(cut.fiber);
      expect(cut.spent).toEqual([null]);
    }),
  );

  it.effect("is charged nothing for failed jobs, each of which could use what was left", () =>
    Effect.gen(function* () {
      const { caps, spent } = yield* spending(BigQueryError.of("jobFailed", "no luck"));
      expect([caps, spent]).toEqual([
        [1000, 1000, 1000],
        [0, 0, 0],
      ]);
    }),
  );

  it.effect("is charged in full if the outcome of the job is unknown", () =>
    Effect.gen(function* () {
      const { spent } = yield* spending(BigQueryError.of("connection", "gone").asBillable());
      expect(spent).toEqual([null]);
    }),
  );

  it.effect("explains a query that would exceed what was reserved", () =>
    Effect.gen(function* () {
      const { fiber, spent } = yield* spending(
        BigQueryError.of("bytesLimitExceeded", "the query would bill 5 MB, above the limit of 1 kB"),
      );
      const ended = yield* Fiber.join(fiber);
      expect(ended._tag === "Left" && ended.left.message).toBe(
        "the query would bill 5 MB, above the limit of 1 kB, the --budget reserved by its estimate; " +
          "run it without --budget, or choose fewer columns or partitions",
      );
      expect(spent).toEqual([0]);
    }),
  );
});

describe("the ThrottleListener", () => {
  it.effect("learns about every attempt, and which were throttled", () =>
    Effect.gen(function* () {
      const heard: Array<string> = [];
      const ends = [
        BigQueryError.of("rateLimited", "slow down"),
        BigQueryError.of("backendError", "down"),
        BigQueryError.of("quotaExceeded", "enough"),
      ];
      const { policy } = yield* CallPolicy.make({ firstWait: "1 second", patience: Duration.minutes(5) });
      const send = Effect.suspend(() => ends.shift() ?? Effect.succeed("done"));
      const fiber = yield* policy.request(send).pipe(
        Effect.withRandom(Random.fixed([0])),
        Effect.provideService(ThrottleListener, {
          onRequest: () => {
            heard.push("sent");
            return (how) => void heard.push(how);
          },
        }),
        Effect.fork,
      );
      yield* TestClock.adjust("1 minute");
      expect(yield* Fiber.join(fiber)).toBe("done");
      expect(heard).toEqual(["sent", "throttled", "sent", "other", "sent", "throttled", "sent", "other"]);
    }),
  );
});
