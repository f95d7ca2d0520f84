/** A histogram with its axes; the baseline's below it, on the same axis. */

import * as Format from "../../../domain/Format.ts";
import type { AxisPosition, Bin, Distribution } from "../../Drawing.ts";
import { textTable } from "../blocks/TextTable.ts";
import { type Html, html, none } from "../Html.ts";
import { axisNumber, roundBelow, xAxis } from "./Axis.ts";
import { type Box, boxes, scale } from "./Scale.ts";
import { histogram } from "./Svg.ts";

const ends = (bins: ReadonlyArray<Bin>): readonly [low: AxisPosition, high: AxisPosition] => {
  const places = bins.flatMap(({ from, to }) => [from, to]).toSorted((a, b) => a.at - b.at);
  return [places[0]!, places.at(-1)!];
};

const tallest = (all: ReadonlyArray<Box>): number => Math.max(0, ...all.map(({ height }) => height));

/**
 * A last bin of a single value is drawn as wide as the others if these are of equal width: 1 to 2, 2 to 3, and 3 alone.
 */
const widened = (bins: ReadonlyArray<Bin>): ReadonlyArray<Bin> => {
  const last = bins.at(-1);
  const widths = bins.slice(0, -1).map(({ from, to }) => to.at - from.at);
  const width = widths[0] ?? 0;
  const isEven = widths.every((one) => Math.abs(one - width) <= width / 100);
  if (last === undefined || last.to.at > last.from.at || width === 0 || !isEven) return bins;
  return [...bins.slice(0, -1), { ...last, to: { ...last.to, at: last.from.at + width } }];
};

export const distributionHtml = ({ title, axis, bins, baseline, approximate }: Distribution): Html => {
  const [low, high] = ends([...bins, ...(baseline ?? [])]);
  const [shown, shownBefore] = [widened(bins), widened(baseline ?? [])];
  const drawnTo = ends([...shown, ...shownBefore])[1].at;
  const place = scale(low.at, drawnTo);
  const now = boxes(shown, place);
  const before = boxes(shownBefore, place);
  const top = tallest([...now, ...before]);
  const half = baseline === undefined ? "" : " half";
  const line = baseline === undefined ? lineOf(bins, now) : undefined;
  const chart = (of: ReadonlyArray<Box>, name: string): Html =>
    html`<div class="plot"${edges(of)}>${histogram(of, top, `histogram${half}${name}`, line?.height)}</div>`;
  return html`
    <figure>
      <figcaption><b>${title}</b> ${line === undefined ? "rows by width" : "rows"}${approximate && ", approximate"}</figcaption>
      <div class="chart" aria-hidden="true">
        ${line !== undefined && yAxis(line)}
        ${chart(now, "")}
        ${baseline !== undefined && chart(before, " before")}
        ${xAxis(low, high, axis, drawnTo)}
      </div>
      <details class="data">
        <summary>Rows by bin</summary>
        ${binsTable(bins, baseline === undefined ? undefined : "This run")}
        ${baseline !== undefined && binsTable(baseline, "Baseline")}
      </details>
    </figure>`;
};

/** A round number of rows, and its height from 0 to 1. */
interface Line {
  readonly rows: number;
  readonly height: number;
}

/** Undefined if bins of different widths have no common scale. */
const lineOf = (bins: ReadonlyArray<Bin>, drawn: ReadonlyArray<Box>): Line | undefined => {
  const most = bins.reduce((all, { count }) => Math.max(all, count), 0);
  if (!isEven(drawn) || most === 0) return undefined;
  const rows = roundBelow(most);
  return rows <= 0 ? undefined : { rows, height: rows / most };
};

const isEven = (drawn: ReadonlyArray<Box>): boolean => {
  const widths = drawn.map(({ from, to }) => to - from);
  return Math.max(...widths) - Math.min(...widths) < 0.005;
};

const yAxis = ({ rows, height }: Line): Html => html`
  <div class="y">
    <b class="y${Math.round(height * 100)}">${axisNumber(rows)}</b><b class="y0">0</b>
  </div>`;

/** Where the bins end, in percent, for the script; absent if they are of equal width and fill the drawing. */
const edges = (drawn: ReadonlyArray<Box>): Html =>
  isEven(drawn) && drawn[0]!.from < 0.005 && drawn.at(-1)!.to > 0.995
    ? none
    : html` data-edges="${drawn.map(({ from, to }) => `${Math.round(from * 1000) / 10}-${Math.round(to * 1000) / 10}`).join(" ")}"`;

/** Every bin as a row. */
const binsTable = (bins: ReadonlyArray<Bin>, caption: string | undefined): Html =>
  textTable([
    ...(caption === undefined ? [] : [[caption]]),
    ["values", "rows"],
    ...bins.map(({ from, to, count, estimated }) => [
      from.label === to.label ? from.label : `${from.label} to ${to.label}`,
      `${estimated === true ? "~" : ""}${Format.count(count)}`,
    ]),
  ]);
