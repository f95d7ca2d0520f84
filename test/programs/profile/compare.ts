/** Expectations of profiles: against the values, and against another engine's profile. */
import { expect } from "bun:test";
import type { ColumnProfile, Profile } from "../../../src/programs/profile/Program.ts";
import { type Column, profileOf, rankError, sorted, tally } from "./memory.ts";

/** Statistics that may differ by rounding. */
const rounded = ["mean", "stddev"] as const;
/** Statistics that may be estimates, or have their own comparison. */
const apart = ["distinct", "uniqueness", "quantiles", "topValues", "histogram", "outliers"] as const;
const described = ["name", "type", "mode", "description"] as const;

const without = (column: object, names: ReadonlyArray<string>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(column).filter(([name]) => !names.includes(name)));

/** Within 1e-9 of the larger value; `scale` if the numbers cancel out. */
export const expectClose = (what: string, a: unknown, b: unknown, scale = 0): void => {
  if (typeof a !== "number" || typeof b !== "number") {
    expect([what, a]).toEqual([what, b]);
    return;
  }
  const off = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), scale, Number.MIN_VALUE);
  expect(off < 1e-9 ? "within 1e-9" : `${what}: ${a} and ${b}`).toBe("within 1e-9");
};

const scaleOf = (column: { readonly stddev?: unknown }): number =>
  typeof column.stddev === "number" ? column.stddev : 0;

type Figures = Readonly<Record<string, unknown>>;

const expectRounded = (name: string, a: Figures, b: Figures): void => {
  for (const figure of rounded) expectClose(`${name} ${figure}`, a[figure], b[figure], scaleOf(b));
  const lengths = [a.lengths, b.lengths] as ReadonlyArray<{ readonly mean: number } | undefined>;
  expectClose(`${name} mean length`, lengths[0]?.mean, lengths[1]?.mean);
};

const exactFigures = (column: object): object => {
  const { lengths, ...rest } = without(column, [...rounded, ...apart, ...described]) as Figures & {
    lengths?: { mean: number };
  };
  return { ...rest, ...(lengths === undefined ? {} : { lengths: without(lengths, ["mean"]) }) };
};

/** The emulator's `SUBSTR('é', 1, 1)` is the first byte of é: compares the text before the first non-ASCII character. */
const uncut = (value: unknown): unknown =>
  typeof value === "string" ? /^[\x00-\x7f]*/.exec(value)![0] : value;

const withUncutEnds = ({ min, max, ...rest }: Figures, type: string): object => ({
  ...rest,
  ends: type === "STRING" ? [uncut(min), uncut(max)] : [min, max],
});

const comparable = (column: ColumnProfile): object =>
  withUncutEnds(exactFigures(column) as Figures, column.type);

/** Quantiles within 1% of rank and a row, exact ones at their rank. */
export const expectQuantiles = (column: ColumnProfile, { name, field, values }: Column): void => {
  const { quantiles } = column;
  if (quantiles === undefined) return;
  const inOrder = sorted(values, field);
  for (const p of [1, 5, 25, 50, 75, 95, 99] as const) {
    const off = rankError(inOrder, quantiles[`p${p}`], p / 100, field);
    const most = 1 / inOrder.length + (quantiles.exact ? 0 : 0.01);
    expect(off <= most + 1e-12 ? "at its rank" : `${name} p${p}: off by ${off}`).toBe("at its rank");
  }
};

/** Distinct counts exact if marked exact, else within `tolerance`. */
export const expectDistinct = (
  column: ColumnProfile,
  expected: number | undefined,
  tolerance = 0.02,
): void => {
  const { name, distinct } = column;
  if (distinct === undefined || expected === undefined) {
    expect([name, distinct?.value]).toEqual([name, expected]);
    return;
  }
  const off = Math.abs(distinct.value - expected) / Math.max(expected, 1);
  const most = distinct.exact ? 0 : tolerance;
  expect(off <= most ? "near" : `${name}: ${distinct.value} instead of ${expected}`).toBe("near");
};

