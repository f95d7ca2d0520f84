/** The distribution of values over bins of equal width. On local data it is counted (scan/SecondScan.ts). */
import { Schema } from "effect";
import * as Cell from "../../../domain/Cell.ts";
import * as Property from "../../../domain/Property.ts";
import type { Value } from "../../../domain/Value.ts";
import { Bin, edgesOf, offset } from "./Bins.ts";
import { finiteRows, percentiles, withExactEnds } from "./Percentiles.ts";
import { quantiles } from "./Quantiles.ts";
import { type DecodeContext, make, type Raw } from "./Statistic.ts";
import { decodeTop } from "./TopValues.ts";

export const Histogram = Schema.Struct({
  bins: Property.required(
    Schema.Array(Bin),
    "The bins in order; the sum of their counts is the number of finite values.",
  ),
  exact: Property.required(Schema.Boolean, "Whether the counts are exact."),
}).annotations({ identifier: "Histogram", description: "Finite values by bin" });
export type Histogram = typeof Histogram.Type;

export const histogram = make({
  id: "histogram",
  title: "Histogram",
  description:
    "Finite values in up to 20 bins of equal width, from the minimum to the maximum. Counted on local data; estimated from the percentiles on BigQuery, where each edge is within 1% of rank.",
  exactness: "either",
  reveals: "aggregates",
  schema: Histogram,
  applies: (column) => column.kind === "number" || column.kind === "temporal",
  aggregates: (column, dialect, options) => quantiles.aggregates(column, dialect, options),
  decode: (raw, context): Histogram | undefined => {
    if (Array.isArray(raw.bins)) return { bins: raw.bins as ReadonlyArray<Bin>, exact: true };
    const all = percentiles(raw, context);
    const values = all === undefined ? undefined : withExactEnds(all, raw, context);
    if (values === undefined) return undefined;
    const [min, max] = [values[0]!, values[100]!];
    const place = (value: Value) => offset(value, min, context.field) ?? Number.NaN;
    const sorted = values.map(place);
    if (sorted.some(Number.isNaN)) return undefined;
    const rows = finiteRows(raw, context);
    if (min === max) return { bins: [{ from: min, to: max, count: rows }], exact: true };
    const edges = edgesOf(min, max, context.field);
    if (edges === undefined) return undefined;
    const places = edges.map(place);
    const whole = completeTop(raw, context, rows, place);
    const counts = whole === undefined ? interpolate(sorted, places, rows) : tally(whole, places);
    const bins = binsOf(edges, counts);
    return whole === undefined
      ? { bins: bins.map((bin) => ({ ...bin, estimated: true })), exact: false }
      : { bins, exact: true };
  },
  display: ({ bins, exact }) => [
    {
      label: "Histogram",
      cell: Cell.spark(
        bins.map((bin) => bin.count),
        !exact,
      ),
    },
  ],
});

/** The bins between adjacent edges. */
export const binsOf = (edges: ReadonlyArray<Value>, counts: ReadonlyArray<number>): Histogram["bins"] =>
  counts.map((count, i) => ({ from: edges[i]!, to: edges[i + 1]!, count }));

const binOf = (place: number, edges: ReadonlyArray<number>): number => {
  const last = edges.length - 2;
  let bin = 0;
  while (bin < last && place >= edges[bin + 1]!) bin++;
  return bin;
};

/**
 * Distributes each hundredth of the rows evenly between its two percentiles, or puts it at one position if
 * they are equal. Rounds the counts so that their sum is `rows`.
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

/**
 * The positions and counts of the top values, if they are exact and include every finite value of the column.
 */
const completeTop = (raw: Raw, context: DecodeContext, rows: number, placeOf: (value: Value) => number) => {
  const top = decodeTop(raw, context);
  if (top === undefined || !top.exact) return undefined;
  const places = top.values.flatMap(({ value, count }) => {
    const place = placeOf(value);
    return Number.isFinite(place) ? [{ place, count }] : [];
  });
  return places.reduce((sum, { count }) => sum + count, 0) === rows ? places : undefined;
};
