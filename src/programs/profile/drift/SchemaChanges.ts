/** How the columns of two profiles of a table differ. */
import type { ColumnProfile, DriftMeasure, Profile } from "../Profile.ts";
import { isBelow, outline } from "../ReportedColumn.ts";

/** `INT64`, `STRING(10) REQUIRED`; the fields of a STRUCT are columns of their own. */
const declared = ({ type, mode }: ColumnProfile): string =>
  `${outline(type)}${mode === "REQUIRED" ? " REQUIRED" : ""}`;

/** Lengths, precision and scale left out. */
const family = (type: string): string => outline(type).replaceAll(/\([^)]*\)/g, "");

const change = (
  column: ColumnProfile,
  before: string | null,
  after: string | null,
  broken: boolean,
): DriftMeasure => ({ column: column.name, measure: "schema", before, after, change: null, broken });

/** The columns that stand below no other one of the list. */
const topmost = (columns: ReadonlyArray<ColumnProfile>): ReadonlyArray<ColumnProfile> => {
  let above: string | undefined;
  return columns.filter(({ name }) => {
    if (above !== undefined && isBelow(name, above)) return false;
    above = name;
    return true;
  });
};

/**
 * Columns that were removed, added or declared anew. Broken are those that break a query of yesterday: a column that is
 * gone, and one of another type. A new column, another length or precision, and another mode are noted but not broken:
 * what they do to the data, the other measures tell. A column that either profile names as left out is neither added nor
 * removed, nor is one of the baseline that was not asked for now.
 */
export const schemaChanges = (
  before: Profile,
  after: Profile,
  asked: (name: string) => boolean,
): ReadonlyArray<DriftMeasure> => {
  const old = new Map(before.columns.map((column) => [column.name, column]));
  const now = new Set(after.columns.map(({ name }) => name));
  const unread = (profile: Profile) => new Set(profile.omitted.map(({ name }) => name));
  const [unreadBefore, unreadNow] = [unread(before), unread(after)];
  const removed = before.columns.filter(({ name }) => !now.has(name) && !unreadNow.has(name) && asked(name));
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
