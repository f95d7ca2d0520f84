import { describe, expect, test } from "bun:test";
import { Either } from "effect";
import fc from "fast-check";
import { load } from "../../../../src/programs/profile/drift/Baseline.ts";
import { drift, isBroken } from "../../../../src/programs/profile/drift/Drift.ts";
import { floor, leastPsi, psi } from "../../../../src/programs/profile/drift/Psi.ts";
import type { ColumnProfile, DriftMeasure, Profile } from "../../../../src/programs/profile/Profile.ts";
import { column, everything, numeric, profile, result } from "../profiles.ts";

const threshold = 0.2;

const between = (
  before: ColumnProfile,
  after: ColumnProfile,
  name: DriftMeasure["measure"],
  counts: ReadonlyArray<number> = [],
) => {
  const inBins = new Map([[after.name, counts]]);
  const { measures } = drift(profile([before]), profile([after]), threshold, undefined, inBins);
  const found = measures.filter((m) => m.measure === name);
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0];
};

const counts = fc
  .array(fc.nat(1000), { minLength: 1, maxLength: 20 })
  .filter((list) => list.some((n) => n > 0));

describe("a profile against itself", () => {
  test("does not drift", () => {
    const { measures } = drift(everything, everything, 0);
    expect(measures.length).toBeGreaterThan(5);
    for (const { broken, change } of measures)
      expect({ broken, change }).toEqual({ broken: false, change: 0 });
  });
  test("does not drift with any histogram", () =>
    fc.assert(
      fc.property(counts, (list) => {
        const one = profile([numeric(list)]);
        for (const { change } of drift(one, one, 0).measures) expect(change).toBe(0);
      }),
    ));
  test("does not drift when it is empty", () => {
    const none = profile([column("INT64", { rows: 0, distinct: { value: 0, exact: true } })], { rows: 0 });
    expect(drift(none, none, 0).measures.every(({ change }) => change === 0)).toBe(true);
  });
});

describe("the schema", () => {
  const a = column("INT64", { name: "a" });
  const changes = (
    before: ReadonlyArray<ColumnProfile>,
    after: ReadonlyArray<ColumnProfile>,
    ...asked: [((name: string) => boolean)?]
  ) =>
    drift(profile(before), profile(after), threshold, ...asked)
      .measures.filter(({ measure }) => measure === "schema")
      .map((m) => [m.column, m.before, m.after, m.broken]);

  test("a removed column is broken, a new one is reported", () => {
    const b = column("STRING", { name: "b" });
    expect(changes([a], [a, b])).toEqual([["b", null, "STRING", false]]);
    expect(changes([a, b], [a])).toEqual([["b", "STRING", null, true]]);
  });
  test("a changed type is broken; a changed mode or length is reported", () => {
    expect(changes([a], [{ ...a, type: "FLOAT64" }])).toEqual([["a", "INT64", "FLOAT64", true]]);
    expect(changes([a], [{ ...a, mode: "REQUIRED" }])).toEqual([["a", "INT64", "INT64 REQUIRED", false]]);
    expect(changes([column("STRING(5)")], [column("STRING(9)")])).toEqual([
      ["c", "STRING(5)", "STRING(9)", false],
    ]);
  });
  test("a STRUCT is reported once, and does not change with its fields", () => {
    const struct = (type: string, ...fields: ReadonlyArray<string>) => [
      column(type, { name: "s" }),
      ...fields.map((name) => column("INT64", { name })),
    ];
    const one = struct("STRUCT<x INT64>", "s.x");
    expect(changes(one, struct("STRUCT<x INT64, y INT64>", "s.x", "s.y"))).toEqual([
      ["s.y", null, "INT64", false],
    ]);
    expect(changes([a, ...one], [a])).toEqual([["s", "STRUCT", null, true]]);
  });
  test("omitted and unselected columns are not removed", () => {
    const after = profile([], { omitted: [{ name: "a", reason: "too complex" }] });
    expect(drift(profile([a]), after, threshold).measures.filter((m) => m.measure === "schema")).toEqual([]);
    expect(changes([a], [], (name) => name !== "a")).toEqual([]);
  });
});

