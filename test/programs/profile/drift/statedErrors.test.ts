/** Drift beyond the stated errors of both profiles, and what cannot be compared. */
import { describe, expect, test } from "bun:test";
import { drift } from "../../../../src/programs/profile/drift/Drift.ts";
import type { ColumnProfile, Profile } from "../../../../src/programs/profile/Profile.ts";
import { column, everything, profile } from "../profiles.ts";

describe("a difference within the errors of both sides", () => {
  const sampled = (percent: number, ...columns: ReadonlyArray<ColumnProfile>) =>
    profile(columns, {
      table: { ...everything.table, engine: "local" },
      selection: { ...everything.selection, samplePercent: percent },
    });
  const measuresOf = (before: Profile, after: Profile) => drift(before, after, 0).measures;

  test("breaks no threshold: estimated distinct counts", () => {
    const about = (value: number) => column("INT64", { distinct: { value, exact: false } });
    expect(measuresOf(profile([about(10_000)]), profile([about(10_390)]))[2]).toMatchObject({
      measure: "distinct",
      error: 0.039,
      broken: false,
    });
    expect(measuresOf(profile([about(10_000)]), profile([about(10_600)]))[2]?.broken).toBe(true);
  });
  test("breaks no threshold: quantiles whose bounds overlap", () => {
    const flat = (value: number) => ({
      p1: value,
      p5: value,
      p25: value,
      p50: value,
      p75: value,
      p95: value,
      p99: value,
    });
    const about = (p50: number, low: number, high: number) =>
      column("INT64", {
        quantiles: {
          ...flat(50), p5: 0, p95: 100, p50, exact: false,
          low: { ...flat(0), p50: low }, high: { ...flat(100), p50: high },
        },
      }); // biome-ignore format: one list
    const change = (before: ColumnProfile, after: ColumnProfile) =>
      measuresOf(profile([before]), profile([after])).find(({ measure }) => measure === "quantiles");
    expect(change(about(10, 9, 60), about(90, 60, 91))?.broken).toBe(false);
    expect(change(about(10, 9, 60), about(90, 70, 91))).toMatchObject({ change: 0.8, broken: true });
  });
  test("breaks no threshold: a mean by the rounding of sums", () => {
    const mean = (value: number) => column("FLOAT64", { mean: value, stddev: 1e-3, min: -1e6, max: 1e6 });
    expect(measuresOf(profile([mean(0)]), profile([mean(1e-5)]))[2]?.broken).toBe(false);
    expect(measuresOf(profile([mean(0)]), profile([mean(1)]))[2]?.broken).toBe(true);
  });
  test("breaks no threshold: rows of two samples", () => {
    const before = sampled(10);
    expect(measuresOf(before, { ...before, rows: 1080 })[0]?.broken).toBe(false);
    expect(measuresOf(before, { ...before, rows: 1200 })[0]?.broken).toBe(true);
  });
});

describe("what cannot be compared is named", () => {
  const reasons = (before: Profile, after: Profile) =>
    (drift(before, after, 0).notCompared ?? []).map(({ column, measure, reason }) => [
      column,
      measure,
      reason,
    ]);
  const one = column("INT64", { distinct: { value: 5, exact: true }, mean: 1 });
  const selection = (samplePercent: number) => ({ ...everything.selection, samplePercent });

  test("counts of samples at different rates", () => {
    const local = { ...everything.table, engine: "local" as const };
    const before = profile([one], { table: local, selection: selection(1) });
    const after = profile([one], { table: local });
    expect(reasons(before, after)).toEqual([
      [null, "rows", "1% and 100% of the rows were sampled"],
      ["c", "distinct", "1% and 100% of the rows were sampled"],
    ]);
  });
  test("everything of samples of blocks", () => {
    const after = profile([one], { selection: selection(1) });
    expect(reasons(profile([one]), after).map(([, measure]) => measure)).toEqual([
      "rows", "nullRate", "distinct", "mean",
    ]); // biome-ignore format: one list
  });
  test("what one side does not have", () => {
    const { distinct } = one;
    const counts = column("INT64", { distinct: distinct! });
    expect(reasons(profile([one]), profile([counts]))).toEqual([
      ["c", "mean", "this profile does not have it"],
    ]);
    expect(reasons(profile([counts]), profile([one]))).toEqual([
      ["c", "mean", "the baseline does not have it"],
    ]);
  });
});
