/** How a table's profile moved since an earlier one. */
import type { Value } from "../../../domain/Value.ts";
import type { ColumnProfile, DriftMeasure, Profile } from "../Profile.ts";
import { alike, fieldOf } from "../ReportedColumn.ts";
import { position } from "../statistics/Bins.ts";
import { baselineColumns } from "./BaselineColumns.ts";
import { columnPsi } from "./Psi.ts";
import { schemaChanges } from "./SchemaChanges.ts";

export type Drift = NonNullable<Profile["drift"]>;

interface Measure {
  readonly title: string;
  /** What `change` is measured in, for the docs. */
  readonly unit: string;
}

/** In the order of a report. */
export const measures: Readonly<Record<DriftMeasure["measure"], Measure>> = {
  schema: {
    title: "Schema",
    unit: "No number. A column that is gone or of another type is broken whatever the threshold; a new column, another length or precision, and another mode are noted, and not broken.",
  },
  rows: {
    title: "Rows",
    unit: "Difference of the rows that were read, relative to the baseline's rows (to 1 if it had none). Absent where the two profiles were sampled at different rates.",
  },
  nullRate: {
    title: "Null share",
    unit: "Absolute difference of the shares of NULL, from 0 to 1.",
  },
  distinct: {
    title: "Distinct values",
    unit: "Difference of the distinct counts, relative to the baseline's (to 1 if it had none). Absent where the two profiles were sampled at different rates.",
  },
  mean: {
    title: "Mean",
    unit: "Absolute difference in standard deviations of the baseline; relative to the baseline's mean where that deviation is 0 or unknown, and 1 where that mean is 0 as well.",
  },
  quantiles: {
    title: "Quantiles",
    unit: "The greatest difference among the 5, 25, 50, 75 and 95% quantiles, relative to the distance of the baseline's 5 and 95% quantiles; 1 for any difference where that distance is 0. `before` and `after` are the quantile that moved most.",
  },
  psi: {
    title: "Stability index",
    unit: "Population stability index Σ (a - b) · ln(a / b) of the shares a and b of the baseline's histogram bins, with open ends below and above; of true and false; or of the top values and the rest, where a value that one list leaves out counts with the nearest share that this list allows. Shares below 0.0001 count as 0.0001.",
  },
};

/**
 * Every measure that both profiles allow, broken where its change exceeds the threshold. `asked` says whether this run
 * was to read a column of the baseline (`--columns`, `--exclude`): one that was not is not missing.
 */
export const drift = (
  before: Profile,
  after: Profile,
  threshold: number,
  asked: (name: string) => boolean = () => true,
): Drift => {
  const comparable = before.selection.samplePercent === after.selection.samplePercent;
  const measure = (
    column: string | null,
    name: DriftMeasure["measure"],
    values: readonly [before: Value, after: Value],
    change: number | undefined,
  ): ReadonlyArray<DriftMeasure> =>
    change === undefined || Number.isNaN(change)
      ? []
      : [
          {
            column,
            measure: name,
            before: values[0],
            after: values[1],
            // JSON has no infinity.
            change: Math.min(change, Number.MAX_VALUE),
            broken: change > threshold,
          },
        ];

  const ofColumn = (old: ColumnProfile, now: ColumnProfile): ReadonlyArray<DriftMeasure> => {
    const nulls = [nullRate(old), nullRate(now)] as const;
    const distinct = [old.distinct?.value, now.distinct?.value] as const;
    const means = [old.mean, now.mean] as const;
    const moved = alike(old, now) ? quantileChange(old, now) : undefined;
    return [
      ...(bothKnown(nulls) ? measure(now.name, "nullRate", nulls, Math.abs(nulls[1] - nulls[0])) : []),
      ...(comparable && bothKnown(distinct)
        ? measure(now.name, "distinct", distinct, countChange(...distinct))
        : []),
      ...(bothKnown(means) ? measure(now.name, "mean", means, meanChange(...means, old.stddev)) : []),
      ...(moved === undefined ? [] : measure(now.name, "quantiles", moved.values, moved.change)),
      ...(alike(old, now) ? measure(now.name, "psi", [null, null], columnPsi(old, now)) : []),
    ];
  };

  const old = new Map(before.columns.map((column) => [column.name, column]));
  return {
    threshold,
    measures: [
      ...schemaChanges(before, after, asked),
      ...(comparable
        ? measure(null, "rows", [before.rows, after.rows], countChange(before.rows, after.rows))
        : []),
      ...after.columns.flatMap((column) => {
        const was = old.get(column.name);
        return was === undefined ? [] : ofColumn(was, column);
      }),
    ],
    baseline: baselineColumns(old, after.columns),
  };
};

/** Whether a profile drifted past its threshold. */
export const isBroken = (profile: Profile): boolean =>
  profile.drift?.measures.some(({ broken }) => broken) === true;

const bothKnown = (
  pair: readonly [number | undefined, number | undefined],
): pair is readonly [number, number] => pair[0] !== undefined && pair[1] !== undefined;

const nullRate = ({ rows, nulls }: ColumnProfile): number | undefined =>
  rows > 0 ? nulls / rows : undefined;

const countChange = (before: number, after: number): number => Math.abs(after - before) / Math.max(before, 1);

const meanChange = (before: number, after: number, stddev: number | undefined): number => {
  const difference = Math.abs(after - before);
  if (difference === 0) return 0;
  if (stddev !== undefined && stddev > 0) return difference / stddev;
  return before === 0 ? 1 : difference / Math.abs(before);
};

const comparedPercentiles = ["p5", "p25", "p50", "p75", "p95"] as const;

/** Undefined where a quantile is missing on either side. */
const quantileChange = (before: ColumnProfile, after: ColumnProfile) => {
  const [old, now] = [before.quantiles, after.quantiles];
  if (old === undefined || now === undefined) return undefined;
  // Quarters of the places keep differences inside FLOAT64.
  const place = (value: Value, column: ColumnProfile): number =>
    (position(value, fieldOf(column)) ?? Number.NaN) / 4;
  const range = place(old.p95, before) - place(old.p5, before);
  return comparedPercentiles
    .map((p) => {
      const difference = Math.abs(place(now[p], after) - place(old[p], before));
      const change = difference === 0 ? 0 : range > 0 ? difference / range : difference > 0 ? 1 : Number.NaN;
      return { values: [old[p], now[p]] as const, change };
    })
    .reduce((most, next) => (next.change > most.change || Number.isNaN(next.change) ? next : most));
};