describe("the stored part of the baseline", () => {
  const kept = (before: ColumnProfile, after: ColumnProfile) =>
    drift(profile([before]), profile([after]), threshold).baseline;
  const full = numeric([1, 2, 3]);

  test("are the distributions of columns that both profiles have", () => {
    const { rows, nulls, min, max, quantiles, topValues, histogram } = full;
    expect(kept(full, numeric([3, 2, 1]))).toEqual([
      { name: "n", rows, nulls, min, max, quantiles, topValues, histogram } as never,
    ]);
    expect(kept(full, { ...full, name: "other" })).toEqual([]);
    expect(kept(full, column("STRING", { name: "n" }))).toEqual([]);
  });

  test("shows no value that this run does not show", () => {
    const { rows, nulls } = full;
    expect(kept(full, column("FLOAT64", { name: "n" }))).toEqual([{ name: "n", rows, nulls }]);
  });
});

describe("each measure, by hand", () => {
  test("rows, relative to the baseline", () => {
    const rows = (before: number, after: number) =>
      drift(profile([], { rows: before }), profile([], { rows: after }), threshold).measures[0];
    expect(rows(1000, 1200)).toMatchObject({ column: null, change: 0.2, broken: false });
    expect(rows(1000, 700)).toMatchObject({ change: 0.3, broken: true });
    expect(rows(0, 5)).toMatchObject({ change: 5, broken: true });
  });
  test("NULL share, as a difference", () => {
    const nulls = (count: number) => column("INT64", { nulls: count });
    expect(between(nulls(125), nulls(375), "nullRate")).toMatchObject({
      before: 0.125,
      after: 0.375,
      change: 0.25,
      broken: true,
    });
    expect(between(nulls(100), nulls(250), "nullRate")?.broken).toBe(false);
    expect(between(nulls(0), column("INT64", { rows: 0 }), "nullRate")).toBeUndefined();
  });
  test("distinct values, relative", () => {
    const distinct = (value: number) => column("INT64", { distinct: { value, exact: true } });
    expect(between(distinct(100), distinct(150), "distinct")).toMatchObject({ change: 0.5, broken: true });
  });
  test("mean, in deviations of the baseline", () => {
    const mean = (value: number, stddev?: number) =>
      column("INT64", { mean: value, ...(stddev === undefined ? {} : { stddev }) });
    expect(between(mean(10, 4), mean(12, 99), "mean")).toMatchObject({ change: 0.5, broken: true });
    expect(between(mean(10, 0), mean(11, 1), "mean")?.change).toBeCloseTo(0.1);
    expect(between(mean(0), mean(3), "mean")?.change).toBe(1);
    expect(between(mean(-8), mean(-4), "mean")?.change).toBe(0.5);
  });
  test("quantiles, by the one that moved most", () => {
    const all = { p1: 0, p5: 10, p25: 20, p50: 50, p75: 80, p95: 110, p99: 500, exact: true };
    const numbers = (more: object) => column("INT64", { quantiles: { ...all, ...more } });
    expect(between(numbers({}), numbers({ p50: 75, p99: 9000 }), "quantiles")).toMatchObject({
      before: 50,
      after: 75,
      change: 0.25,
      broken: true,
    });
    const flat = numbers({ p5: 7, p25: 7, p50: 7, p75: 7, p95: 7 });
    expect(between(flat, flat, "quantiles")?.change).toBe(0);
    expect(between(flat, numbers({}), "quantiles")?.change).toBe(1);
    const huge = (p95: number) => numbers({ p5: -1.7e308, p95 });
    expect(between(huge(1.7e308), huge(0), "quantiles")?.change).toBeCloseTo(0.5);
  });
  test("quantiles of dates, in time", () => {
    const days = (p50: string) =>
      column("DATE", {
        quantiles: {
          p1: "2024-01-01",
          p5: "2024-01-01",
          p25: "2024-01-02",
          p50,
          p75: "2024-01-10",
          p95: "2024-01-11",
          p99: "2024-02-01",
          exact: true,
        },
      });
    expect(between(days("2024-01-05"), days("2024-01-08"), "quantiles")?.change).toBeCloseTo(0.3);
  });
});

