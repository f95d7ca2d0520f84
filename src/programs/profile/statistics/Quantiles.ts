/** Quantiles of numbers, dates and times. */
import { Schema } from "effect";
import * as Property from "../../../domain/Property.ts";
import { Value } from "../../../domain/Value.ts";
import { Bin } from "./Bins.ts";
import { decilesOf } from "./Deciles.ts";
import { percentiles, withExactEnds } from "./Percentiles.ts";
import { finite, make, valueCell } from "./Statistic.ts";

export const reportedPercentiles = [1, 5, 25, 50, 75, 95, 99] as const;

const reported = {
  p1: Property.required(Value, "1%"), p5: Property.required(Value, "5%"), p25: Property.required(Value, "25%"), p50: Property.required(Value, "50%, the median"), p75: Property.required(Value, "75%"), p95: Property.required(Value, "95%"), p99: Property.required(Value, "99%"),
}; // biome-ignore format: one list

const Bounds = Schema.Struct(reported);

const Quantiles = Schema.Struct({
  ...reported,
  exact: Property.required(Schema.Boolean, "Whether all values are exact."),
  low: Property.optional(
    Bounds,
    "The values 1% of rank lower, if the quantiles are estimates or come from a sample.",
  ),
  high: Property.optional(Bounds, "The values 1% of rank higher."),
  deciles: Property.optional(
    Schema.Array(Bin),
    "Up to 10 bins of about equal frequency, for drift; a value that fills a tenth of the rows has a separate bin.",
  ),
}).annotations({
  identifier: "Quantiles",
  description: "Percentiles of the finite values; within 1% of rank if not exact",
});
export type Quantiles = typeof Quantiles.Type;

export const quantiles = make({
  id: "quantiles",
  title: "Quantiles",
  description:
    "The 1st, 5th, 25th, 50th, 75th, 95th and 99th percentile of the finite values. Within 1% of rank: the median lies between the 49th and the 51st percentile. Exact on local data up to 200,000 rows. `deciles` are bins of about equal frequency, counted on local data and estimated on BigQuery.",
  exactness: "either",
  reveals: "aggregates",
  schema: Quantiles,
  applies: (column) => column.kind === "number" || column.kind === "temporal",
  aggregates: (column, dialect) => {
    if (column.elsewhere?.has("quantiles") === true) return {};
    return { quantiles: { sql: dialect.percentiles(finite(column, dialect)), as: "percentiles" } };
  },
  decode: (raw, context): Quantiles | undefined => {
    const all = percentiles(raw, context);
    if (all === undefined) return undefined;
    const shifted = (by: number) => {
      const ends = withExactEnds(all, raw, context);
      const at = (p: number) => ends[p + by]!;
      return { p1: at(1), p5: at(5), p25: at(25), p50: at(50), p75: at(75), p95: at(95), p99: at(99) };
    };
    const exact = context.exact.has("quantiles");
    const isCertain = exact && context.options.samplePercent === undefined;
    const deciles = decilesOf(all, raw, context);
    return {
      ...shifted(0),
      exact,
      ...(isCertain ? {} : { low: shifted(-1), high: shifted(1) }),
      ...(deciles === undefined ? {} : { deciles }),
    };
  },
  display: (value, kind) =>
    reportedPercentiles.map((p) => ({ label: `${p}%`, cell: valueCell(value[`p${p}`], kind, !value.exact) })),
});
