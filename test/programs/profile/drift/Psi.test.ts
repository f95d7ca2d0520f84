/**
 * The stability index of local tables: 0 for the same rows, otherwise equal to the one computed in memory.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Either } from "effect";
import * as Router from "../../../../src/layers/Router.ts";
import { load } from "../../../../src/programs/profile/drift/Baseline.ts";
import { psi } from "../../../../src/programs/profile/drift/Psi.ts";
import { type Profile, type ProfileOptions, run } from "../../../../src/programs/profile/Program.ts";
import { reference, workdir } from "../../../support/files.ts";
import { result } from "../profiles.ts";

setDefaultTimeout(120_000);

const baselineOf = (profile: Profile) =>
  Either.getOrThrow(load(JSON.stringify({ ...result, item: "before", profile })));

/** The profile of `now`, with the profile of `before` as baseline. */
const drifted = (
  before: string,
  now: string,
  options: readonly [Partial<ProfileOptions>, Partial<ProfileOptions>] = [{}, {}],
): Promise<{ readonly before: Profile; readonly now: Profile }> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const dir = yield* workdir;
        const [old, current] = yield* Effect.promise(() =>
          Promise.all([dir.parquet("before.parquet", before), dir.parquet("now.parquet", now)]),
        );
        const earlier = yield* run(reference(old), { sampleSize: 0, ...options[0] });
        const baseline = baselineOf(earlier);
        const later = yield* run(reference(current), {
          sampleSize: 0, ...options[1], baseline, isOnlyTable: true, driftThreshold: 0,
        }); // biome-ignore format: one list
        return { before: earlier, now: later };
      }).pipe(Effect.provide(Router.layer({ local: { threads: 2 } }))),
    ),
  );

const indexes = ({ drift }: Profile) =>
  new Map(drift!.measures.flatMap((m) => (m.measure === "psi" ? [[m.column, m.change] as const] : [])));

/** Columns of every type with ties, runs, gaps, NULL and NaN, from the row number `i` and a seed. */
const table = (rows: number, seed: number, shift = 0) => `
  WITH h AS (SELECT range AS i, hash(range + ${seed}) % 1000 AS h FROM range(${rows}))
  SELECT CAST(h + ${shift} AS BIGINT) AS n,
    CASE WHEN h < 900 THEN 0 ELSE h + ${shift} END AS mostly_zero,
    CASE WHEN h % 10 = 0 THEN 'NaN'::DOUBLE WHEN h % 10 = 1 THEN NULL ELSE sqrt(h + ${shift}) END AS x,
    CAST(h * 1.37 + ${shift} AS DECIMAL(12, 2)) AS amount,
    CAST(h * 1.37 + ${shift} AS DECIMAL(38, 9)) AS precise,
    9007199254740993 + CAST(h + ${shift} AS BIGINT) AS large,
    DATE '2020-01-01' + CAST(h + ${shift} AS INTEGER) AS day,
    TIMESTAMP '2020-01-01' + to_microseconds(CAST(h + ${shift} AS BIGINT)) AS local,
    TIMESTAMPTZ '2020-01-01 00:00:00+00' + to_seconds(h + ${shift}) AS at,
    TIME '00:00:00' + to_seconds(h + ${shift}) AS clock,
    7 + ${shift} AS constant,
    h % 3 = ${shift === 0 ? 0 : 1} OR h % 5 = ${shift} AS flag,
    'w' || (h + ${shift}) % 40 AS word,
    CAST('b' || (h + ${shift}) % 30 AS BLOB) AS bytes,
    CAST({'k': (h + ${shift}) % 25} AS JSON) AS document,
    [h + ${shift}, 1] AS list FROM h`;