describe("the stability index", () => {
  test("is the sum of (a - b) ln(a / b)", () =>
    expect(psi([0.5, 0.5], [0.25, 0.75])).toBeCloseTo(0.25 * Math.log(2) + 0.25 * Math.log(1.5), 12));
  test("is symmetric, 0 or more, and finite for empty bins", () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(shares, shares, (a, b) => {
        expect(psi(a, b)).toBeGreaterThanOrEqual(0);
        expect(psi(a, b)).toBeCloseTo(psi(b, a), 9);
        expect(psi(a, a)).toBe(0);
      }),
    );
    expect(psi([1, 0], [0, 1])).toBeCloseTo(2 * (1 - floor) * Math.log(1 / floor), 9);
  });
  const deciles = (type: string, bins: ReadonlyArray<readonly [number | string, number | string, number]>) =>
    column(type, {
      rows: bins.reduce((sum, [, , count]) => sum + count, 0),
      quantiles: {
        ...everything.columns[0]!.quantiles!,
        deciles: bins.map(([from, to, count]) => ({ from, to, count })),
      },
    });
  test("counts in the baseline's bins, and values beyond its extremes separately", () => {
    const before = deciles("FLOAT64", [
      [0, 10, 50],
      [10, 20, 50],
    ]);
    const psiOf = (...counts: ReadonlyArray<number>) => between(before, before, "psi", counts)?.change;
    expect(psiOf(0, 50, 100)).toBe(0);
    expect(psiOf(0, 25, 100)).toBeCloseTo(psi([0.5, 0.5], [0.25, 0.75]), 12);
    expect(psiOf(10, 50, 80)).toBeCloseTo(psi([0, 0.5, 0.5, 0], [0.1, 0.4, 0.3, 0.2]), 12);
  });
  test("detects a changed constant", () => {
    for (const [type, at] of [
      ["INT64", 10],
      ["FLOAT64", 0.5],
      ["DATE", "2024-01-01"],
    ] as const) {
      const constant = deciles(type, [[at, at, 9]]);
      expect(between(constant, constant, "psi", [0, 9])?.change).toBe(0);
      expect(between(constant, constant, "psi", [9, 9])?.broken).toBe(true);
      expect(between(constant, constant, "psi", [0, 0])?.broken).toBe(true);
    }
  });
  test("of booleans and of top values", () => {
    const bool = (yes: number) => column("BOOL", { true: yes, false: 1000 - yes });
    expect(between(bool(500), bool(250), "psi")?.change).toBeCloseTo(psi([0.5, 0.5], [0.25, 0.75]), 12);
    const text = column("STRING", {
      topValues: {
        values: [
          { value: "a", count: 500 },
          { value: "b", count: 300 },
        ],
        exact: true,
      },
    });
    expect(between(text, text, "psi", [500, 300])?.change).toBe(0);
    expect(between(text, text, "psi", [0, 300])?.change).toBeCloseTo(psi([0.5, 0.3, 0.2], [0, 0.3, 0.7]), 12);
  });
  test("is representable in JSON, for any two histograms", () =>
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        for (const { change } of drift(profile([numeric(a)]), profile([numeric(b)]), threshold).measures) {
          expect(Number.isFinite(change) && change! >= 0).toBe(true);
        }
      }),
    ));
  test("is never caused by the errors of shares", () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.1, noNaN: true })),
          { minLength: 1, maxLength: 9 },
        ),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (shares, moved) => {
          const before = shares.map(([value, error]) => ({ value, error }));
          const after = shares.map(([value, error]) => ({ value: value + 2 * moved * error, error }));
          // Sums of shares and errors are rounded.
          expect(leastPsi(before, after)).toBeLessThan(1e-12);
          const [a, b] = [before, after].map((list) => list.map(({ value }) => value));
          expect(leastPsi(before, after)).toBeLessThanOrEqual(psi(a!, b!) + 1e-12);
        },
      ),
    ));
  test("is absent if the kinds differ", () => {
    expect(between(numeric([5, 5]), column("STRING", { name: "n" }), "psi")).toBeUndefined();
  });
});

