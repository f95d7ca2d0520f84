/** Finds values that most changed rows have in common. */
import type { Row, Value } from "../../domain/Value.ts";
import type { Profile } from "../profile/Program.ts";
import type { Concentration } from "./Comparison.ts";

/** The minimum number of changed rows. */
const enough = 10;
/** The minimum share of the changed rows, and its minimum excess over the share of all rows. */
const most = 0.8;
const more = 0.2;

/** `changed` are the values of changed rows by column: of all `total` rows, or of random examples. */
export const dominantValues = (
  changed: ReadonlyArray<Row>,
  total: number,
  side: "a" | "b",
  profile: Profile,
  /** The profile's name of a column. */
  pathOf: (column: string) => string,
): ReadonlyArray<Concentration> => {
  if (changed.length < enough) return [];
  return Object.keys(changed[0]!).flatMap((column): ReadonlyArray<Concentration> => {
    const [value, count] = mostFrequent(changed.map((row) => row[column] ?? null));
    const share = count / changed.length;
    const usual = usualShare(profile, pathOf(column), value);
    if (usual === undefined || share < most || share - usual < more) return [];
    return [{ column, side, value, share, usual, of: changed.length >= total ? "all" : "examples" }];
  });
};

const mostFrequent = (values: ReadonlyArray<Value>): readonly [Value, number] => {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best));
};

/** The value's share of all rows; undefined if the profile does not have it. */
const usualShare = (profile: Profile, name: string, value: Value): number | undefined => {
  const column = profile.columns.find((one) => one.name === name);
  if (column === undefined || column.rows === 0) return undefined;
  if (value === null) return column.nulls / column.rows;
  if (typeof value === "boolean") {
    const count = value ? column.true : column.false;
    return count === undefined ? undefined : count / column.rows;
  }
  const found = column.topValues?.values.find((one) => one.value === value);
  return found === undefined ? undefined : found.count / column.rows;
};
