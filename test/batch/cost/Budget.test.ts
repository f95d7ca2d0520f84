import { describe, expect } from "bun:test";
import { Chunk, Effect, Fiber, Stream, TestClock } from "effect";
import * as Batch from "../../../src/batch/Batch.ts";
import { mostBilled } from "../../../src/batch/cost/Billing.ts";
import type { BudgetOptions } from "../../../src/batch/cost/Budget.ts";
import type { Plan, Program } from "../../../src/batch/Program.ts";
import { QueryBudget } from "../../../src/services/QueryBudget.ts";
import { it } from "../../support/effect.ts";
import { engines, type Payload, program } from "../support.ts";

const mib = 2 ** 20;

/** An item's estimate, bill and duration. */
interface Job {
  /** Null: unknown. */
  readonly estimate: number | null;
  /** Null: hidden by the service. */
  readonly billed: number | null;
  readonly seconds?: number;
  readonly tables?: number;
}

const plan = ({ estimate, tables = 1 }: Job): Plan => ({
  statements: [{ purpose: "scan", sql: "SELECT 1", bytes: estimate, trusted: estimate !== null, tables }],
  notes: [],
});

/** Runs the jobs under the TestClock; returns each job's allowance and outcome. */
const run = (jobs: ReadonlyArray<Job>, budget: BudgetOptions, parallel = 1) =>
  Effect.gen(function* () {
    const allowed: Record<string, number | null> = {};
    const own: Program<string, Payload> = {
      ...program((name) =>
        Effect.gen(function* () {
          const job = jobs[Number(name)]!;
          const budget = yield* QueryBudget;
          allowed[name] = budget.remaining();
          yield* Effect.sleep(`${job.seconds ?? 1} seconds`);
          budget.charge(job.billed);
          return 1;
        }),
      ),
      plan: (name) => Effect.succeed(plan(jobs[Number(name)]!)),
    };
    const names = jobs.map((_, i) => String(i));
    const fiber = yield* Effect.fork(Batch.run(own, names, { parallel, budget }));
    yield* TestClock.adjust("10 minutes");
    const outcome = yield* Fiber.join(fiber);
    const results = Chunk.toReadonlyArray(yield* Stream.runCollect(outcome.results));
    return { allowed, statuses: results.map(({ status }) => status), results, outcome };
  }).pipe(Effect.provide(engines));

const budget = (bytes: number, allowUnknownCost = false): BudgetOptions => ({ bytes, allowUnknownCost });

describe("the maximum bill of a query", () => {
  const rows: ReadonlyArray<readonly [bytes: number | null, tables: number, most: number | null]> = [
    [0, 0, 0], [null, 0, 0], [null, 1, null], [0, 1, 10 * mib], [1, 1, 10 * mib], [10 * mib, 1, 10 * mib],
    [10 * mib + 1, 1, 11 * mib], [5 * mib, 2, 20 * mib], [100 * mib, 2, 110 * mib], [100 * mib + 1, 3, 121 * mib],
  ]; // biome-ignore format: one table
  for (const [bytes, tables, most] of rows) {
    it.effect(`${bytes} bytes of ${tables} tables: ${most}`, () =>
      Effect.sync(() => expect(mostBilled(bytes, tables)).toBe(most)),
    );
  }
});

