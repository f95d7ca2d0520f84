/** Compares a table's profile with an earlier one. */
import type { ColumnProfile, DriftMeasure, Profile } from "../Profile.ts";
import { alike } from "../ReportedColumn.ts";
import { baselineColumns } from "./BaselineColumns.ts";
import {
  type Change,
  distinctChange,
  meanChange,
  nullRateChange,
  quantilesChange,
  rowsChange,
} from "./Changes.ts";
import { columnPsi } from "./Psi.ts";
import { schemaChanges } from "./SchemaChanges.ts";

export type Drift = NonNullable<Profile["drift"]>;

interface Measure {
  readonly title: string;
  /** The unit of `change`, for the docs. */
  readonly unit: string;
}

/** In the order of a report. */
export const measures: Readonly<Record<DriftMeasure["measure"], Measure>> = {
  schema: {
    title: "Schema",
    unit: "No number. A removed column and a changed type always exceed the threshold; a new column and a changed length, precision or mode are reported but never do.",
  },
  rows: {
    title: "Rows",
    unit: "Difference of the rows that were read, relative to the baseline's rows (to 1 if it had none). Not compared if the profiles have different sampling rates.",
  },
  nullRate: {
    title: "Null share",
    unit: "Absolute difference of the shares of NULL, from 0 to 1.",
  },
  distinct: {
    title: "Distinct values",
    unit: "Difference of the distinct counts, relative to the baseline's (to 1 if it had none). Not compared if the profiles have different sampling rates.",
  },
  mean: {
    title: "Mean",
    unit: "Absolute difference in standard deviations of the baseline; relative to the baseline's mean if that deviation is 0 or unknown; 1 if that mean is 0, too.",
  },
  quantiles: {
    title: "Quantiles",
    unit: "The greatest difference among the 5, 25, 50, 75 and 95% quantiles, relative to the distance between the baseline's 5 and 95% quantiles; 1 for any difference if that distance is 0. `before` and `after` are the quantile that moved most.",
  },
  psi: {
    title: "Stability index",
    unit: "Population stability index Σ (a - b) · ln(a / b) of the shares a and b of the baseline's deciles, with open ends below and above; of true and false; or of the baseline's 20 most frequent values and all others. The new run counts its rows in the baseline's bins. Shares below 0.0001 count as 0.0001.",
  },
};

type Name = DriftMeasure["measure"];
type Outcome = Change | string | undefined;

/**
 * Every measure that both profiles have; broken if the change, minus the errors of both, exceeds the threshold.
 * `isSelected` returns whether this run selected a baseline's column (`--columns`, `--exclude`); unselected columns are not
 * missing. `counts` are this run's row counts in the baseline's bins, by column.
 */
export const drift = (
  before: Profile,
  after: Profile,
  threshold: number,
  isSelected: (name: string) => boolean = () => true,
  counts: ReadonlyMap<string, ReadonlyArray<number>> = new Map(),
): Drift => {
  const measured: Array<DriftMeasure> = [];
  const notCompared: Array<NotCompared> = [];
  const add = (column: string | null, measure: Name, outcome: Outcome): void => {
    if (outcome === undefined) return;
    if (typeof outcome === "string") notCompared.push({ column, measure, reason: outcome });
    else measured.push(measureOf(column, measure, outcome, threshold));
  };
  const shares = sampleShares(before, after);
  add(
    null,
    "rows",
    typeof shares === "string"
      ? shares
      : (shares.reason ??
          rowsChange([
            { of: before, share: shares.before },
            { of: after, share: shares.after },
          ])),
  );
  const old = new Map(before.columns.map((column) => [column.name, column]));
  for (const now of after.columns) {
    const was = old.get(now.name);
    if (was === undefined) continue;
    for (const [measure, outcome] of columnChanges(was, now, shares, counts.get(now.name)))
      add(now.name, measure, outcome);
  }
  return {
    threshold,
    measures: [...schemaChanges(before, after, isSelected), ...measured],
    ...(notCompared.length === 0 ? {} : { notCompared }),
    baseline: baselineColumns(old, after.columns),
  };
};

type NotCompared = NonNullable<Drift["notCompared"]>[number];

const measureOf = (
  column: string | null,
  measure: Name,
  { before, after, change, least }: Change,
  threshold: number,
): DriftMeasure => ({
  column,
  measure,
  before,
  after,
  // JSON has no infinity.
  change: Math.min(change, Number.MAX_VALUE),
  ...(least < change ? { error: Math.min(change - least, Number.MAX_VALUE) } : {}),
  broken: least > threshold,
});

interface Shares {
  readonly before: number;
  readonly after: number;
  /** Why the counts cannot be compared. */
  readonly reason?: string;
}

/** The sampling fractions; a reason if the rest of the rows cannot be estimated. */
const sampleShares = (before: Profile, after: Profile): Shares | string => {
  const percent = (profile: Profile) => profile.selection.samplePercent ?? 100;
  const isOfBlocks = (profile: Profile) => profile.table.engine === "bigquery" && percent(profile) < 100;
  if (isOfBlocks(before) || isOfBlocks(after)) return "BigQuery samples whole blocks, whose error is unknown";
  const [old, now] = [percent(before), percent(after)];
  const reason = old === now ? {} : { reason: `${old}% and ${now}% of the rows were sampled` };
  return { before: old / 100, after: now / 100, ...reason };
};

/** The outcome for a measure that both profiles, one or neither has. */
const ofBoth = (was: unknown, is: unknown, change: () => Outcome): Outcome => {
  if (was !== undefined && is !== undefined) return change();
  if (was === is) return undefined;
  return was === undefined ? "the baseline does not have it" : "this profile does not have it";
};

const columnChanges = (
  was: ColumnProfile,
  now: ColumnProfile,
  shares: Shares | string,
  counted: ReadonlyArray<number> | undefined,
): ReadonlyArray<readonly [measure: Name, outcome: Outcome]> => {
  const known = (column: ColumnProfile) => (column.rows > 0 ? column.nulls : undefined);
  const spread = ({ quantiles, true: yes, topValues }: ColumnProfile) => quantiles ?? yes ?? topValues;
  const compared = (change: (sides: Parameters<typeof meanChange>[0], of: Shares) => Outcome) => () =>
    typeof shares === "string"
      ? shares
      : change(
          [
            { of: was, share: shares.before },
            { of: now, share: shares.after },
          ],
          shares,
        );
  const ofOneType = (change: () => Outcome) => () => (alike(was, now) ? change() : "the types differ");
  return [
    ["nullRate", ofBoth(known(was), known(now), compared(nullRateChange))],
    [
      "distinct",
      ofBoth(
        was.distinct,
        now.distinct,
        compared((sides, { reason }) => reason ?? distinctChange(sides)),
      ),
    ],
    ["mean", ofBoth(was.mean, now.mean, compared(meanChange))],
    ["quantiles", ofBoth(was.quantiles, now.quantiles, ofOneType(compared(quantilesChange)))],
    [
      "psi",
      ofBoth(
        spread(was),
        spread(now) ?? counted,
        ofOneType(
          compared((_, of) => {
            const found = columnPsi(was, now, counted, { before: of.before < 1, after: of.after < 1 });
            return typeof found === "string" ? found : { before: null, after: null, ...found };
          }),
        ),
      ),
    ],
  ];
};

/** Whether a profile drifted past its threshold. */
export const isBroken = (profile: Profile): boolean =>
  profile.drift?.measures.some(({ broken }) => broken) === true;