test("a profile is broken if one measure is", () => {
  const moved = drift(profile([], { rows: 10 }), profile([], { rows: 100 }), threshold);
  expect(isBroken(profile([], { drift: moved }))).toBe(true);
  expect(isBroken(profile([], { drift: drift(everything, everything, threshold) }))).toBe(false);
  expect(isBroken(profile([]))).toBe(false);
});

describe("a baseline", () => {
  const run = {
    type: "run",
    schemaVersion: 1,
    tool: "bq-profile",
    version: "0.1.0",
    options: {},
    startedAt: "",
    principal: null,
  };
  const one = (item: string, payload: Profile = everything) => ({ ...result, item, profile: payload });
  const failed = {
    ...result,
    item: "p.d.x",
    status: "failed",
    error: { reason: "notFound", message: "", remedy: "" },
  };
  const lines = (...parts: ReadonlyArray<unknown>) =>
    parts.map((part) => `${JSON.stringify(part)}\n`).join("");
  const names = (text: string) => [...Either.getOrThrow(load(text)).profiles.keys()];
  const refusal = (text: string) => Either.getOrThrow(Either.flip(load(text)));

  test("is read from an envelope, from lines, and from a single result", () => {
    const summary = { type: "summary" };
    const envelope = { ...run, results: [one("a"), failed, one("b")], summary };
    expect(names(JSON.stringify(envelope))).toEqual(["a", "b"]);
    expect(names(`\ufeff${JSON.stringify(envelope, null, 2)}`)).toEqual(["a", "b"]);
    expect(names(lines(run, one("a"), failed, one("b"), summary))).toEqual(["a", "b"]);
    expect(names(lines(run, one("a")).replaceAll("\n", "\r\n"))).toEqual(["a"]);
    expect(names(JSON.stringify(one("a")))).toEqual(["a"]);
  });
  test("returns the profile that was written", () =>
    expect(Either.getOrThrow(load(lines(run, one("a")))).profiles.get("a")).toEqual(everything));
  test("uses the last profile of an item", () => {
    const again = profile([], { rows: 7 });
    expect(
      Either.getOrThrow(load(lines(run, one("a"), one("a", again), { ...failed, item: "a" }))).profiles.get(
        "a",
      )?.rows,
    ).toBe(7);
  });
  test("is rejected with a reason", () => {
    expect(refusal("a,b\n1,2\n").reason).toBe("notJson");
    expect(refusal("").reason).toBe("notReport");
    expect(refusal('{"a": 1}').reason).toBe("notReport");
    expect(refusal("[1, 2]").reason).toBe("notReport");
    expect(refusal(lines(run, failed)).reason).toBe("noProfiles");
    expect(refusal(lines({ ...run, schemaVersion: 2 }, one("a"))).message).toContain("schemaVersion 2");
    expect(refusal(lines({ ...run, tool: "bq-schema-diff" })).reason).toBe("otherTool");
    expect(refusal(lines(run, one("a")).slice(0, -20)).message).toStartWith(
      "line 2 of the baseline is not JSON",
    );
  });
  test("that is malformed is reported with its position and no value", () => {
    const broken = { ...one("a"), profile: { ...everything, rows: "SECRET" } };
    const { message } = refusal(JSON.stringify({ ...run, results: [one("b"), broken] }));
    expect(message).toStartWith("results[1] of the baseline is not a result of bq-profile (at profile.rows)");
    expect(message).not.toContain("SECRET");
  });
});
