/** Quantiles of numbers and of dates and times. */

import { Schema } from "effect";
import * as Cell from "../../../domain/Cell.ts";
import * as Property from "../../../domain/Property.ts";
import { shown, Value } from "../../../domain/Value.ts";
import { decodeValue } from "../../../scan/DecodeValue.ts";
import { type DecodeContext, finite, make, type Raw } from "./Statistic.ts";

export const reportedPercentiles = [1, 5, 25, 50, 75, 95, 99] as const;

const Quantiles = Schema.Struct({
  p1: Property.required(Value, "1%"), p5: Property.required(Value, "5%"), p25: Property.required(Value, "25%"), p50: Property.required(Value, "50%, the median"), p75: Property.required(Value, "75%"), p95: Property.required(Value, "95%"), p99: Property.required(Value, "99%"),
  exact: Property.required(Schema.Boolean, "Whether all are exact."),
}).annotations({ identifier: "Quantiles", description: "Values at or below which that share of the finite values lies; within 1% of rank where not exact" }); // biome-ignore format: one list
export type Quantiles = typeof Quantiles.Type;

/** The 101 values from the minimum to the maximum, or undefined where there are none. */
export const percentiles = (raw: Raw, context: DecodeContext): ReadonlyArray<Value> | undefined => {
  const values = raw.quantiles;
  if (!Array.isArray(values) || values.length !== 101) return undefined;
  const decoded = values.map((value) => decodeValue(value, context.field));
  return decoded.some((value) => value === undefined) ? undefined : (decoded as ReadonlyArray<Value>);
};

export const quantiles = make({
  id: "quantiles",
  title: "Quantiles",
  description:
    "The values at 1, 5, 25, 50, 75, 95 and 99% of the finite values in order. Within 1% of rank; exact on local data up to 200,000 rows.",
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
    return {
      p1: all[1]!, p5: all[5]!, p25: all[25]!, p50: all[50]!, p75: all[75]!, p95: all[95]!, p99: all[99]!,
      exact: context.exact.has("quantiles"),
    }; // biome-ignore format: one list
  },
  display: (value) =>
    reportedPercentiles.map((p) => ({ label: `${p}%`, cell: Cell.value(shown(value[`p${p}`])) })),
});
