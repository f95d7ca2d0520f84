/** A million rows: distinct counts, quantiles and top values within the stated errors, everything else exact. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { Effect } from "effect";
import type { TypeName } from "../../../src/domain/TableSchema.ts";
import * as Router from "../../../src/layers/Router.ts";
import { type Profile, type ProfileOptions, run } from "../../../src/programs/profile/Program.ts";
import { reference, workdir } from "../../support/files.ts";

setDefaultTimeout(60_000);

const rows = 1_000_000;

/** A column by its value in row i: as DuckDB expression and as function. */
interface Made {
  readonly name: string;
  readonly type: TypeName;
  readonly sql: string;
  readonly of: (i: number) => number | string | null;
}

/** 0 to 999,999, each once, shuffled. */
const shuffled = (i: number) => (i * 700_001) % rows;
const mixed = "(i * 700001) % 1000000";

const epoch = Date.UTC(2000, 0, 1);
const made: ReadonlyArray<Made> = [
  { name: "d50000", type: "INT64", sql: `${mixed} % 50000`, of: (i) => shuffled(i) % 50_000 },
  { name: "d100000", type: "INT64", sql: `${mixed} % 100000`, of: (i) => shuffled(i) % 100_000 },
  { name: "d100001", type: "INT64", sql: `${mixed} % 100001`, of: (i) => shuffled(i) % 100_001 },
  {
    name: "d300000",
    type: "STRING",
    sql: `'key ' || (${mixed} % 300000)`,
    of: (i) => `key ${shuffled(i) % 300_000}`,
  },
  { name: "d1000000", type: "INT64", sql: `${mixed} - 500000`, of: (i) => shuffled(i) - 500_000 },
  {
    name: "skewed",
    type: "INT64",
    sql: `CASE WHEN i % 2 = 0 THEN i % 100 ELSE ${mixed} END`,
    of: (i) => (i % 2 === 0 ? i % 100 : shuffled(i)),
  },
  {
    name: "long_tail",
    type: "STRING",
    sql: `CASE WHEN i % 10 < 7 THEN 'often ' || (i % 3) WHEN i % 10 < 9 THEN NULL ELSE 'once ' || i END`,
    of: (i) => (i % 10 < 7 ? `often ${i % 3}` : i % 10 < 9 ? null : `once ${i}`),
  },
  {
    name: "harmonic",
    type: "FLOAT64",
    sql: `1e6 / (1 + ${mixed})`,
    of: (i) => 1e6 / (1 + shuffled(i)),
  },
  {
    name: "day",
    type: "DATE",
    sql: `DATE '2000-01-01' + ((${mixed}) % 3000)::INTEGER`,
    of: (i) => new Date(epoch + (shuffled(i) % 3000) * 86_400_000).toISOString().slice(0, 10),
  },
  {
    name: "mostly_nan",
    type: "FLOAT64",
    sql: `CASE WHEN i % 7 = 0 THEN (${mixed}) / 8.0 WHEN i % 7 < 3 THEN 'NaN'::DOUBLE END`,
    of: (i) => (i % 7 === 0 ? shuffled(i) / 8 : i % 7 < 3 ? "NaN" : null),
  },
  {
    name: "sparse",
    type: "INT64",
    sql: "CASE WHEN i % 1000 = 0 THEN i END",
    of: (i) => (i % 1000 === 0 ? i : null),
  },
];

const valuesOf = ({ of }: Made) => Array.from({ length: rows }, (_, i) => of(i));
const present = (values: ReadonlyArray<number | string | null>) => values.filter((value) => value !== null);

const counted = (values: ReadonlyArray<number | string>) => {
  const counts = new Map<number | string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

const profiled = (options: Partial<ProfileOptions>): Promise<Profile> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const dir = yield* workdir;
        const columns = made.map(({ name, sql }) => `${sql} AS ${name}`).join(", ");
        const file = yield* Effect.promise(() =>
          dir.parquet("million.parquet", `SELECT ${columns} FROM (SELECT range AS i FROM range(${rows}))`),
        );
        return yield* run(reference(file), options);
      }).pipe(Effect.provide(Router.layer({ local: { threads: 2 } }))),
    ),
  );

