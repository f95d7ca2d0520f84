/**
 * Random schedules of faults, cancellations, time-outs, budgets and concurrency, each over the real batch engine with a
 * simulated engine and clock. A failure prints its seed; `BQKIT_SIMULATION_SEED=N` runs that schedule alone, and
 * `BQKIT_SIMULATIONS=N` another number of them.
 */
import { describe, expect, test } from "bun:test";
import { Cause, Effect, Exit, Fiber, Layer, Random, Stream, Supervisor } from "effect";
import * as Batch from "../../src/batch/Batch.ts";
import type { Items } from "../../src/batch/Items.ts";
import * as Journal from "../../src/batch/journal/Journal.ts";
import * as Merge from "../../src/batch/journal/Merge.ts";
import * as CallPolicy from "../../src/layers/CallPolicy.ts";
import { BigQuery } from "../../src/services/BigQuery.ts";
import type { Payload } from "../batch/support.ts";
import { seeded } from "../support/scripted-server/random.ts";
import * as SimulatedClock from "./clock.ts";
import * as SimulatedJournal from "./journal.ts";
import * as World from "./world.ts";

const one = process.env.BQKIT_SIMULATION_SEED;
const count = Number(process.env.BQKIT_SIMULATIONS ?? 2000);
const seeds = one === undefined ? Array.from({ length: count }, (_, i) => i) : [Number(one)];

/** Longer than any time limit, wait and clean-up. */
const longest = 3_600_000;

/** The names, of which some are added while others run. */
const growing = (names: ReadonlyArray<string>, known: number): Items<string> => {
  let length = known;
  return {
    get length() {
      return length;
    },
    at: (index) => (index < length ? names[index] : undefined),
    more: (seen) =>
      Effect.delay(
        Effect.sync(() => {
          if (length === seen && length < names.length) length += 1;
          return length > seen;
        }),
        "150 millis",
      ),
  };
};

const remnants: ReadonlyArray<SimulatedJournal.Remnant> = ["nothing", "start", "whole"];

/** The items that have a finished result in the journal, in the order of its lines. */
const storedIn = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines
    .map((line) => JSON.parse(line))
    .filter(({ type, status }) => type === "result" && status === "ok")
    .map(({ item }) => item);

