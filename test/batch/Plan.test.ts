import { describe, expect } from "bun:test";
import { Chunk, Effect, Stream } from "effect";
import * as Plan from "../../src/batch/Plan.ts";
import type { Run } from "../../src/batch/Result.ts";
import { renderPlans } from "../../src/reports/PlanReport.ts";
import { BigQueryError } from "../../src/services/BigQueryError.ts";
import { it } from "../support/effect.ts";
import { engines, program } from "./support.ts";

const tebibyte = 2 ** 40;
const bytesOf = (name: string) =>
  name === "missing" ? BigQueryError.of("notFound", "there is none") : Effect.succeed(Number(name));

const plan = (names: ReadonlyArray<string>, options: Plan.PlanOptions = {}) =>
  Plan.plan(program(bytesOf), names, options).pipe(
    Effect.flatMap(({ summary, plans }) =>
      Effect.map(Stream.runCollect(plans), (chunk) => ({ summary, plans: Chunk.toReadonlyArray(chunk) })),
    ),
    Effect.provide(engines),
  );

describe("Batch.plan", () => {
  it.effect("computes the price from bytes", () =>
    Effect.gen(function* () {
      const { plans, summary } = yield* plan([String(tebibyte), String(2 * tebibyte)], { pricePerTib: 5 });
      expect(plans.map(({ estimatedCost }) => estimatedCost)).toEqual([5, 10]);
      expect(summary).toMatchObject({
        total: 2,
        statements: 2,
        bytes: 3 * tebibyte,
        estimatedCost: 15,
        uncertain: 0,
      });
    }),
  );

  it.effect("counts at least 10 MiB, and zero for no tables", () =>
    Effect.gen(function* () {
      const { plans } = yield* plan(["1", "0"], { pricePerTib: 2 ** 20 });
      expect(plans.map(({ estimatedCost }) => estimatedCost)).toEqual([10, 0]);
    }),
  );

  it.effect("counts unreliable estimates", () =>
    Effect.gen(function* () {
      const { plans, summary } = yield* plan(["-1", "7", "100"]);
      expect(plans[0]).toMatchObject({ bytes: null, estimatedCost: null });
      expect(summary).toMatchObject({ uncertain: 2, bytes: 107 });
    }),
  );

  it.effect("reports the items that a budget would not start", () =>
    Effect.gen(function* () {
      const names = [String(tebibyte), String(2 * tebibyte), "0", String(tebibyte), "-1", "missing"];
      const budget = { bytes: 2.5 * tebibyte, allowUnknownCost: false };
      const { plans, summary } = yield* plan(names, { budget });
      expect(plans.map(({ notStarted }) => notStarted?.reason)).toEqual([
        undefined,
        "budget",
        undefined,
        undefined,
        "unknownCost",
        undefined,
      ]);
      expect(plans[1]?.notStarted?.message).toContain("only 1.6 TB");
      expect(summary).toMatchObject({ ok: 5, notStarted: 2 });
      const allowed = yield* plan(names, { budget: { ...budget, allowUnknownCost: true } });
      expect(allowed.summary.notStarted).toBe(1);
      const run = { type: "run" } as unknown as Run;
      const text = yield* Effect.flatMap(Plan.plan(program(bytesOf), names, { budget }), (all) =>
        Stream.mkString(renderPlans("text", run, all, { color: false, verbose: false })),
      ).pipe(Effect.provide(engines), Effect.scoped);
      expect(text).toContain("not started: it may be billed 2.2 TB");
      expect(text).toContain("--budget would not let 2 items start");
      const free = yield* plan(names);
      expect(free.summary.notStarted).toBeUndefined();
    }),
  );

  it.effect("keeps a failure to its item", () =>
    Effect.gen(function* () {
      const { plans, summary } = yield* plan(["missing", "100"]);
      expect(plans[0]).toMatchObject({ status: "failed", error: { reason: "notFound" }, statements: [] });
      expect(summary).toMatchObject({ ok: 1, failed: 1 });
    }),
  );
});
