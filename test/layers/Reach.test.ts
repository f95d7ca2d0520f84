/** The time limit for reaching a service at all, and the message about its outage. */
import { describe, expect } from "bun:test";
import { Clock, Effect, Fiber, Logger, Random, TestClock } from "effect";
import * as CallPolicy from "../../src/layers/CallPolicy.ts";
import { BigQueryError } from "../../src/services/BigQueryError.ts";
import { it } from "../support/effect.ts";

const refused = BigQueryError.of("connection", "the connection to host failed (connection refused)");

/** The error of a request and the time when it failed, and what was logged. */
const outcome = (request: Effect.Effect<unknown, BigQueryError>) =>
  Effect.gen(function* () {
    const lines: Array<string> = [];
    const logger = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ logLevel, message }) => {
        if (logLevel.label === "WARN") lines.push(String(message));
      }),
    );
    const fiber = yield* Effect.fork(
      Effect.all([Effect.flip(request), Clock.currentTimeMillis]).pipe(
        Effect.withRandom(Random.fixed([0])),
        Effect.provide(logger),
      ),
    );
    yield* TestClock.adjust("10 minutes");
    const [error, at] = yield* Fiber.join(fiber);
    return { message: error.message, at: at / 1000, lines };
  });

describe("a service that was never reached", () => {
  it.effect(
    "ends a request that gets no response within 25 seconds, and says so after the second attempt",
    () =>
      Effect.gen(function* () {
        const { policy } = yield* CallPolicy.make();
        expect(yield* outcome(policy.request(Effect.never))).toEqual({
          message:
            "BigQuery did not respond within 9s; gave up after 25s; check the network and --endpoint, or raise --connect-timeout",
          at: 25,
          lines: [
            "BigQuery did not respond within 9s; retrying for up to 25s (--connect-timeout). Press Ctrl-C to stop, or use --retries 0.",
          ],
        });
      }),
  );

  it.effect("ends a request after repeated refusals, with the reason", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ connectTimeout: "10 seconds" });
      const { message, at, lines } = yield* outcome(policy.request(Effect.fail(refused)));
      expect(message).toStartWith("the connection to host failed (connection refused); gave up after 10s;");
      expect(at).toBe(10);
      expect(lines).toHaveLength(1);
    }),
  );

  it.effect("is not tried again by the other items of a batch, but later", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ connectTimeout: "10 seconds" });
      let sent = 0;
      const request = policy.request(
        Effect.suspend(() => {
          sent++;
          return refused;
        }),
      );
      const first = yield* Effect.fork(Effect.flip(request));
      yield* TestClock.adjust("10 seconds");
      const before = sent;
      expect(yield* Effect.flip(request)).toBe(yield* Fiber.join(first));
      expect(sent).toBe(before);
      yield* TestClock.adjust("10 seconds");
      yield* Effect.fork(request);
      yield* TestClock.adjust("1 second");
      expect(sent).toBeGreaterThan(before);
    }),
  );

  it.effect("is reported once for all requests", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make();
      const request = policy.request(Effect.fail(refused));
      const { lines } = yield* outcome(Effect.all([request, request, request], { concurrency: 3 }));
      expect(lines).toHaveLength(1);
    }),
  );
});

describe("a service that has responded", () => {
  const unavailable = BigQueryError.of("backendError", "unavailable");

  for (const [what, response] of [
    ["a result", Effect.void],
    ["an error", Effect.ignore(Effect.fail(BigQueryError.of("notFound", "no")))],
  ] as const) {
    it.effect(`with ${what} may take longer than the limit`, () =>
      Effect.gen(function* () {
        const { policy } = yield* CallPolicy.make({ connectTimeout: "5 seconds" });
        yield* policy.request(response);
        const slow = yield* Effect.fork(policy.request(Effect.delay(Effect.succeed(1), "1 minute")));
        yield* TestClock.adjust("2 minutes");
        expect(yield* Fiber.join(slow)).toBe(1);
      }),
    );
  }

  it.effect("keeps its retries, which are announced with their number", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ retries: 3, connectTimeout: "1 second" });
      yield* policy.request(Effect.void);
      expect(yield* outcome(policy.request(Effect.fail(unavailable)))).toEqual({
        message: "unavailable; try again later",
        at: 7.021,
        lines: ["unavailable; retrying up to 3 times. Press Ctrl-C to stop, or use --retries 0."],
      });
    }),
  );

  it.effect("is not announced while other requests succeed", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ retries: 3 });
      yield* Effect.fork(Effect.repeatN(Effect.delay(policy.request(Effect.void), "500 millis"), 20));
      expect((yield* outcome(policy.request(Effect.fail(unavailable)))).lines).toEqual([]);
    }),
  );

  it.effect("and throttles requests is not announced", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ retries: 3 });
      const throttled = BigQueryError.of("rateLimited", "slow down");
      expect((yield* outcome(policy.request(Effect.fail(throttled)))).lines).toEqual([]);
    }),
  );

  it.effect("that is retried once is not announced", () =>
    Effect.gen(function* () {
      const { policy } = yield* CallPolicy.make({ retries: 1 });
      expect((yield* outcome(policy.request(Effect.fail(unavailable)))).lines).toEqual([]);
    }),
  );
});