describe("a budget", () => {
  it.effect("lets each item be billed what its estimate reserves, rounded up", () =>
    Effect.gen(function* () {
      const { allowed } = yield* run(
        [
          { estimate: 1, billed: 0 },
          { estimate: 25.5 * mib, billed: 0 },
          { estimate: 1, billed: 0, tables: 2 },
        ],
        budget(1000 * mib),
      );
      expect(allowed).toEqual({ 0: 10 * mib, 1: 26 * mib, 2: 20 * mib });
    }),
  );

  it.effect("skips items that do not fit, with the reason, and runs the others", () =>
    Effect.gen(function* () {
      const { statuses, results } = yield* run(
        [
          { estimate: 50 * mib, billed: 50 * mib },
          { estimate: 60 * mib, billed: 0 },
          { estimate: 50 * mib, billed: 50 * mib },
          { estimate: 0, billed: 0 },
        ],
        budget(100 * mib),
      );
      expect(statuses).toEqual(["ok", "skipped", "ok", "skipped"]);
      expect(results[1]!.error).toEqual({
        reason: "budget",
        message: "not started: it may be billed 62.9 MB, but only 52.4 MB of the 105 MB budget remains",
        remedy: "raise --budget, or choose fewer columns or partitions",
      });
    }),
  );

  it.effect("gets unused reservations back", () =>
    Effect.gen(function* () {
      const jobs = Array.from({ length: 5 }, () => ({ estimate: 50 * mib, billed: 10 * mib }));
      expect((yield* run(jobs, budget(90 * mib))).statuses).toEqual(["ok", "ok", "ok", "ok", "ok"]);
    }),
  );

  it.effect("counts a hidden bill as the whole reservation", () =>
    Effect.gen(function* () {
      const jobs = Array.from({ length: 3 }, () => ({ estimate: 50 * mib, billed: null }));
      expect((yield* run(jobs, budget(100 * mib))).statuses).toEqual(["ok", "ok", "skipped"]);
    }),
  );

  it.effect("waits for reservations of running items, in input order", () =>
    Effect.gen(function* () {
      const jobs = [
        { estimate: 80 * mib, billed: 10 * mib, seconds: 10 },
        { estimate: 80 * mib, billed: 10 * mib, seconds: 10 },
        { estimate: 10 * mib, billed: 10 * mib, seconds: 1 },
      ];
      const { statuses, results } = yield* run(jobs, budget(100 * mib), 3);
      expect(statuses).toEqual(["ok", "ok", "ok"]);
      expect(results.map(({ durationMs }) => durationMs)).toEqual([10_000, 20_000, 11_000]);
    }),
  );

  it.effect("does not include its waits in the time limit", () =>
    Effect.gen(function* () {
      const own: Program<string, Payload> = {
        ...program(() => Effect.as(Effect.sleep("9 seconds"), 1)),
        plan: () => Effect.succeed(plan({ estimate: 80 * mib, billed: null })),
      };
      const fiber = yield* Effect.fork(
        Batch.run(own, ["0", "1"], { parallel: 2, budget: budget(200 * mib), timeout: "10 seconds" }),
      );
      yield* TestClock.adjust("1 minute");
      expect((yield* Fiber.join(fiber)).summary).toMatchObject({ ok: 2, wallMs: 9000 });
      const narrow = yield* Effect.fork(
        Batch.run(own, ["0", "1"], { parallel: 2, budget: budget(80 * mib), timeout: "10 seconds" }),
      );
      yield* TestClock.adjust("1 minute");
      expect((yield* Fiber.join(narrow)).summary).toMatchObject({ ok: 2, wallMs: 18_000 });
    }).pipe(Effect.provide(engines)),
  );

  it.effect("skips items that cannot be estimated", () =>
    Effect.gen(function* () {
      const { statuses, results } = yield* run(
        [
          { estimate: null, billed: 5 },
          { estimate: 1, billed: 5 },
        ],
        budget(100 * mib),
      );
      expect(statuses).toEqual(["skipped", "ok"]);
      expect(results[0]!.error).toMatchObject({
        reason: "unknownCost",
        remedy: expect.stringMatching(/--allow-unknown-cost/),
      });
    }),
  );

  it.effect("with --allow-unknown-cost gives such an item the rest, once it is known", () =>
    Effect.gen(function* () {
      const { statuses, allowed, results } = yield* run(
        [
          { estimate: 50 * mib, billed: 20 * mib, seconds: 10 },
          { estimate: null, billed: 30 * mib, seconds: 5 },
          { estimate: 50 * mib, billed: 50 * mib },
        ],
        budget(100 * mib, true),
        3,
      );
      expect(statuses).toEqual(["ok", "ok", "ok"]);
      expect(allowed).toEqual({ 0: 50 * mib, 1: 80 * mib, 2: 50 * mib });
      expect(results.map(({ durationMs }) => durationMs)).toEqual([10_000, 15_000, 16_000]);
    }),
  );

  it.effect("is exhausted by an item whose cost stays unknown", () =>
    Effect.gen(function* () {
      const { statuses } = yield* run(
        [
          { estimate: null, billed: null },
          { estimate: 1, billed: 1 },
          { estimate: null, billed: 1 },
        ],
        budget(100 * mib, true),
      );
      expect(statuses).toEqual(["ok", "skipped", "skipped"]);
    }),
  );

  it.effect("does not affect items without cost", () =>
    Effect.gen(function* () {
      const { statuses } = yield* run(
        [
          { estimate: 0, billed: 0, tables: 0 },
          { estimate: null, billed: null, tables: 0 },
        ],
        budget(1),
      );
      expect(statuses).toEqual(["ok", "ok"]);
    }),
  );
});
