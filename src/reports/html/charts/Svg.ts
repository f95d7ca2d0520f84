/**
 * Charts as paths of an SVG that fills its container, whose size the style sheet sets. Texts and numbers are next to
 * the chart, not in it. Containers hide charts without a label from screen readers.
 */
import type { Quantile } from "../../Drawing.ts";
import { type Html, trusted } from "../Html.ts";
import type { Box } from "./Scale.ts";

/** Coordinates: the places of a chart from 0 to 1 times this, without fractions. */
const width = 400;
/** Divisible by the heights of sparklines, histograms and their halves. */
const height = 96;
/** The bar of a non-empty bin can be seen. */
const lowest = 3;

const across = (place: number): number => Math.round(Math.min(Math.max(place, 0), 1) * width);

const svg = (name: string, tall: number, content: string, label?: string): Html => {
  const role = label === undefined ? "" : ` role="img" aria-label="${label}"`;
  return trusted(
    `<svg class="${name}" viewBox="0 0 ${width} ${tall}" preserveAspectRatio="none"${role}>${content}</svg>`,
  );
};

/** The outlines of the bars; `top` is the height of the drawing in the boxes' unit. */
const bars = (boxes: ReadonlyArray<Box>, top: number): string => {
  let path = "";
  let end = Number.NaN;
  for (const box of boxes) {
    const [from, to] = [across(box.from), across(box.to)];
    if (!(box.height > 0) || !(top > 0) || to === from) continue;
    const tall = Math.max(lowest, Math.round(Math.min(box.height / top, 1) * height));
    path += `${from === end ? "" : `M${from} ${height}`}v-${tall}h${to - from}v${tall}`;
    end = to;
  }
  return path;
};

/** `line` is the height of a line to compare with, from 0 to 1. */
export const histogram = (boxes: ReadonlyArray<Box>, top: number, name: string, line?: number): Html => {
  const at = line === undefined ? undefined : Math.round((1 - line) * height);
  const rule = at === undefined ? "" : `<path class="rule" d="M0 ${at}H${width}"/>`;
  return svg(name, height, `${rule}<path d="${bars(boxes, top)}"/>`);
};

/** Counts of neighbouring bins, small enough for a table cell, with their shares in whole percent. */
export const miniature = (counts: ReadonlyArray<number>): Html => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shares = counts.map((count) => (total > 0 ? count / total : 0));
  const boxes = shares.map((share, i) => ({
    from: i / counts.length,
    to: (i + 1) / counts.length,
    height: share,
  }));
  const label = `Percent by bin: ${shares.map((share) => Math.round(share * 100)).join(" ")}`;
  return svg("mini", height, `<path d="${bars(boxes, Math.max(0, ...shares))}"/>`, label);
};

/** The quartiles as a box with the median, whiskers at 5 and 95%, marks at 1 and 99%. */
export const boxPlot = (
  points: ReadonlyArray<Quantile>,
  place: (at: number) => number,
  name: string,
): Html => {
  const at = (share: number): number =>
    across(place(points.find((point) => point.share === share)?.place.at ?? Number.NaN));
  const [low, left, right, high] = [0.05, 0.25, 0.75, 0.95].map(at);
  const ends = [0.01, 0.05, 0.95, 0.99].map((share) => `M${at(share)} 8v8`).join("");
  return svg(
    name,
    24,
    `<path class="whisker" d="M${low} 12H${high}${ends}"/><path d="M${left} 4H${right}v16H${left}z"/><path class="median" d="M${at(0.5)} 2v20"/>`,
  );
};

/** Parts of a whole beside each other, each with the class of its kind; those above 0 can be seen. */
export const strip = (parts: ReadonlyArray<{ readonly kind: string; readonly share: number }>): Html => {
  const widths = parts.map(({ share }) => (share > 0 ? Math.max(4, share * width) : 0));
  const scale = width / widths.reduce((sum, one) => sum + one, 0);
  let from = 0;
  const paths = parts.map(({ kind }, i) => {
    const to = Math.round((from + widths[i]! * scale) * 10) / 10;
    const path = to > from ? `<path class="${kind}" d="M${from} 0H${to}V8H${from}z"/>` : "";
    from = to;
    return path;
  });
  return svg("strip", 8, paths.join(""));
};
