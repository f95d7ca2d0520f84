/** Outliers, counted exactly by a second statement whose limits come from the first one. */
import { Schema } from "effect";
import * as Cell from "../../../domain/Cell.ts";
import * as Property from "../../../domain/Property.ts";
import { toNumber } from "../../../domain/Value.ts";
import { decodeCount, decodeFloat } from "../../../scan/DecodeValue.ts";
import { make } from "./Statistic.ts";

const Outliers = Schema.Struct({
  lowerFence: Property.required(Schema.Number, "Q1 - 1.5 · (Q3 - Q1)."),
  upperFence: Property.required(Schema.Number, "Q3 + 1.5 · (Q3 - Q1)."),
  below: Property.required(Schema.Int, "Values below the lower fence."),
  above: Property.required(Schema.Int, "Values above the upper fence."),
  beyondThreeSigma: Property.optional(Schema.Int, "Values more than 3 standard deviations from the mean."),
  maxZScore: Property.optional(Schema.Number, "The largest distance from the mean, in standard deviations."),
}).annotations({ identifier: "Outliers" });
export type Outliers = typeof Outliers.Type;

/** Tukey's fences; undefined without quartiles. */
export const fences = (
  p25: unknown,
  p75: unknown,
): { readonly lower: number; readonly upper: number } | undefined => {
  const low = toNumber(p25 as never);
  const high = toNumber(p75 as never);
  if (low === undefined || high === undefined) return undefined;
  const range = high - low;
  const lower = low - 1.5 * range;
  const upper = high + 1.5 * range;
  return Number.isFinite(lower) && Number.isFinite(upper) ? { lower, upper } : undefined;
};

export const outliers = make({
  id: "outliers",
  title: "Outliers",
  description:
    "With --detect-anomalies: rows beyond Tukey's fences (Q1 - 1.5 IQR, Q3 + 1.5 IQR), counted exactly for the reported quartiles; rows beyond 3 standard deviations; the largest z-score |x - mean| / stddev.",
  exactness: "exact",
  reveals: "aggregates",
  schema: Outliers,
  applies: (column) => column.kind === "number",
  aggregates: () => ({}),
  decode: (raw): Outliers | undefined => {
    const lowerFence = decodeFloat(raw.lowerFence);
    const upperFence = decodeFloat(raw.upperFence);
    const below = decodeCount(raw.outliersBelow);
    const above = decodeCount(raw.outliersAbove);
    if (lowerFence === undefined || upperFence === undefined || below === undefined || above === undefined)
      return undefined;
    const beyond = decodeCount(raw.beyondThreeSigma);
    const z = decodeFloat(raw.maxZScore);
    return {
      lowerFence,
      upperFence,
      below,
      above,
      ...(beyond === undefined ? {} : { beyondThreeSigma: beyond }),
      ...(z === undefined ? {} : { maxZScore: z }),
    };
  },
  display: (value) => [
    { label: "Below fence", cell: Cell.count(value.below) },
    { label: "Above fence", cell: Cell.count(value.above) },
    ...(value.beyondThreeSigma === undefined
      ? []
      : [{ label: "Beyond 3σ", cell: Cell.count(value.beyondThreeSigma) }]),
    ...(value.maxZScore === undefined ? [] : [{ label: "Max z-score", cell: Cell.number(value.maxZScore) }]),
  ],
});