describe("The same rows", () => {
  const cases: ReadonlyArray<readonly [string, number, Partial<ProfileOptions>, Partial<ProfileOptions>]> = [
    ["with fewer top values", 3000, { top: 10 }, { top: 1 }],
    ["with more top values", 3000, { top: 1 }, { top: 10 }],
    ["without values", 3000, {}, { values: "aggregates" }],
    ["of a table that is sampled for quantiles", 250_000, {}, { exact: true }],
    ["of a sample", 20_000, { samplePercent: 30 }, { samplePercent: 30 }],
    ["of a few rows", 4, {}, {}],
  ];
  for (const [name, rows, before, now] of cases)
    test(`${name} do not drift by any measure`, async () => {
      const found = await drifted(table(rows, 1), table(rows, 1), [before, now]);
      const moved = found.now.drift!.measures.filter(({ change, broken }) => broken || change !== 0);
      expect(moved).toEqual([]);
      expect(indexes(found.now).size).toBeGreaterThanOrEqual(14);
    });
});

describe("Other rows", () => {
  /** Deciles of the baseline as [from, to) with both ends in it for a bin of one value. */
  const numbersIn = (profile: Profile, name: string, values: ReadonlyArray<number>) => {
    const bins = profile.columns.find((column) => column.name === name)!.quantiles!.deciles!;
    const ends = bins.map(({ from, to }) => [Number(from), Number(to)] as const);
    const counts = ends.map(([from, to], i) => {
      const isAfterOne = i > 0 && ends[i - 1]![0] === ends[i - 1]![1];
      const isLast = i === ends.length - 1;
      return values.filter((x) =>
        from === to ? x === from : (isAfterOne ? x > from : x >= from) && (isLast ? x <= to : x < to),
      ).length;
    });
    const [min, max] = [ends[0]![0], ends.at(-1)![1]];
    const all = [values.filter((x) => x < min).length, ...counts, values.filter((x) => x > max).length];
    return all.map((count) => count / values.length);
  };
  /** Numbers from a formula, because DuckDB's hash is not available here. */
  const numbers = (rows: number, shift: number) =>
    Array.from({ length: rows }, (_, i) => (((i * 7919) % 1009) ** 2 % 997) + shift);

  test("have the index of the shares in the baseline's deciles", async () => {
    const select = (shift: number) =>
      `SELECT ((range * 7919) % 1009) ** 2 % 997 + ${shift} AS x, CAST(((range * 7919) % 1009) ** 2 % 997 + ${shift} AS BIGINT) AS n,
        CASE WHEN range % 4 = 0 THEN 5 ELSE CAST(((range * 7919) % 1009) ** 2 % 997 + ${shift} AS BIGINT) END AS tied FROM range(5000)`;
    for (const shift of [1, 40, 600, 2000]) {
      const { before, now } = await drifted(select(0), select(shift));
      const tied = (by: number) => numbers(5000, by).map((x, i) => (i % 4 === 0 ? 5 : x));
      for (const [name, of] of [
        ["x", (by: number) => numbers(5000, by)],
        ["n", (by: number) => numbers(5000, by)],
        ["tied", tied],
      ] as const) {
        const [a, b] = [0, shift].map((by) => numbersIn(before, name, of(by)));
        expect(a!.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        expect([name, indexes(now).get(name)!]).toEqual([name, expect.closeTo(psi(a!, b!), 9)]);
      }
    }
  });
  test("of every type drift only if shifted", async () => {
    const { now } = await drifted(table(4000, 1), table(4000, 1, 300));
    for (const name of [
      "n",
      "x",
      "amount",
      "precise",
      "large",
      "day",
      "local",
      "at",
      "clock",
      "constant",
      "list[]",
    ])
      expect([name, indexes(now).get(name)! > 0.2]).toEqual([name, true]);
    expect(now.drift!.notCompared).toBeUndefined();
  });
  test("of a column of strings are compared by the values of the baseline", async () => {
    const words = (counts: ReadonlyArray<readonly [string, number]>) =>
      counts
        .map(([word, n]) => `SELECT '${word.replaceAll("'", "''")}' AS word FROM range(${n})`)
        .join(" UNION ALL ");
    const { now } = await drifted(
      words([["it's", 500], ["b", 300], ["c", 200]]),
      words([["it's", 100], ["b", 300], ["new", 600]]),
      [{ top: 2 }, { top: 1 }],
    ); // biome-ignore format: one call
    expect(indexes(now).get("word")).toBeCloseTo(psi([0.5, 0.3, 0.2], [0.1, 0.3, 0.6]), 12);
  });
});
