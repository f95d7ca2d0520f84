/**
 * Bins of about equal frequency, which drift compares. On local data they are counted (scan/SecondScan.ts).
 */
import type { Field } from "../../../domain/TableSchema.ts";
import type { Value } from "../../../domain/Value.ts";
import { type Bin, binsFrom, cutsOf, type Edges, position } from "./Bins.ts";
import { finiteRows, withExactEnds } from "./Percentiles.ts";
import type { DecodeContext, Raw } from "./Statistic.ts";

/**
 * The bins between the deciles of 101 percentiles. A value that fills a decile or more has a separate bin,
 * because neither side of an edge could contain all of it.
 */
export const decileEdges = (values: ReadonlyArray<Value>, field: Field): ReadonlyArray<Edges> => {
  const [min, max] = [values[0]!, values[100]!];
  const [low, high] = [min, max].map((value) => position(value, field) ?? Number.NaN);
  const points = values.filter((value, i) => {
    if (i % 10 !== 0) return false;
    const place = position(value, field) ?? Number.NaN;
    return place >= low! && place <= high!;
  });
  const edges: Array<Edges> = [];
  let from: Value = min;
  for (const [i, value] of points.entries()) {
    if (value === points[i - 1]) continue;
    if (value !== from) edges.push({ from, to: value });
    if (value === points[i + 1]) edges.push({ from: value, to: value });
    from = value;
  }
  return edges;
};

/**
 * Estimates the number of values below each cut from the percentiles. The error is up to 1% of
 * rank, and another 1% in a run of equal values.
 */
const estimated = (
  edges: ReadonlyArray<Edges>,
  values: ReadonlyArray<Value>,
  rows: number,
): ReadonlyArray<number> => {
  const texts = values.map(String);
  return cutsOf(edges).map(({ value, closed }) => {
    const rank = closed ? texts.lastIndexOf(value) : texts.indexOf(value);
    return Math.round((rank / 100) * rows);
  });
};

/**
 * The bins: counted if another scan counted them, otherwise estimated from the percentiles;
 * undefined if the values have no positions.
 */
export const decilesOf = (
  all: ReadonlyArray<Value>,
  raw: Raw,
  context: DecodeContext,
): ReadonlyArray<Bin> | undefined => {
  if (Array.isArray(raw.deciles)) return raw.deciles as ReadonlyArray<Bin>;
  const values = withExactEnds(all, raw, context);
  const edges = decileEdges(values, context.field);
  const rows = finiteRows(raw, context);
  if (edges.length === 0) return undefined;
  if (edges.length === 1) return binsFrom(edges, [], rows);
  return binsFrom(edges, estimated(edges, values, rows), rows).map((bin) => ({ ...bin, estimated: true }));
};
