/** Compares the columns of two profiles of a table. */
import type { ColumnProfile, DriftMeasure, Profile } from "../Profile.ts";
import { isBelow, outline } from "../ReportedColumn.ts";

/** `INT64`, `STRING(10) REQUIRED`; the fields of a STRUCT are separate columns. */
const declared = ({ type, mode }: ColumnProfile): string =>
  `${outline(type)}${mode === "REQUIRED" ? " REQUIRED" : ""}`;

/** Without length, precision and scale. */
const family = (type: string): string => outline(type).replaceAll(/\([^)]*\)/g, "");

const change = (
  column: ColumnProfile,
  before: string | null,
  after: string | null,
  broken: boolean,
): DriftMeasure => ({ column: column.name, measure: "schema", before, after, change: null, broken });

/** The columns whose parent is not in the list. */
const topmost = (columns: ReadonlyArray<ColumnProfile>): ReadonlyArray<ColumnProfile> => {
  let above: string | undefined;
  return columns.filter(({ name }) => {
    if (above !== undefined && isBelow(name, above)) return false;
    above = name;
    return true;
  });
};

/**
 * Removed, added and changed columns. Broken are changes that break existing queries: a removed column and a changed
 * type. New columns and changes of length, precision or mode are not; other measures cover their effect on the data.
 * A column that either profile lists as omitted is neither added nor removed, and a baseline's column that this run
 * did not select is not removed.
 */
export const schemaChanges = (
  before: Profile,
  after: Profile,
  isSelected: (name: string) => boolean,
): ReadonlyArray<DriftMeasure> => {
  const old = new Map(before.columns.map((column) => [column.name, column]));
  const now = new Set(after.columns.map(({ name }) => name));
  const unread = (profile: Profile) => new Set(profile.omitted.map(({ name }) => name));
  const [unreadBefore, unreadNow] = [unread(before), unread(after)];
  const removed = before.columns.filter(
    ({ name }) => !now.has(name) && !unreadNow.has(name) && isSelected(name),
  );
  const added = after.columns.filter(({ name }) => !old.has(name) && !unreadBefore.has(name));
  const changed = after.columns.flatMap((column) => {
    const was = old.get(column.name);
    return was === undefined || declared(was) === declared(column)
      ? []
      : [change(column, declared(was), declared(column), family(was.type) !== family(column.type))];
  });
  return [
    ...topmost(removed).map((column) => change(column, declared(column), null, true)),
    ...changed,
    ...topmost(added).map((column) => change(column, null, declared(column), false)),
  ];
};
