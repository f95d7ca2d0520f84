/** The part of the baseline that a report stores, so that it can be drawn from the report alone. */
import { BaselineColumn, type ColumnProfile } from "../Profile.ts";
import { alike } from "../ReportedColumn.ts";

/** Keeps only statistics that the new profile has, too, so that nothing hidden by --values is added. */
const keptOf = (before: ColumnProfile, after: ColumnProfile): BaselineColumn =>
  Object.fromEntries(
    Object.keys(BaselineColumn.fields)
      .filter((field) => field in after && field in before)
      .map((field) => [field, before[field as keyof ColumnProfile]]),
  ) as BaselineColumn;

export const baselineColumns = (
  before: ReadonlyMap<string, ColumnProfile>,
  after: ReadonlyArray<ColumnProfile>,
): ReadonlyArray<BaselineColumn> =>
  after.flatMap((column) => {
    const was = before.get(column.name);
    return was === undefined || !alike(was, column) ? [] : [keptOf(was, column)];
  });
