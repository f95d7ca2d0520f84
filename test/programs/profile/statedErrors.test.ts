/** Verifies the documented errors by simulation: 95% means 95%. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Either } from "effect";
import * as Router from "../../../src/layers/Router.ts";
import { load } from "../../../src/programs/profile/drift/Baseline.ts";
import { type Profile, type ProfileOptions, run } from "../../../src/programs/profile/Program.ts";
import { reference, type Workdir, workdir } from "../../support/files.ts";
import { result } from "./profiles.ts";

setDefaultTimeout(300_000);

const within = <A>(
  make: (
    profiled: (select: string, options?: Partial<ProfileOptions>) => Effect.Effect<Profile>,
  ) => Effect.Effect<A>,
) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const dir: Workdir = yield* workdir;
      let files = 0;
      const layer = yield* Effect.context<import("../../../src/services/BigQuery.ts").BigQuery>();
      return yield* make((select, options = {}) =>
        Effect.gen(function* () {
          const file = yield* Effect.promise(() => dir.parquet(`t${files++}.parquet`, select));
          return yield* Effect.scoped(run(reference(file), { sampleSize: 0, ...options })).pipe(
            Effect.provide(layer),
            Effect.orDie,
          );
        }),
      );
    }).pipe(Effect.scoped, Effect.provide(Router.layer({ local: { threads: 2 } }))),
  );

const rows = 220_000;
const columns = 40;

describe("Of a table that is sampled for its quantiles", () => {
  test("95% of the estimated distinct counts are within 2%", () =>
    within((profiled) =>
      Effect.gen(function* () {
        // From 140,000 to 500,000 distinct values, of numbers and of strings.
        const select = Array.from({ length: 20 }, (_, c) => {
          const value = `hash(range * 41 + ${c}) % ${Math.floor(140_000 * 1.07 ** c)}`;
          return `${c % 2 === 0 ? value : `'v' || ${value}`} AS c${c}`;
        });
        const sql = `SELECT ${select.join(", ")} FROM range(850000)`;
        const estimated = yield* profiled(sql, { values: "none" });
        const exact = yield* profiled(sql, { values: "none", exact: true });
        const errors = estimated.columns.flatMap(({ distinct }, i) =>
          distinct!.exact ? [] : [Math.abs(distinct!.value / exact.columns[i]!.distinct!.value - 1)],
        );
        expect(errors.length).toBe(20);
        expect(errors.filter((error) => error > 0.02).length).toBeLessThanOrEqual(0.05 * errors.length);
        expect(Math.max(...errors)).toBeGreaterThan(0);
      }),
    ));
  test("every quantile is within 1% of rank, and the bounds include the true one", () =>
    within((profiled) =>
      Effect.gen(function* () {
        const select = Array.from(
          { length: columns },
          (_, c) => `(range * ${7919 + 2 * 11 * 10 * c + 2} + ${c}) % ${rows - 1} AS c${c}`,
        );
        const { columns: found } = yield* profiled(`SELECT ${select.join(", ")} FROM range(${rows})`);
        for (const { name, quantiles, max } of found)
          for (const p of [1, 5, 25, 50, 75, 95, 99] as const) {
            const rank = Number(quantiles![`p${p}`]) / Number(max);
            expect([name, p, Math.abs(rank - p / 100) <= 0.01]).toEqual([name, p, true]);
            const [low, high] = [quantiles!.low![`p${p}`], quantiles!.high![`p${p}`]];
            const isBetween = Number(low) / Number(max) <= p / 100 && p / 100 <= Number(high) / Number(max);
            expect([name, p, isBetween]).toEqual([name, p, true]);
          }
      }),
    ));
});

describe("Of samples of one table", () => {
  /** The same rows in another order have another sample. */
  const ordered = (order: number) => `SELECT * FROM (
    SELECT range AS i, hash(range) % 1000 AS n, ((hash(range) % 1000) / 100) ** 5 AS skewed,
      CASE WHEN hash(range + 7) % 3 > 0 THEN hash(range + 1) % 50 END AS some,
      'w' || hash(range + 2) % 30 AS word, hash(range + 3) % 10 < 3 AS flag,
      CASE WHEN hash(range + 4) % 100 < 90 THEN 0 ELSE range END AS mostly_zero,
      DATE '2020-01-01' + CAST(hash(range + 5) % 700 AS INTEGER) AS day
    FROM range(60000)) ORDER BY hash(i + ${order} * 1000003)`;
  const orders = 12;

  const brokenShares = (before: Partial<ProfileOptions>) =>
    within((profiled) =>
      Effect.gen(function* () {
        const earlier = yield* profiled(ordered(0), before);
        const text = JSON.stringify({ ...result, item: "before", profile: earlier });
        const baseline = Either.getOrThrow(load(text));
        const all = new Map<string, ReadonlyArray<boolean>>();
        for (let order = 1; order <= orders; order++) {
          const { drift } = yield* profiled(ordered(order), {
            baseline, isOnlyTable: true, driftThreshold: 0, samplePercent: 20,
          }); // biome-ignore format: one call
          for (const { measure, broken } of drift!.measures)
            all.set(measure, [...(all.get(measure) ?? []), broken]);
        }
        return new Map(
          [...all].map(([measure, list]) => [measure, list.filter(Boolean).length / list.length]),
        );
      }),
    );

  test("at most 5% of the measures differ from the whole table by more than their error", async () => {
    const shares = await brokenShares({});
    expect([...shares.keys()].sort()).toEqual(["mean", "nullRate", "psi", "quantiles"]);
    for (const [measure, share] of shares) expect([measure, share <= 0.05]).toEqual([measure, true]);
  });
  test("at most 5% of the measures differ from another sample by more than both errors", async () => {
    const shares = await brokenShares({ samplePercent: 20 });
    expect([...shares.keys()].sort()).toEqual(["distinct", "mean", "nullRate", "psi", "quantiles", "rows"]);
    for (const [measure, share] of shares) expect([measure, share <= 0.05]).toEqual([measure, true]);
  });
});
