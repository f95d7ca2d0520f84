import { describe, expect } from "bun:test";
import { Chunk, Deferred, Duration, Effect, Fiber, Stream, TestClock } from "effect";
import * as Batch from "../../src/batch/Batch.ts";
import { BigQueryError } from "../../src/services/BigQueryError.ts";
import { CostMeter } from "../../src/services/CostMeter.ts";
import { it } from "../support/effect.ts";
import { engines, type Payload, program } from "./support.ts";

const items = (n: number) => Array.from({ length: n }, (_, i) => `item-${i}`);
const failing = (name: string) => BigQueryError.of("notFound", `there is no ${name}`);

const collect = <A, E, R>(stream: Stream.Stream<A, E, R>) =>
  Effect.map(Stream.runCollect(stream), Chunk.toReadonlyArray);

/** Runs under the TestClock until the batch ends, at most for a minute. */
const settle = <A, E, R>(effect: Effect.Effect<A, E, R>, time: Duration.DurationInput = "1 minute") =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect);
    yield* TestClock.adjust(time);
    return yield* Fiber.join(fiber);
  });

const run = (
  body: Parameters<typeof program>[0],
  names: ReadonlyArray<string>,
  options: Batch.RunOptions<{ readonly name: string; readonly size: number }, never, never> = {},
) => Batch.run(program(body), names, options).pipe(Effect.provide(engines));

const query = (bytes: number | null, jobId = "job") => ({
  jobId,
  bytesProcessed: bytes,
  bytesBilled: bytes,
  slotMs: 5,
  cacheHit: false,
  restricted: false,
});

