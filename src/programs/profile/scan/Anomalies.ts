/** The second statement of --detect-anomalies: counts rows beyond limits from the first one. */
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import type { Dialect } from "../../../sql/Dialect.ts";
import { float, type Sql, sql } from "../../../sql/Sql.ts";
import type { ColumnProfile } from "../Profile.ts";
import { fences } from "../statistics/Outliers.ts";
import { type Aggregate, countIf, finite, type StatementColumn } from "../statistics/Statistic.ts";
import type { ColumnResult } from "./ScanResults.ts";

export interface Limits {
  readonly lower: number;
  readonly upper: number;
  readonly mean: number | undefined;
  readonly stddev: number | undefined;
}

/** The limits of a numeric column; undefined if its profile has no quartiles. */
export const limitsOf = (profile: ColumnProfile): Limits | undefined => {
  const tukey = fences(profile.quantiles?.p25, profile.quantiles?.p75);
  if (tukey === undefined) return undefined;
  const { mean, stddev } = profile;
  const spread = mean !== undefined && stddev !== undefined && stddev > 0;
  return { ...tukey, mean: spread ? mean : undefined, stddev: spread ? stddev : undefined };
};

/** The limits of numeric columns, by column. */
export const limitsOfAll = (
  profiled: ReadonlyArray<{ readonly result: ColumnResult; readonly profile: ColumnProfile }>,
): ReadonlyMap<number, Limits> =>
  new Map(
    profiled.flatMap(({ result: { column }, profile }) => {
      const limits = isNumeric(column) ? limitsOf(profile) : undefined;
      return limits === undefined ? [] : [[column.index, limits] as const];
    }),
  );

/** For a dry run, before the limits are known. */
export const unknownLimits: Limits = { lower: 0, upper: 0, mean: 0, stddev: 1 };

/** Whether the statistic applies: to numbers and elements of numeric arrays. */
export const isNumeric = (column: ProfiledColumn): boolean => column.kind === "number";

/** The column's aggregates. The result includes the limits, so that the report shows what was counted. */
export const aggregates =
  (limits: ReadonlyMap<number, Limits>, dialect: Dialect) =>
  (column: ProfiledColumn, statement: StatementColumn): Readonly<Record<string, Aggregate>> => {
    const { lower, upper, mean, stddev } = limits.get(column.index) ?? unknownLimits;
    const x = dialect.toFloat(finite(statement, dialect), column.field);
    const constant = (value: number): Aggregate => ({ sql: sql`MAX(${float(value)})`, as: "float" });
    const tukey = {
      present: { sql: dialect.count(x), as: "count" } as const,
      lowerFence: constant(lower),
      upperFence: constant(upper),
      outliersBelow: countIf(dialect, sql`${x} < ${float(lower)}`),
      outliersAbove: countIf(dialect, sql`${x} > ${float(upper)}`),
    };
    if (mean === undefined || stddev === undefined) return tukey;
    // Divides first: the difference of two large values may exceed the range of FLOAT64.
    const z: Sql = sql`ABS(${x} / ${float(stddev)} - ${float(mean / stddev)})`;
    return {
      ...tukey,
      beyondThreeSigma: countIf(dialect, sql`${z} > 3`),
      maxZScore: { sql: sql`MAX(${z})`, as: "float" },
    };
  };
