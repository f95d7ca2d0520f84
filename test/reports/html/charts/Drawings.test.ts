/** Drawings of any statistics are valid. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Bin, Quantile } from "../../../../src/reports/Drawing.ts";
import { drawingHtml } from "../../../../src/reports/html/charts/Drawings.ts";
import { boxes, extent, scale } from "../../../../src/reports/html/charts/Scale.ts";
import { boxPlot, histogram, miniature } from "../../../../src/reports/html/charts/Svg.ts";

const place = (at: number) => ({ at, label: String(at) });
const bin = (from: number, to: number, count: number): Bin => ({ from: place(from), to: place(to), count });
const shares = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];
const quantiles = (places: ReadonlyArray<number>): ReadonlyArray<Quantile> =>
  shares.map((share, i) => ({ share, place: place(places[i]!) }));

const sorted = (length: number) =>
  fc
    .array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: length, maxLength: length })
    .map((all) => all.toSorted((a, b) => a - b));

const bins = sorted(6).chain((edges) =>
  fc
    .array(fc.nat(), { minLength: 5, maxLength: 5 })
    .map((counts) => counts.map((count, i) => bin(edges[i]!, edges[i + 1]!, count))),
);

const isDrawn = (svg: string): boolean =>
  /^<svg [^<>]*>.*<\/svg>$/.test(svg) && !/NaN|Infinity|undefined|null/.test(svg);

/** The bars of a histogram, as a page draws them. */
const drawn = (all: ReadonlyArray<Bin>): string => {
  const bars = boxes(all, scale(...extent(all)));
  const top = Math.max(...bars.map(({ height }) => height));
  return histogram(bars, top, "histogram").markup;
};

/** Heights of the bars of a histogram, from left to right. */
const heights = (svg: string): ReadonlyArray<number> =>
  [...svg.matchAll(/h\d+v(\d+)/g)].map(([, height]) => Number(height));

describe("a histogram", () => {
  test("has bars proportional to counts, and non-empty bins are visible", () => {
    const one = [bin(0, 1, 50), bin(1, 2, 100), bin(2, 3, 0), bin(3, 4, 1)];
    expect(heights(drawn(one))).toEqual([48, 96, 3]);
  });

  test("is overlaid by share of rows per width", () => {
    const now = boxes([bin(0, 2, 30), bin(2, 4, 10)], scale(0, 4));
    const before = boxes([bin(0, 1, 300), bin(1, 4, 100)], scale(0, 4));
    expect(now.map(({ height }) => height)).toEqual([1.5, 0.5]);
    expect(before.map(({ height }) => height)).toEqual([3, 1 / 3]);
    expect(extent([bin(1, 2, 3), bin(-1, 0, 3)])).toEqual([-1, 2]);
  });

  test("of a single value has a bar", () => {
    expect(heights(drawn([bin(5, 5, 7)]))).toEqual([96]);
  });

  test("can be drawn for all values", () =>
    fc.assert(
      fc.property(bins, bins, (one, other) => {
        const drawing = {
          _tag: "Distribution",
          title: "t",
          axis: "number",
          bins: one,
          baseline: other,
          approximate: true,
        } as const;
        const { markup } = drawingHtml(drawing);
        const charts = markup.match(/<svg.*?<\/svg>/g)!;
        expect(charts.map(isDrawn)).toEqual([true, true]);
        expect(markup).not.toMatch(/NaN|Infinity|undefined|null/);
        for (const { count } of [...one, ...other])
          expect(markup).toMatch(new RegExp(`\t${count.toLocaleString("en-US")}[\n<]`));
      }),
    ));

  test("as a miniature has its shares as text", () => {
    expect(miniature([1, 0, 3]).markup).toContain(`role="img" aria-label="Percent by bin: 25 0 75"`);
    for (const counts of [[], [0], [0, 0], [Number.MAX_SAFE_INTEGER, 1]]) {
      expect(isDrawn(miniature(counts).markup)).toBe(true);
    }
  });
});

describe("a box plot", () => {
  test("is a box of the quartiles, between 1 and 99%", () => {
    const points = quantiles([-1e9, 0, 5, 25, 50, 75, 95, 100, 1e9]);
    const svg = boxPlot(points, scale(0, 100), "box").markup;
    const [, left, right] = /M(\d+) 4H(\d+)v16/.exec(svg)!;
    expect([left, right].map(Number)).toEqual([100, 300]);
  });

  test("can be drawn for all values, and lists them", () =>
    fc.assert(
      fc.property(sorted(9), sorted(9), (one, other) => {
        const drawing = {
          _tag: "Quantiles",
          title: "t",
          axis: "number",
          points: quantiles(one),
          baseline: quantiles(other),
          approximate: false,
        } as const;
        const told = drawingHtml(drawing).markup;
        for (const svg of told.match(/<svg.*?<\/svg>/g)!) expect(isDrawn(svg)).toBe(true);
        for (const at of [...one, ...other]) expect(told).toContain(String(at));
      }),
    ));
});
