/** How a column's values are spread over equal-width bins. */

import { Schema } from "effect";
import * as Cell from "../../../domain/Cell.ts";
import * as Property from "../../../domain/Property.ts";
import type { Field } from "../../../domain/TableSchema.ts";
import { toNumber, Value } from "../../../domain/Value.ts";
import { decodeCount } from "../../../scan/DecodeValue.ts";
import { percentiles, quantiles } from "./Percentiles.ts";
import { type DecodeContext, make, type Raw } from "./Statistic.ts";
import { decodeTop } from "./TopValues.ts";

const Histogram = Schema.Struct({
  bins: Property.required(
    Schema.Array(
      Schema.Struct({
        from: Property.required(Value, "The lower end, which belongs to the bin."),
        to: Property.required(
          Value,
          "The upper end, which belongs to the next bin, or to this one if it is the last.",
        ),
        count: Property.required(Schema.Int, "Values in the bin."),
      }),
    ),
    "The bins in order.",
  ),
  exact: Property.required(Schema.Boolean, "Whether the counts are exact."),
}).annotations({
  identifier: "Histogram",
  description: "Rows by equal-width bins, the upper end belonging to the next bin but in the last one",
});
export type Histogram = typeof Histogram.Type;

const binCount = 20;

export const histogram = make({
  id: "histogram",
  title: "Histogram",
  description:
    "Finite values in up to 20 bins of equal width from minimum to maximum. Interpolated from the percentiles, so that each edge is within 1% of rank; exact where the top values are exact and hold every value.",
  exactness: "either",
  reveals: "aggregates",
  schema: Histogram,
  applies: (column) => column.kind === "number" || column.kind === "temporal",
  aggregates: (column, dialect, options) => quantiles.aggregates(column, dialect, options),
  decode: (raw, context): Histogram | undefined => {
    const values = percentiles(raw, context);
    const points = values?.map((value) => position(value, context.field));
    if (values === undefined || points === undefined || points.some((point) => point === undefined))
      return undefined;
    const sorted = points as ReadonlyArray<number>;
    const low = sorted[0]!;
    const high = sorted[100]!;
    const rows = finiteRows(raw, context);
    if (!(high > low)) {
      return { bins: [{ from: values[0]!, to: values[100]!, count: rows }], exact: true };
    }
    const whole = completeTop(raw, context, rows);
    const edges = binEdges(low, high, context.field);
    const counts = whole === undefined ? interpolate(sorted, edges, rows) : tally(whole, edges);
    const bins = counts.map((count, i) => ({
      from: at(edges[i]!, context.field),
      to: at(edges[i + 1]!, context.field),
      count,
    }));
    return { bins, exact: whole !== undefined };
  },
  display: ({ bins }) => [{ label: "Histogram", cell: Cell.spark(bins.map((bin) => bin.count)) }],
});

const finiteRows = (raw: Raw, context: DecodeContext): number =>
  context.rows - context.nulls - (decodeCount(raw.nan) ?? 0) - (decodeCount(raw.infinities) ?? 0);

/** A value's place on a line: the number itself; milliseconds for dates and times. */
export const position = (value: Value, field: Field): number | undefined => {
  switch (field.type) {
    case "DATE":
      return milliseconds(`${value}T00:00:00Z`);
    case "DATETIME":
      return milliseconds(`${value}Z`);
    case "TIMESTAMP":
      return milliseconds(String(value));
    case "TIME":
      return milliseconds(`1970-01-01T${value}Z`);
    default:
      return toNumber(value);
  }
};

const milliseconds = (iso: string): number | undefined => {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? undefined : time;
};

/** The value at a place, for the edge of a bin. */
const at = (place: number, field: Field): Value => {
  const iso = () => new Date(Math.round(place)).toISOString().replace(/\.000Z$/, "Z");
  switch (field.type) {
    case "DATE":
      return iso().slice(0, -10);
    case "DATETIME":
      return iso().slice(0, -1);
    case "TIMESTAMP":
      return iso();
    case "TIME":
      return iso().slice(11, -1);
    default:
      return place;
  }
};

const day = 86_400_000;

/** Whole numbers and dates get edges of their own kind, so that no bin is narrower than one value. */
const binEdges = (low: number, high: number, field: Field): ReadonlyArray<number> => {
  const step =
    field.type === "DATE"
      ? day
      : field.type === "INT64" && Number.isSafeInteger(low) && Number.isSafeInteger(high)
        ? 1
        : 0;
  if (step > 0 && (high - low) / step < 10_000) {
    const width = Math.max(1, Math.ceil(((high - low) / step + 1) / binCount)) * step;
    const bins = Math.ceil((high - low + step) / width);
    return Array.from({ length: bins + 1 }, (_, i) => low + i * width);
  }
  return Array.from({ length: binCount + 1 }, (_, i) =>
    i === binCount ? high : low + (high / binCount - low / binCount) * i,
  );
};

const binOf = (place: number, edges: ReadonlyArray<number>): number => {
  const last = edges.length - 2;
  let bin = 0;
  while (bin < last && place >= edges[bin + 1]!) bin++;
  return bin;
};

/**
 * Each hundredth of the rows is spread evenly between its two quantiles; equal neighbours put it at one place. Counts
 * are rounded so that they add up to `rows`.
 */
const interpolate = (
  points: ReadonlyArray<number>,
  edges: ReadonlyArray<number>,
  rows: number,
): ReadonlyArray<number> => {
  const shares = new Array<number>(edges.length - 1).fill(0);
  for (let i = 0; i < 100; i++) {
    const from = points[i]!;
    const to = points[i + 1]!;
    const first = binOf(from, edges);
    const last = binOf(to, edges);
    if (first === last || to === from) {
      shares[first]! += 1;
      continue;
    }
    for (let bin = first; bin <= last; bin++) {
      const start = Math.max(from, edges[bin]!);
      const end = bin === edges.length - 2 ? to : Math.min(to, edges[bin + 1]!);
      shares[bin]! += Math.max(0, end - start) / (to - from);
    }
  }
  return round(shares, rows);
};

const round = (shares: ReadonlyArray<number>, rows: number): ReadonlyArray<number> => {
  const total = shares.reduce((sum, share) => sum + share, 0);
  let before = 0;
  let done = 0;
  return shares.map((share) => {
    before += share;
    const upTo = Math.round((before / total) * rows);
    const count = upTo - done;
    done = upTo;
    return count;
  });
};

const tally = (
  values: ReadonlyArray<{ readonly place: number; readonly count: number }>,
  edges: ReadonlyArray<number>,
): ReadonlyArray<number> => {
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const { place, count } of values) counts[binOf(place, edges)]! += count;
  return counts;
};

/** The top values as places, if they are exact and hold every finite value of the column. */
const completeTop = (raw: Raw, context: DecodeContext, rows: number) => {
  const top = decodeTop(raw, context);
  if (top === undefined || !top.exact) return undefined;
  const places = top.values.flatMap(({ value, count }) => {
    const place = position(value, context.field);
    return place === undefined || !Number.isFinite(place) ? [] : [{ place, count }];
  });
  return places.reduce((sum, { count }) => sum + count, 0) === rows ? places : undefined;
};
