/** The labels of an axis: both ends with their values, and round values between them. */
import { scaleLinear, scaleUtc } from "d3-scale";
import * as Format from "../../../domain/Format.ts";
import type { Axis, AxisPosition } from "../../Drawing.ts";
import { type Html, html } from "../Html.ts";
import { scale } from "./Scale.ts";

const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** A number that fits an axis: `2.77B`. */
export const axisNumber = (value: number): string =>
  Math.abs(value) >= 1e5 && Math.abs(value) < 1e15 ? compact.format(value) : Format.measure(value);

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const day = 86_400_000;

/** A round time, as short as its distance to the next one permits. */
const timeLabel = (at: number, step: number): string => {
  const date = new Date(at);
  const iso = date.toISOString();
  const year = date.getUTCFullYear();
  const month = months[date.getUTCMonth()]!;
  if (step >= 300 * day) return String(year);
  if (step >= 27 * day) return `${month} ${year}`;
  if (step >= day) return `${date.getUTCDate()} ${month}`;
  return iso.slice(11, step >= 60_000 ? 16 : 19);
};

/** An end of a time axis: only the date, unless the axis is short. */
const timeEnd = ({ label }: AxisPosition, width: number): string =>
  width > 2 * day ? label.slice(0, 10) : label;

/** The characters that fit below the narrowest drawing, on paper and telephones. */
const room = 34;

/** The share of the axis that a label takes, with a space. */
const takes = (text: string): number => (text.length + 1) / room;

interface Label {
  /** From 0 to 1. */
  readonly at: number;
  readonly text: string;
  /** The exact value, if the text is shorter. */
  readonly exact?: string;
}

/** Round values at some distance from the ends and from each other. */
const between = (
  low: AxisPosition,
  high: AxisPosition,
  axis: Axis,
  place: (at: number) => number,
  ends: readonly [low: Label, high: Label],
): ReadonlyArray<Label> => {
  if (!(high.at > low.at) || !Number.isFinite(high.at - low.at)) return [];
  const values =
    axis === "number"
      ? scaleLinear().domain([low.at, high.at]).ticks(4)
      : scaleUtc()
          .domain([new Date(low.at), new Date(high.at)])
          .ticks(4)
          .map(Number);
  const step = (values[1] ?? 0) - (values[0] ?? 0);
  const labels: Array<Label> = [];
  // The ends are written inwards, the labels between them centred.
  let free = takes(ends[0].text);
  const end = ends[1].at - takes(ends[1].text);
  for (const value of values) {
    const at = place(value);
    const text = axis === "number" ? axisNumber(value) : timeLabel(value, step);
    const half = takes(text) / 2;
    if (at - half < free || at + half > end) continue;
    labels.push({ at, text });
    free = at + half;
  }
  return labels;
};

const end = (at: number, position: AxisPosition, axis: Axis, width: number): Label => {
  const text =
    axis === "time"
      ? timeEnd(position, width)
      : position.label.length <= 7
        ? position.label
        : axisNumber(position.at);
  return { at, text, ...(text === position.label ? {} : { exact: position.label }) };
};

/** The labels below values from `low` to `high`, in a drawing that reaches to `drawnTo`. */
export const xAxis = (low: AxisPosition, high: AxisPosition, axis: Axis, drawnTo: number = high.at): Html => {
  const width = high.at - low.at;
  const place = scale(low.at, drawnTo);
  const ends = [end(0, low, axis, width), end(place(high.at), high, axis, width)] as const;
  const labels =
    low.at === high.at
      ? [{ at: 0.5, text: low.label }]
      : [ends[0], ...between(low, high, axis, place, ends), ends[1]];
  return html`<div class="x">${labels.map(
    ({ at, text, exact }: Label) =>
      html`<b class="x${Math.round(at * 100)}"${exact !== undefined && html` title="${exact}"`}>${text}</b>`,
  )}</div>`;
};

/** The largest round number up to `top`, for a line with a label. */
export const roundBelow = (top: number): number => scaleLinear().domain([0, top]).ticks(2).at(-1) ?? top;
