/** Finds columns with an uneven distribution. */

import * as Format from "../../../domain/Format.ts";
import { about } from "../../../domain/Phrases.ts";
import { toNumber } from "../../../domain/Value.ts";
import type { ColumnProfile } from "../Profile.ts";
import { columnKind, present } from "../ReportedColumn.ts";
import { type Context, info, named, notice, type Remark, type Rule, scope } from "./Rule.ts";

/** With fewer values, a share has little meaning. */
const fewest = 30;
const dominant = 0.9;
/** Pearson's second skewness coefficient is three times this; |mean - median| never exceeds one deviation. */
const farApart = 0.3;

const mostFrequent = (column: ColumnProfile) => {
  if (column.true !== undefined && column.false !== undefined)
    return column.true >= column.false
      ? { value: true, count: column.true, exact: true }
      : { value: false, count: column.false, exact: true };
  const top = column.topValues?.values[0];
  return top === undefined ? undefined : { ...top, exact: column.topValues?.exact === true };
};

const dominates = (column: ColumnProfile, context: Context): Remark | undefined => {
  const rows = present(column);
  const top = mostFrequent(column);
  if (rows < fewest || top === undefined || top.count >= rows || top.count / rows < dominant)
    return undefined;
  const isNamed = context.values === "all";
  return notice(
    `One value${isNamed ? `, ${named(column, top.value)},` : ""} accounts for ${Format.share(top.count / rows)} of all values: ${about(top.count, top.exact)} of ${Format.count(rows)}${scope(context)}`,
    {
      count: top.count,
      values: rows,
      share: top.count / rows,
      exact: top.exact,
      value: isNamed ? top.value : undefined,
    },
  );
};

const leans = (column: ColumnProfile, context: Context): Remark | undefined => {
  const { mean, stddev } = column;
  const median = toNumber(column.quantiles?.p50);
  if (present(column) < fewest || mean === undefined || median === undefined) return undefined;
  if (stddev === undefined || !(stddev > 0)) return undefined;
  // If the deviation is tiny, the FLOAT64 rounding of large numbers would look like a distance.
  if (Math.max(Math.abs(mean), Math.abs(median)) * Number.EPSILON > stddev / 100) return undefined;
  const distance = (mean - median) / stddev;
  if (!(Math.abs(distance) >= farApart)) return undefined;
  const isNamed = context.values === "all";
  return info(
    `Skewed: the mean${isNamed ? ` ${Format.measure(mean)}` : ""} is ${Math.abs(distance).toFixed(2)} standard deviations ${
      distance > 0 ? "above" : "below"
    } the median${isNamed ? ` ${Format.measure(median)}` : ""}${scope(context)}`,
    { distance, mean: isNamed ? mean : undefined, median: isNamed ? median : undefined },
  );
};

export const skew: Rule = {
  id: "skew",
  description:
    "With at least 30 values: one value accounts for at least 90% of them (notice), or the mean is at least 0.3 standard deviations from the median (info).",
  silencedBy: ["all-null", "constant"],
  find: (column, context) =>
    dominates(column, context) ?? (columnKind(column) === "number" ? leans(column, context) : undefined),
};
