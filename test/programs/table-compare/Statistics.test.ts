/** Statistics that changed, excluding differences that errors or rounding can explain. */
import { describe, expect, test } from "bun:test";
import type { ColumnProfile } from "../../../src/programs/profile/Program.ts";
import { statistics } from "../../../src/programs/table-compare/Statistics.ts";
import { statisticsTables } from "../../../src/reports/presenters/table-compare/Statistics.ts";
import { column, profile } from "../profile/profiles.ts";

const compared = (a: Partial<ColumnProfile>, b: Partial<ColumnProfile>, type = "FLOAT64") => {
  const all = statistics(profile([column(type, a)]), profile([column(type, b)]), {
    key: [],
    compared: [],
  } as never);
  return {
    one: all[0]!,
    told: JSON.stringify(statisticsTables({ statistics: all })).includes("Statistics that changed"),
  };
};

const seven = (value: number | string) => ({
  p1: value, p5: value, p25: value, p50: value, p75: value, p95: value, p99: value,
}); // biome-ignore format: one list
const about = (value: number | string, low: number | string, high: number | string) => ({
  quantiles: { ...seven(value), exact: false, low: seven(low), high: seven(high) },
});

describe("A statistic has not moved", () => {
  test("if it is an estimated distinct count within 2% on each side", () => {
    const distinct = (value: number, exact = false) => ({
      distinct: { value, exact },
      uniqueness: value / 1000,
    });
    expect(compared(distinct(10_000), distinct(10_390))).toMatchObject({ told: false, one: { moved: 0 } });
    expect(compared(distinct(10_000), distinct(10_500)).told).toBe(true);
    expect(compared(distinct(10_000, true), distinct(10_250)).told).toBe(true);
    expect(compared(distinct(10_000, true), distinct(10_001, true))).toMatchObject({
      told: true,
      one: { differs: true },
    });
  });
  test("if it is an estimated quantile whose bounds overlap, also of dates", () => {
    expect(compared(about(10, 9, 11), about(12, 11, 13)).told).toBe(false);
    expect(compared(about(10, 9, 11), about(12, 11.5, 13)).told).toBe(true);
    const [old, now] = [
      about("2024-01-10", "2024-01-09", "2024-01-20"),
      about("2024-01-22", "2024-01-19", "2024-01-23"),
    ];
    expect(compared(old, now, "DATE").told).toBe(false);
    expect(compared(old, about("2024-01-22", "2024-01-21", "2024-01-23"), "DATE").told).toBe(true);
  });
  test("if it is a sum of FLOAT64 within its rounding", () => {
    const ledger = (mean: number) => ({ mean, min: -1e6, max: 1e6 });
    expect(compared(ledger(0), ledger(1e-5)).told).toBe(false);
    expect(compared(ledger(0), ledger(1)).told).toBe(true);
  });
});