describe("Of a million rows", () => {
  let profile: Profile;
  let exactly: Profile;
  beforeAll(async () => {
    profile = await profiled({});
    exactly = await profiled({ exact: true, columns: ["d100001", "d300000", "skewed", "long_tail"] });
  }, 120_000);

  for (const [i, column] of made.entries()) {
    const { name } = column;
    test(`the statistics of ${name} are correct`, () => {
      const found = profile.columns[i]!;
      const values = valuesOf(column);
      const all = present(values);
      expect(found).toMatchObject({ name, type: column.type, rows, nulls: rows - all.length });

      const counts = counted(all);
      const { value, exact } = found.distinct!;
      if (counts.size <= 100_000) expect({ value, exact }).toEqual({ value: counts.size, exact: true });
      expect(Math.abs(value - counts.size) / counts.size).toBeLessThanOrEqual(exact ? 0 : 0.02);
      expect(found.uniqueness).toBeCloseTo(value / all.length, 12);

      const greatest = [...counts.values()].sort((a, b) => b - a).slice(0, 10);
      // Many values, none of them frequent: no top values.
      if (found.topValues === undefined) {
        expect(counts.size).toBeGreaterThan(100_000);
        expect(greatest[0]! / rows).toBeLessThan(1e-4);
      }
      for (const { value: one, count } of found.topValues?.values ?? [])
        expect([one, count]).toEqual([one, counts.get(one as number | string) ?? 0]);
      if (found.topValues?.exact === true) {
        expect(found.topValues.values.map(({ count }) => count)).toEqual(greatest);
      }

      if (column.type === "STRING") {
        const lengths = (all as ReadonlyArray<string>).map((text) => text.length);
        const mean = lengths.reduce((a, b) => a + b, 0) / all.length;
        expect(found.lengths!.mean).toBeCloseTo(mean, 9);
        expect(found.quantiles).toBeUndefined();
        return;
      }
      const finite = all.filter((value) => value !== "NaN");
      const inOrder =
        column.type === "DATE"
          ? [...finite].sort()
          : Float64Array.from(finite as ReadonlyArray<number>).sort();
      const rank = (isBefore: (value: number | string) => boolean) => {
        let [low, high] = [0, inOrder.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (isBefore(inOrder[middle]!)) low = middle + 1;
          else high = middle;
        }
        return low / inOrder.length;
      };
      for (const p of [1, 5, 25, 50, 75, 95, 99] as const) {
        const quantile = found.quantiles![`p${p}`] as number | string;
        expect(rank((one) => one < quantile)).toBeLessThanOrEqual(p / 100 + 0.01);
        expect(rank((one) => one <= quantile)).toBeGreaterThanOrEqual(p / 100 - 0.01);
      }
      expect(found.histogram!.bins.reduce((sum, { count }) => sum + count, 0)).toBe(finite.length);

      if (column.type === "DATE") {
        expect([found.earliest, found.latest]).toEqual([inOrder[0]!, inOrder.at(-1)!]);
        return;
      }
      const numbers = inOrder as Float64Array;
      const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
      const squares = numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0);
      const stddev = Math.sqrt(squares / (numbers.length - 1));
      expect(Math.abs(found.mean! - mean) / Math.max(Math.abs(mean), stddev)).toBeLessThan(1e-9);
      expect(Math.abs(found.stddev! - stddev) / stddev).toBeLessThan(1e-9);
      expect([found.min, found.max]).toEqual([numbers[0]!, numbers.at(-1)!]);
      expect([found.zeros, found.negatives]).toEqual([
        numbers.filter((one) => one === 0).length,
        numbers.filter((one) => one < 0).length,
      ]);
    });
  }

  test("the most frequent values of skewed columns are found", () => {
    const top = (name: string) => profile.columns.find((column) => column.name === name)!.topValues!.values;
    expect(
      top("long_tail")
        .slice(0, 3)
        .map(({ value }) => value)
        .sort(),
    ).toEqual(["often 0", "often 1", "often 2"]);
    for (const { count } of top("skewed")) expect(count).toBeGreaterThan(9_000);
  });

  test("without bins, all other statistics are the same", async () => {
    const others = ({ histogram, quantiles, ...rest }: Profile["columns"][number]) => ({
      ...rest,
      quantiles: quantiles === undefined ? undefined : { ...quantiles, deciles: undefined },
    });
    const { columns } = await profiled({ skipBins: true });
    expect(columns.map(others)).toEqual(profile.columns.map(others));
    expect(columns.some(({ histogram }) => histogram?.exact === false)).toBe(true);
  });

  test("--exact counts every distinct value", () => {
    for (const { name, distinct } of exactly.columns) {
      const column = made.find((one) => one.name === name)!;
      expect([name, distinct]).toEqual([
        name,
        { value: counted(present(valuesOf(column))).size, exact: true },
      ]);
    }
    expect(exactly.columns).toHaveLength(4);
  });
});
