/** Payloads of maximum size, with every statistic that a column can have. */
import type { ColumnProfile, Profile } from "../../../src/programs/profile/Program.ts";
import { column, numeric, profile } from "../../programs/profile/profiles.ts";

const wave = (i: number): ReadonlyArray<number> =>
  Array.from({ length: 20 }, (_, bin) => Math.round(50_000 * (1.1 + Math.sin((bin + i) / 3))));

const words = (i: number, many: number) => ({
  values: Array.from({ length: many }, (_, n) => ({
    value: `some value ${i * n} of ${n}`,
    count: 9000 - 800 * n,
  })),
  exact: true,
});

/** Two numbers, a text and a date in turn, as real tables have them. */
const columnAt = (i: number): ColumnProfile => {
  const name = `column_with_a_name_${i}`;
  switch (i % 4) {
    case 2:
      return column("STRING", {
        name,
        rows: 1_000_000,
        nulls: i * 1000,
        distinct: { value: 12_345 + i, exact: false },
        uniqueness: 0.0123,
        min: "aardvark",
        max: "zymurgy",
        lengths: { min: 3, mean: 17.25, max: 99 },
        empty: i,
        blank: 0,
        padded: 3,
        topValues: words(i, 10),
      });
    default:
      return numeric(wave(i), {
        name,
        nulls: i * 100,
        topValues: {
          values: words(i, 10).values.map(({ count }, n) => ({ value: n * 17.5 + i, count })),
          exact: true,
        },
      });
  }
};

export const wideProfile = (columns: number): Profile => {
  const all = Array.from({ length: columns }, (_, i) => columnAt(i));
  return profile(all, {
    rows: 1_000_000,
    findings: all.map(({ name }, i) => ({
      id: "skewed",
      severity: i % 10 === 0 ? ("warning" as const) : ("info" as const),
      column: name,
      message: "Skewed: the mean 44,002,100 lies 0.35 standard deviations above the median 22,006,300",
      evidence: {},
    })),
    sample: Array.from({ length: 10 }, (_, row) =>
      Object.fromEntries(all.map(({ name }, i) => [name, `value ${row} of ${i}`])),
    ),
  });
};
