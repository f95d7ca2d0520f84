/** Large integers, histograms and samples are exact and reproducible. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { Effect } from "effect";
import * as Router from "../../../src/layers/Router.ts";
import { type Profile, type ProfileOptions, run } from "../../../src/programs/profile/Program.ts";
import { reference, workdir } from "../../support/files.ts";

setDefaultTimeout(120_000);

const profile = (
  select: string,
  options: Partial<ProfileOptions> = {},
  threads: ReadonlyArray<number> = [2],
) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const dir = yield* workdir;
        const file = yield* Effect.promise(() => dir.parquet("numbers.parquet", select));
        return yield* Effect.forEach(threads, (local) =>
          Effect.scoped(
            run(reference(file), options).pipe(Effect.provide(Router.layer({ local: { threads: local } }))),
          ),
        );
      }),
    ),
  );

const column = (result: Profile | undefined, name: string) =>
  result!.columns.find((one) => one.name === name)!;

describe("Large integers", () => {
  test("have the mean, deviation and histogram of their differences, and no false finding", async () => {
    const [result] = await profile(
      `SELECT 4611686018427387904 + range AS big, -4611686018427387904 - range AS low,
        CAST(12345678901234567890 + range AS DECIMAL(38, 9)) AS exact FROM range(5000)`,
    );
    for (const name of ["big", "low", "exact"]) {
      expect(column(result, name).stddev).toBeCloseTo(Math.sqrt((5000 * 5001) / 12), 6);
    }
    expect(column(result, "big").mean).toBe(Number(4611686018427387904n) + 2499.5);
    const { bins, exact } = column(result, "big").histogram!;
    expect(exact).toBe(true);
    expect(bins.map(({ count }) => count)).toEqual(Array<number>(20).fill(250));
    expect([bins[0]!.from, bins[1]!.from, bins.at(-1)!.to]).toEqual([
      "4611686018427387904",
      "4611686018427388154",
      "4611686018427392903",
    ]);
    expect(result!.findings.filter(({ id }) => id === "skew")).toEqual([]);
  });
});

describe("A local histogram", () => {
  test("counts its bins from the minimum to the maximum", async () => {
    const [result] = await profile("SELECT range + 1 AS n FROM range(299) UNION ALL SELECT 1000000");
    const { bins, exact } = column(result, "n").histogram!;
    expect(exact).toBe(true);
    expect([bins[0]!.from, bins.at(-1)!.to]).toEqual([1, 1_000_000]);
    expect(bins.map(({ count }) => count)).toEqual([299, ...Array<number>(18).fill(0), 1]);
  });

  test("of every type has each value in the bin of its bounds, even for a million rows", async () => {
    const [result] = await profile(
      `SELECT (range * 700001) % 1000000 - 1116 AS n, ((range * 700001) % 1000000) / 7.0 AS x,
        DATE '2000-01-01' + CAST(range % 3000 AS INTEGER) AS day,
        TIMESTAMPTZ '2000-01-01 00:00:00+00' + to_seconds(range) AS at,
        CAST(range % 1000 AS DECIMAL(10, 2)) / 8 AS amount FROM range(1000000)`,
    );
    for (const { name, histogram, min, max, earliest, latest } of result!.columns) {
      const bins = histogram!.bins;
      expect([name, bins[0]!.from, bins.at(-1)!.to]).toEqual([name, min ?? earliest!, max ?? latest!]);
      expect([name, bins.reduce((sum, { count }) => sum + count, 0)]).toEqual([name, 1_000_000]);
      expect([name, histogram!.exact]).toEqual([name, true]);
    }
    const first = column(result, "n").histogram!.bins[0]!;
    expect(first).toEqual({ from: -1116, to: 48_884, count: 50_000 });
    expect(column(result, "x").histogram!.bins.every(({ count }) => Math.abs(count - 50_000) <= 1)).toBe(
      true,
    );
  });
});

describe("A sample", () => {
  const select = `SELECT hash(range) % 1000000 AS n, sqrt(range) * 1e3 AS x, 'word ' || hash(range) % 700000 AS word,
    CASE WHEN range % 50 = 0 THEN range / 3.0 END AS sparse, [range % 7, range % 11] AS list FROM range(600000)`;

  test("is the same in five runs with 1, 2 and 8 threads, to the last byte of the profile", async () => {
    const results = await profile(select, {}, [1, 2, 8, 2, 8]);
    const texts = results.map((one) => JSON.stringify({ ...one, table: null, sample: null }));
    expect(new Set(texts).size).toBe(1);
    expect(column(results[0], "n").quantiles!.exact).toBe(false);
  });
  for (const samplePercent of [2.5, 60])
    test(`of ${samplePercent}% has the expected rows, the same in five runs with 1, 2 and 8 threads`, async () => {
      const results = await profile(select, { samplePercent, where: "n % 5 <> 1" }, [1, 2, 8, 2, 8]);
      const texts = results.map((one) => JSON.stringify({ ...one, table: null, sample: null }));
      expect(new Set(texts).size).toBe(1);
      const expected = 600_000 * 0.8 * (samplePercent / 100);
      expect(Math.abs(results[0]!.rows - expected)).toBeLessThan(5 * Math.sqrt(expected));
      expect(column(results[0], "x").histogram!.exact).toBe(true);
    });
});

describe("A table of two million rows", () => {
  test("has counted bins from its minimum to its maximum, and exact large integers", async () => {
    const [result] = await profile(
      `SELECT CASE range WHEN 7 THEN -1116 WHEN 8 THEN 1688 ELSE hash(range) % 100 END AS delay,
        4611686018427387904 + range % 5000 AS big FROM range(2100000)`,
    );
    const { bins, exact } = column(result, "delay").histogram!;
    expect(exact).toBe(true);
    expect([bins[0]!.from, bins.at(-1)!.to]).toEqual([-1116, 1688]);
    const counts = bins.map(({ count }) => count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2_100_000);
    // The values from 0 to 99 are in the eighth and the ninth bin.
    expect(counts[7]! + counts[8]!).toBe(2_099_998);
    expect(column(result, "big").stddev).toBeCloseTo(Math.sqrt((5000 ** 2 - 1) / 12), 2);
  });
});