const simulate = async (seed: number): Promise<void> => {
  const schedule = World.scheduleOf(seed);
  const { parallel, timeout, failFast, stopAt, budget } = schedule;
  const random = seeded(seed + 1_000_000);
  const clock = SimulatedClock.make(random);
  const world = World.make(schedule, random);
  const names = Array.from({ length: schedule.items }, (_, i) => `item-${i}`);
  let { unwritable } = schedule;
  const ended: Array<number> = [];
  /** The number of items that had ended before the first failed write. */
  let endedBefore: number | undefined;
  const disk = SimulatedJournal.make(() => {
    if (random() >= unwritable) return undefined;
    endedBefore ??= ended.length;
    return remnants[Math.floor(random() * remnants.length)];
  });
  const head = Journal.head({ tool: "bq-profile", settings: {}, total: names.length });
  const supervisor = await Effect.runPromise(Supervisor.track);

  const batch = (
    { program, engine }: ReturnType<typeof World.make>,
    items: Items<string>,
    options: Batch.RunOptions<Payload, never, never>,
  ) =>
    Effect.gen(function* () {
      const { service } = yield* CallPolicy.make({ rateLimit: 1000, retries: 3, firstWait: 100 });
      const file = disk.open();
      const journal = schedule.hasJournal ? { journal: yield* Journal.open(file, head) } : {};
      const outcome = yield* Batch.run(program, items, { ...options, ...journal }).pipe(
        Effect.provide(Layer.succeed(BigQuery, service(engine))),
      );
      const results = [...(yield* Stream.runCollect(outcome.results))];
      expect(outcome.journalError !== undefined).toBe(file.hasFailed());
      return { ...outcome, results };
    }).pipe(
      Effect.scoped,
      // The journal cannot be opened: nothing ran.
      Effect.catchIf(
        (error) => error._tag === "JournalError",
        () => Effect.succeed(undefined),
      ),
    );

  const first = batch(world, growing(names, schedule.known), {
    parallel,
    failFast,
    ...(timeout === undefined ? {} : { timeout }),
    ...(budget === undefined ? {} : { budget }),
    ...(stopAt === undefined ? {} : { stop: Effect.sleep(stopAt) }),
    onResult: ({ index }) => Effect.sync(() => void ended.push(index)),
  });

  /** Runs the effect to its end, and then until no fiber is left. */
  const run = async <A, E>(effect: Effect.Effect<A, E>): Promise<A> => {
    let exit: Exit.Exit<A, E> | undefined;
    const fiber = Effect.runFork(
      effect.pipe(
        Effect.supervised(supervisor),
        Effect.withRandom(Random.make(seed)),
        Effect.withClock(clock.clock),
      ),
    );
    fiber.addObserver((found) => {
      exit = found;
    });
    expect(await clock.runUntil(() => exit !== undefined)).toBe(true);
    // Items that took too long to clean up were left behind; they end later.
    await clock.runUntil(() => clock.sleeping() === 0);
    if (exit === undefined || Exit.isFailure(exit)) throw Cause.squash(exit?.cause ?? Cause.empty);
    return exit.value;
  };

  const outcome = await run(first);
  if (outcome === undefined) {
    expect(ended).toEqual([]);
    expect(world.account.most).toBe(0);
  } else {
    const { summary, results } = outcome;
    // Every item ends exactly once: those that were listed before an interruption, or all.
    const expected = summary.interrupted ? summary.total : names.length;
    expect(summary.total).toBe(expected);
    expect(summary.total).toBeLessThanOrEqual(names.length);
    expect(ended.toSorted((a, b) => a - b)).toEqual([...names.keys()].slice(0, expected));
    expect(results.map(({ index, item }) => [index, item])).toEqual(
      names.slice(0, expected).map((name, i) => [i, name]),
    );
    // The summary counts what was reported.
    for (const status of ["ok", "different", "failed", "skipped"] as const)
      expect([status, summary[status]]).toEqual([
        status,
        results.filter((one) => one.status === status).length,
      ]);
    expect(summary.workMs).toBe(results.reduce((sum, { durationMs }) => sum + durationMs, 0));
    if (typeof parallel === "number") expect(summary.maxInFlight).toBeLessThanOrEqual(parallel);
    // After a failed write of the journal, only items that were in flight still end with a result.
    const late = ended.slice(endedBefore ?? ended.length).filter((i) => results[i]?.status !== "skipped");
    expect(late.length).toBeLessThanOrEqual(summary.maxInFlight);
  }
  // Nothing is left.
  expect(world.account.inFlight).toBe(0);
  expect(world.account.reserved).toBe(0);
  expect(clock.sleeping()).toBe(0);
  const left = (await Effect.runPromise(supervisor.value)).filter(
    (fiber) => fiber.unsafePoll() === null && fiber.id().startTimeMillis < longest,
  );
  expect(left.map((fiber) => Fiber.id(fiber))).toEqual([]);
  // Even all queries in flight together could never spend more than the budget.
  if (budget !== undefined) expect(world.account.most).toBeLessThanOrEqual(budget.bytes);

  if (!schedule.hasJournal) return;
  const reported = new Map(
    outcome?.results.filter(({ status }) => status === "ok").map((one) => [one.item, one]),
  );
  // The journal has what finished before its first failed write.
  const finished = ended.map((index) => names[index]!).filter((item) => reported.has(item));
  const stored = storedIn(disk.lines);
  expect(stored).toEqual(finished.slice(0, stored.length));
  if (outcome?.journalError === undefined) expect(stored).toHaveLength(finished.length);
  // Later runs take the stored results from the journal. Once it can be written again, one completes the batch.
  for (const left of [unwritable, 0]) {
    unwritable = left;
    const held = new Set(storedIn(disk.lines));
    const again = await run(batch(World.make(World.calm(schedule), random), names, { parallel: 3 }));
    if (left === 0) expect(again?.summary.ok).toBe(names.length);
    if (again === undefined) continue;
    if (again.journalError === undefined) expect(again.reused).toBe(held.size);
    for (const result of again.results) {
      if (result.status !== "ok") continue;
      const { item } = result;
      if (held.has(`${item}`)) expect(result).toEqual(reported.get(item)!);
      else reported.set(item, result);
    }
  }
  const merged = await Effect.runPromise(Merge.merge(world.program, [disk.open()], head));
  expect(merged.summary.total).toBe(names.length);
  expect(merged.missing).toBe(0);
};

describe(`${seeds.length} random schedules`, () => {
  test(
    "end every item exactly once, within the budget, and leave nothing behind",
    async () => {
      for (const seed of seeds) {
        try {
          await simulate(seed);
        } catch (error) {
          throw new Error(
            `BQKIT_SIMULATION_SEED=${seed}: ${error instanceof Error ? error.message : error}`,
            {
              cause: error,
            },
          );
        }
      }
    },
    300_000 * Math.max(1, count / 2000),
  );
});
