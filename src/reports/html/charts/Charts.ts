/** Draws charts by Observable Plot as static SVG. Texts and numbers are next to the chart, not in it. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Distribution, Quantile, Quantiles } from "../../Drawing.ts";
import { type Html, none } from "../Html.ts";
import { type Box, boxes, extent, scale } from "./Scale.ts";
import { compact } from "./Svg.ts";

const { document } = parseHTML("<html></html>");

/** Colours of the style sheet. */
const paint = { now: "var(--bar)", before: "var(--before)", ink: "var(--text)" } as const;

const draw = (
  name: string,
  [width, height]: readonly [number, number],
  options: Plot.PlotOptions,
  label?: string,
): Html =>
  compact(
    Plot.plot({ document, width, height, margin: 0, axis: null, ...options }) as unknown as Parameters<
      typeof compact
    >[0],
    name,
    label,
  );

/** Non-empty bins have bars of at least one pixel. */
const visible = (all: ReadonlyArray<Box>, top: number, height: number): ReadonlyArray<Box> =>
  all.map((box) => (box.height > 0 ? { ...box, height: Math.max(box.height, top / height) } : box));

const tallest = (all: ReadonlyArray<Box>): number => Math.max(0, ...all.map(({ height }) => height));

/** A histogram as bars, with the baseline's as a dashed outline. */
export const histogram = ({ bins, baseline }: Distribution): Html => {
  const [low, high] = extent([...bins, ...(baseline ?? [])]);
  const place = scale(low, high);
  const now = boxes(bins, place);
  const before = boxes(baseline ?? [], place);
  const top = tallest([...now, ...before]);
  const [width, height] = [320, 72];
  return draw("histogram", [width, height], {
    x: { domain: [0, 1], clamp: true },
    y: { domain: [0, top === 0 ? 1 : top] },
    marks: [
      Plot.rectY(visible(now, top, height), {
        x1: "from", x2: "to", y: "height", insetLeft: 0.5, insetRight: 0.5, fill: paint.now,
      }),
      ...(before.length === 0
        ? []
        : [Plot.line(steps(before), { stroke: paint.before, strokeWidth: 2, strokeDasharray: "5 3" })]),
    ],
  }); // biome-ignore format: one list
};

/** The outline of the bars, starting and ending at zero. */
const steps = (all: ReadonlyArray<Box>): ReadonlyArray<readonly [x: number, y: number]> => [
  [all[0]!.from, 0],
  ...all.flatMap(
    ({ from, to, height }): ReadonlyArray<readonly [number, number]> => [
      [from, height],
      [to, height],
    ],
  ),
  [all.at(-1)!.to, 0],
];

/** The quartiles as a box with the median, whiskers at 5 and 95%, ticks at 1 and 99%; the baseline's below it. */
export const boxPlot = ({ points, baseline }: Quantiles): Html => {
  const all = [...points, ...(baseline ?? [])].filter(({ share }) => share > 0 && share < 1);
  const places = all.map(({ place }) => place.at);
  if (places.length === 0) return none;
  const place = scale(Math.min(...places), Math.max(...places));
  const height = baseline === undefined ? 24 : 44;
  const at = (of: ReadonlyArray<Quantile>, share: number): number =>
    place(of.find((point) => point.share === share)?.place.at ?? Number.NaN);
  const one = (of: ReadonlyArray<Quantile>, y: number, color: string): ReadonlyArray<Plot.Markish> => [
    Plot.ruleY([y], { x1: at(of, 0.05), x2: at(of, 0.95), stroke: color }),
    Plot.ruleX([at(of, 0.01), at(of, 0.99)], { y1: y - 5, y2: y + 5, stroke: color }),
    Plot.rect([y], { x1: at(of, 0.25), x2: at(of, 0.75), y1: y - 9, y2: y + 9, fill: color, inset: 0 }),
    Plot.ruleX([at(of, 0.5)], { y1: y - 9, y2: y + 9, stroke: paint.ink, strokeWidth: 2 }),
  ];
  return draw(baseline === undefined ? "box" : "box two", [320, height], {
    // Leaves room for the ticks at the ends.
    x: { domain: [-0.005, 1.005] },
    y: { domain: [height, 0] },
    marks: [
      ...one(points, 12, paint.now),
      ...(baseline === undefined ? [] : one(baseline, 32, paint.before)),
    ],
  });
};

/** Counts of neighbouring bins, small enough for a table cell: heights in whole pixels, shares in whole percent. */
export const miniature = (counts: ReadonlyArray<number>): Html => {
  const [width, height] = [Math.max(1, counts.length) * 4, 16];
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shares = counts.map((count) => (total > 0 ? count / total : 0));
  const top = Math.max(0, ...shares);
  const bins = shares.map((share, i) => ({
    from: i,
    to: i + 1,
    height: share > 0 ? Math.max(1, Math.round((share / top) * height)) : 0,
  }));
  return draw(
    "mini",
    [width, height],
    {
      x: { domain: [0, Math.max(1, counts.length)] },
      y: { domain: [0, height] },
      marks: [Plot.rectY(bins, { x1: "from", x2: "to", y: "height", insetRight: 1, fill: paint.now })],
    },
    `Percent by bin: ${shares.map((share) => Math.round(share * 100)).join(" ")}`,
  );
};
