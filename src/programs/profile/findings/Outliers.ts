/** Reports numeric outliers, if they were requested. */
import * as Format from "../../../domain/Format.ts";
import { present } from "../ReportedColumn.ts";
import { info, notice, type Rule, scope } from "./Rule.ts";

/** Among a million normally distributed values, the largest z-score is about 5. */
const farOut = 5;

export const outliers: Rule = {
  id: "outliers",
  description:
    "With --detect-anomalies: values beyond Tukey's fences, or beyond three standard deviations if the quartiles are equal. Info; notice from a z-score of 5.",
  silencedBy: ["constant"],
  find: (column, context) => {
    const found = column.outliers;
    const rows = present(column);
    if (found === undefined || rows === 0) return undefined;
    const { lowerFence, upperFence, below, above, maxZScore } = found;
    // With equal quartiles, every other value would be an outlier.
    const fenced = upperFence > lowerFence;
    const count = fenced ? below + above : (found.beyondThreeSigma ?? 0);
    if (count === 0) return undefined;
    const where = !fenced
      ? ": more than 3 standard deviations from the mean"
      : below === 0
        ? `, all above ${Format.measure(upperFence)}`
        : above === 0
          ? `, all below ${Format.measure(lowerFence)}`
          : `: ${Format.count(below)} below ${Format.measure(lowerFence)}, ${Format.count(above)} above ${Format.measure(upperFence)}`;
    const most = maxZScore === undefined ? "" : `; the largest z-score is ${Format.measure(maxZScore)}`;
    return (maxZScore !== undefined && maxZScore >= farOut ? notice : info)(
      `${Format.count(count)} of ${Format.count(rows)} values are outliers (${Format.share(count / rows)})${where}${most}${scope(context)}`,
      {
        outliers: count,
        values: rows,
        below,
        above,
        lowerFence,
        upperFence,
        beyondThreeSigma: found.beyondThreeSigma,
        maxZScore,
      },
    );
  },
};