const expectHistogram = (column: ColumnProfile, finite: number): void => {
  if (column.histogram === undefined) return;
  const counts = column.histogram.bins.map((bin) => bin.count);
  expect([column.name, counts.reduce((a, b) => a + b, 0)]).toEqual([column.name, finite]);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(0);
};

/** Top values with their counts, the most frequent first; exact if marked exact. */
export const expectTopValues = (
  column: ColumnProfile,
  { values, field }: Column,
  top: number,
  emulated = false,
): void => {
  const { topValues } = column;
  if (topValues === undefined) return;
  const counts = tally(values, field);
  const listed = topValues.values.map(({ count }) => count);
  expect(listed).toEqual([...listed].sort((a, b) => b - a));
  expect(listed.length).toBeLessThanOrEqual(top);
  if (!topValues.exact) return;
  for (const { value, count } of topValues.values)
    if (!emulated || uncut(value) === value)
      expect([column.name, value, count]).toEqual([
        column.name,
        value,
        counts.get(JSON.stringify(value)) ?? 0,
      ]);
  expect(listed).toEqual([...counts.values()].sort((a, b) => b - a).slice(0, top));
};

/** The profile's columns agree with these values, without inapplicable statistics; `emulated`: by the emulator. */
export const expectTruth = (
  profile: Pick<Profile, "columns">,
  columns: ReadonlyArray<Column>,
  {
    top = 10,
    approximate = true,
    moments = true,
    emulated = false,
  }: {
    readonly top?: number;
    readonly approximate?: boolean;
    readonly moments?: boolean;
    readonly emulated?: boolean;
  } = {},
): void => {
  expect(profile.columns.map(({ name }) => name)).toEqual(columns.map(({ name }) => name));
  for (const [i, column] of columns.entries()) {
    const found = profile.columns[i]!;
    const truth = profileOf(column.values, column.field);
    const figures = (of: object) => {
      const exact = exactFigures(of) as Figures;
      return emulated ? withUncutEnds(exact, column.field.type) : exact;
    };
    expect([column.name, figures(found)]).toEqual([column.name, figures(truth)]);
    if (moments) expectRounded(column.name, found, truth);
    expectDistinct(found, truth.distinct);
    if (!approximate) continue;
    expectQuantiles(found, column);
    const hasOrder = "zeros" in truth || "earliest" in truth;
    const finite = hasOrder ? sorted(column.values, column.field).length : 0;
    expect([column.name, found.quantiles !== undefined]).toEqual([column.name, finite > 0]);
    expect([column.name, found.histogram !== undefined]).toEqual([column.name, finite > 0]);
    expectHistogram(found, finite);
    // A sample may contain no value twice.
    if (found.topValues !== undefined || found.distinct?.exact !== false)
      expect([column.name, found.topValues !== undefined]).toEqual([column.name, (truth.distinct ?? 0) > 0]);
    expectTopValues(found, column, top, emulated);
  }
};

/** Two engines' profiles of the same rows. */
export const expectAgreement = (local: Profile, google: Profile): void => {
  expect(local.rows).toBe(google.rows);
  expect(local.columns.map((column) => described.map((key) => column[key]))).toEqual(
    google.columns.map((column) => described.map((key) => column[key])),
  );
  for (const [i, a] of local.columns.entries()) {
    const b = google.columns[i]!;
    expect([a.name, comparable(a)]).toEqual([b.name, comparable(b)]);
    expectRounded(a.name, a, b);
    if (a.distinct?.exact === true) expectDistinct(b, a.distinct.value);
    for (const figure of ["distinct", "uniqueness", "quantiles", "topValues", "histogram"] as const)
      expect([a.name, figure, a[figure] !== undefined]).toEqual([b.name, figure, b[figure] !== undefined]);
    const counts = new Map(a.topValues?.values.map(({ value, count }) => [JSON.stringify(value), count]));
    for (const { value, count } of b.topValues?.values ?? [])
      if (counts.has(JSON.stringify(value)))
        expect([a.name, value, count]).toEqual([a.name, value, counts.get(JSON.stringify(value))!]);
  }
};
