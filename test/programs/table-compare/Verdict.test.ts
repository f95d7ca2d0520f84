/** Whether the rows that differ exceed --max-diff. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { exceedsPercent } from "../../../src/programs/table-compare/Verdict.ts";

test("a percentage that is exactly the limit does not exceed it", () => {
  expect(exceedsPercent(57, 10_000, 0.57)).toBe(false);
  expect(exceedsPercent(58, 10_000, 0.57)).toBe(true);
  expect(exceedsPercent(1, 1_000_000_000, 1e-7)).toBe(false);
  expect(exceedsPercent(2, 1_000_000_000, 1e-7)).toBe(true);
  expect(exceedsPercent(0, 0, 0)).toBe(false);
});

test("every limit of two decimals is exact", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 1, max: 1_000 }),
      (hundredths, scale) => {
        const rows = 10_000 * scale;
        expect(exceedsPercent(hundredths * scale, rows, hundredths / 100)).toBe(false);
        expect(exceedsPercent(hundredths * scale + 1, rows, hundredths / 100)).toBe(true);
      },
    ),
    { numRuns: 2000 },
  ));
