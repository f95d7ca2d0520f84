/**
 * The registry of statistics, from which the statements, the JSON Schema, the docs and the reports follow.
 */
import { Schema } from "effect";
import * as Property from "../../../domain/Property.ts";
import type { Field } from "../../../domain/TableSchema.ts";
import type { Kind } from "../../../scan/Kind.ts";
import { blank, empty, falseCount, infinities, nan, negatives, padded, trueCount, zeros } from "./Counts.ts";
import { distinct, uniqueness } from "./Distinct.ts";
import { earliest, latest, max, min } from "./Extremes.ts";
import { histogram } from "./Histogram.ts";
import { lengths } from "./Lengths.ts";
import { mean, stddev } from "./Moments.ts";
import { outliers } from "./Outliers.ts";
import { quantiles } from "./Quantiles.ts";
import type { DecodeContext, Raw, Statistic, StatisticOptions } from "./Statistic.ts";
import { topValues } from "./TopValues.ts";

/** The statistics by id, in the order of a report. */
export const statistics = {
  distinct,
  uniqueness,
  min,
  max,
  earliest,
  latest,
  mean,
  stddev,
  quantiles,
  zeros,
  negatives,
  nan,
  infinities,
  true: trueCount,
  false: falseCount,
  lengths,
  empty,
  blank,
  padded,
  topValues,
  histogram,
  outliers,
} as const;

const described = <A>({ schema, description }: Statistic<A>) => Property.optional(schema, description);

/** The statistics of a column; those that do not apply are absent. */
export const Statistics = Schema.Struct({
  distinct: described(distinct),
  uniqueness: described(uniqueness),
  min: described(min),
  max: described(max),
  earliest: described(earliest),
  latest: described(latest),
  mean: described(mean),
  stddev: described(stddev),
  quantiles: described(quantiles),
  zeros: described(zeros),
  negatives: described(negatives),
  nan: described(nan),
  infinities: described(infinities),
  true: described(trueCount),
  false: described(falseCount),
  lengths: described(lengths),
  empty: described(empty),
  blank: described(blank),
  padded: described(padded),
  topValues: described(topValues),
  histogram: described(histogram),
  outliers: described(outliers),
});
export type Statistics = typeof Statistics.Type;

const shows: Readonly<Record<StatisticOptions["values"], ReadonlyArray<Statistic<unknown>["reveals"]>>> = {
  all: ["counts", "aggregates", "values"],
  aggregates: ["counts", "aggregates"],
  none: ["counts"],
};

type AnyStatistic = (typeof statistics)[keyof typeof statistics];

/** The statistics that apply to the column and that the options allow. */
export const applicable = (
  column: { readonly kind: Kind; readonly field: Field },
  options: StatisticOptions,
): ReadonlyArray<AnyStatistic> =>
  Object.values(statistics).filter(
    (statistic) => shows[options.values].includes(statistic.reveals) && statistic.applies(column),
  );

/** Decodes the column's statistics. */
export const decode = (raw: Raw, context: DecodeContext): Statistics =>
  Object.fromEntries(
    applicable(context, context.options).flatMap((statistic) => {
      const value = statistic.decode(raw, context);
      return value === undefined ? [] : [[statistic.id, value]];
    }),
  ) as Statistics;