describe("Batch.run", () => {
  it.effect("runs at most the given number of items in parallel", () =>
    Effect.gen(function* () {
      let [running, most] = [0, 0];
      const body = () =>
        Effect.sync(() => (most = Math.max(most, ++running))).pipe(
          Effect.delay("1 second"),
          Effect.tap(() => Effect.sleep("1 second")),
          Effect.ensuring(Effect.sync(() => running--)),
        );
      const { summary } = yield* settle(run(body, items(10), { parallel: 3 }));
      expect(most).toBe(3);
      expect(summary).toMatchObject({
        total: 10,
        ok: 10,
        maxInFlight: 3,
        wallMs: 8000,
        workMs: 20_000,
        speedup: 2.5,
      });
    }),
  );

  it.effect("returns results in input order, and reports them as they complete", () =>
    Effect.gen(function* () {
      const ended: Array<number> = [];
      const body = (name: string) => Effect.as(Effect.sleep(Duration.seconds(9 - Number(name.at(-1)))), 1);
      const outcome = yield* settle(
        run(body, items(4), {
          parallel: 4,
          onResult: ({ index }) => Effect.sync(() => void ended.push(index)),
        }),
      );
      expect(ended).toEqual([3, 2, 1, 0]);
      const results = yield* collect(outcome.results);
      expect(results.map((result) => result.item)).toEqual(items(4));
      expect(yield* collect(outcome.results)).toEqual(results);
      expect(results[0]).toMatchObject({
        durationMs: 9000,
        startedAt: "1970-01-01T00:00:00.000Z",
        attempts: 1,
      });
    }),
  );

  it.effect("confines an item's failure or defect to that item", () =>
    Effect.gen(function* () {
      const body = (name: string) =>
        name === "item-1"
          ? failing(name)
          : name === "item-2"
            ? Effect.die(new TypeError("oops\n  at x.ts"))
            : Effect.succeed(1);
      const { summary, results } = yield* run(body, items(4));
      expect(summary).toMatchObject({ ok: 2, failed: 2, skipped: 0 });
      const [, missing, bug] = yield* collect(results);
      expect(missing?.error).toEqual({
        reason: "notFound",
        message: "there is no item-1",
        remedy: "check the name, the project and the location",
      });
      expect(bug?.error).toMatchObject({
        reason: "internal",
        message: "internal error: TypeError: oops",
      });
    }),
  );

  it.effect("confines a defect in a program's verdict to its item", () =>
    Effect.gen(function* () {
      const broken = {
        ...program(() => Effect.succeed(1)),
        verdict: (): "ok" => {
          throw new Error("no verdict");
        },
      };
      const { summary } = yield* Batch.run(broken, items(2)).pipe(Effect.provide(engines));
      expect(summary).toMatchObject({ failed: 2 });
    }),
  );

  it.effect("counts separately the differences that do not set the exit status", () =>
    Effect.gen(function* () {
      const all = program((name) => Effect.succeed(Number(name)));
      const names = ["1", "1001", "2000"];
      const strict = yield* Batch.run(all, names).pipe(Effect.provide(engines));
      const some = { ...all, breaks: ({ size }: Payload) => size > 1500 };
      const lenient = yield* Batch.run(some, names).pipe(Effect.provide(engines));
      expect([strict.broken, lenient.broken]).toEqual([2, 1]);
      expect(lenient.summary).toMatchObject({ ok: 1, different: 2 });
    }),
  );

  it.effect("interrupts an item at its time limit, cleans up and frees its slot", () =>
    Effect.gen(function* () {
      let cleaned = 0;
      const body = (name: string) =>
        name === "item-0"
          ? Effect.never.pipe(Effect.onInterrupt(() => Effect.sync(() => cleaned++)))
          : Effect.succeed(1);
      const { summary, results } = yield* settle(run(body, items(3), { parallel: 1, timeout: "10 seconds" }));
      expect(cleaned).toBe(1);
      expect(summary).toMatchObject({ ok: 2, failed: 1, wallMs: 10_000 });
      expect((yield* collect(results))[0]).toMatchObject({
        error: { reason: "timeout", message: "exceeded its time limit of 10s" },
        bytesBilled: null,
      });
    }),
  );

  it.effect("waits at most 3.5 seconds for an uninterruptible item", () =>
    Effect.gen(function* () {
      const body = (name: string) =>
        name === "item-0" ? Effect.uninterruptible(Effect.never) : Effect.succeed(1);
      const { summary } = yield* settle(run(body, items(2), { parallel: 1, timeout: "10 seconds" }));
      expect(summary).toMatchObject({ ok: 1, failed: 1, wallMs: 13_500 });
    }),
  );

  it.effect("with failFast, lets running items end and starts no more", () =>
    Effect.gen(function* () {
      const body = (name: string) =>
        name === "item-0" ? Effect.delay(failing(name), 100) : Effect.as(Effect.sleep(200), 1);
      const { summary, results } = yield* settle(run(body, items(5), { parallel: 2, failFast: true }));
      expect(summary).toMatchObject({ ok: 1, failed: 1, skipped: 3, interrupted: false });
      expect((yield* collect(results)).map(({ status }) => status)).toEqual([
        "failed",
        "ok",
        "skipped",
        "skipped",
        "skipped",
      ]);
    }),
  );

  it.effect("ends immediately on an error that affects every item", () =>
    Effect.gen(function* () {
      let started = 0;
      const body = (name: string) =>
        Effect.suspend(() => {
          started++;
          return name === "item-1"
            ? Effect.delay(BigQueryError.of("unauthenticated", "there are no credentials"), 100)
            : Effect.never;
        });
      const { summary, results } = yield* settle(run(body, items(50), { parallel: 3 }));
      expect(started).toBe(3);
      expect(summary).toMatchObject({ failed: 1, skipped: 49, interrupted: false, wallMs: 100 });
      expect((yield* collect(results))[49]?.error?.reason).toBe("batchEnded");
    }),
  );

  it.effect("when stopped, interrupts running items, skips the rest and returns a summary", () =>
    Effect.gen(function* () {
      const stop = yield* Deferred.make<void>();
      let interrupted = 0;
      const body = (name: string) =>
        name === "item-0"
          ? Effect.succeed(1)
          : Effect.never.pipe(Effect.onInterrupt(() => Effect.sync(() => interrupted++)));
      const fiber = yield* Effect.fork(run(body, items(6), { parallel: 2, stop: Deferred.await(stop) }));
      yield* TestClock.adjust("1 second");
      yield* Deferred.succeed(stop, undefined);
      const { summary, results } = yield* Fiber.join(fiber);
      expect(interrupted).toBe(2);
      expect(summary).toMatchObject({ total: 6, ok: 1, skipped: 5, interrupted: true });
      expect((yield* collect(results))[2]?.error?.reason).toBe("interrupted");
    }),
  );

  it.effect("when its own fiber is interrupted, interrupts its items", () =>
    Effect.gen(function* () {
      let interrupted = 0;
      const body = () => Effect.never.pipe(Effect.onInterrupt(() => Effect.sync(() => interrupted++)));
      const fiber = yield* Effect.fork(run(body, items(6), { parallel: 4 }));
      yield* TestClock.adjust("1 second");
      yield* Fiber.interrupt(fiber);
      expect(interrupted).toBe(4);
    }),
  );

  it.effect("when its own fiber is interrupted, does not wait for an uninterruptible item", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(
        run(() => Effect.uninterruptible(Effect.never), items(6), { parallel: 4 }),
      );
      yield* TestClock.adjust("1 second");
      const ending = yield* Effect.fork(Fiber.interrupt(fiber));
      yield* TestClock.adjust("4 seconds");
      yield* Fiber.join(ending);
    }),
  );

  it.effect("reports an interruption after a failure with failFast", () =>
    Effect.gen(function* () {
      const stop = yield* Deferred.make<void>();
      const body = (name: string) => (name === "item-0" ? failing(name) : Effect.never);
      const options = { parallel: 2, failFast: true, stop: Deferred.await(stop) };
      const fiber = yield* Effect.fork(run(body, ["item-1", "item-0", "item-2"], options));
      yield* TestClock.adjust("1 second");
      yield* Deferred.succeed(stop, undefined);
      const { summary } = yield* Fiber.join(fiber);
      expect(summary).toMatchObject({ failed: 1, skipped: 2, interrupted: true });
    }),
  );

  it.effect("counts the calls per item, and does not count unknown costs as zero", () =>
    Effect.gen(function* () {
      const body = (name: string) =>
        Effect.map(CostMeter, (meter) => {
          meter.addQuery(query(name === "item-1" ? null : 100, `${name}-a`));
          meter.addQuery(query(20, `${name}-b`));
          if (name === "item-0") meter.addRetry();
          return 1;
        });
      const { summary, results } = yield* run(body, items(2));
      const [known, unknown] = yield* collect(results);
      expect(known).toMatchObject({
        attempts: 2,
        bytesBilled: 120,
        slotMs: 10,
        jobIds: ["item-0-a", "item-0-b"],
      });
      expect(unknown).toMatchObject({ attempts: 1, bytesBilled: null, slotMs: 10 });
      expect(summary).toMatchObject({ bytesBilled: 120, slotMs: 20, retries: 1 });
    }),
  );

  it.effect("encodes and decodes payloads by their schema", () =>
    Effect.gen(function* () {
      const { lines, results } = yield* run(() => Effect.succeed(1234), ["a"]);
      const [line] = yield* collect(lines);
      expect(JSON.parse(line!)).toMatchObject({
        type: "result",
        status: "different",
        profile: { name: "a", size: "1234" },
      });
      expect((yield* collect(results))[0]?.profile).toEqual({ name: "a", size: 1234 });
    }),
  );

  it.effect("sums up an empty batch", () =>
    Effect.gen(function* () {
      const { summary, results } = yield* run(() => Effect.succeed(1), []);
      expect(summary).toMatchObject({ total: 0, wallMs: 0, speedup: 1, bytesBilled: null });
      expect(yield* collect(results)).toEqual([]);
    }),
  );

  it.effect("fails if a result cannot be reported", () =>
    Effect.gen(function* () {
      let started = 0;
      const body = () => Effect.sync(() => ++started).pipe(Effect.zipLeft(Effect.sleep("1 second")));
      const gone = Batch.run(program(body), items(100), {
        parallel: 2,
        onResult: () => Effect.fail("gone" as const),
      });
      expect(yield* settle(Effect.flip(gone).pipe(Effect.provide(engines)))).toBe("gone");
      expect(started).toBeLessThan(5);
    }),
  );
});
