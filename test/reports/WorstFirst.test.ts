import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isUneventful, keepWorst, type Rank } from "../../src/reports/WorstFirst.ts";

const rank = (index: number, ...places: ReadonlyArray<number>): Rank => ({ places, index });

describe("the worst of a batch", () => {
  test("come first: by severity, then in input order", () => {
    const kept = keepWorst<string>({ most: 10 });
    const given = [rank(0, 0), rank(1, 2, 5), rank(2, 2, 7), rank(3, 3), rank(4, 2, 5), rank(5, 2)];
    for (const one of given) kept.offer(one, () => `${one.places.join(".")}#${one.index}`);
    expect(kept.values()).toEqual(["3#3", "2.7#2", "2.5#1", "2.5#4", "2#5", "0#0"]);
  });

  test("equal the first ones after sorting, as far as they fit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ place: fc.nat(4), weight: fc.nat(20) }), { maxLength: 40 }),
        fc.nat(12),
        fc.nat(60),
        (items, most, room) => {
          const kept = keepWorst<number>({ most, room, weigh: (i) => items[i]!.weight });
          items.forEach(({ place }, i) => {
            kept.offer(rank(i, place), () => i);
          });
          const sorted = items
            .map((_, i) => i)
            .toSorted((a, b) => items[b]!.place - items[a]!.place || a - b);
          const weights = sorted.map((_, n) =>
            sorted.slice(0, n + 1).reduce((sum, i) => sum + items[i]!.weight, 0),
          );
          const fit = weights.filter((weight) => weight <= room).length;
          expect(kept.values()).toEqual(sorted.slice(0, Math.min(most, fit)));
        },
      ),
    );
  });

  test("values that cannot be kept are not built", () => {
    const kept = keepWorst<number>({ most: 1 });
    let made = 0;
    for (let i = 0; i < 100; i++) kept.offer(rank(i, 1), () => made++);
    expect(made).toBe(2);
  });

  test("a result that is ok with zero severity is uneventful", () => {
    expect([rank(0, 0), rank(0, 0, 0, 0), rank(0, 0, 1), rank(0, 2)].map(isUneventful)).toEqual([
      true, true, false, false,
    ]); // biome-ignore format: one line
  });
});
