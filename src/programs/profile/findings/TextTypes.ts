/** Finds strings that look like values of another type. */
import type { Value } from "../../../domain/Value.ts";
import type { ColumnProfile } from "../Profile.ts";
import { columnKind, present } from "../ReportedColumn.ts";
import { info, type Rule, scope } from "./Rule.ts";

/** Leading zeros and very long digit strings are codes rather than numbers. */
const number = /^[+-]?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:[eE][+-]?\d{1,3})?$/;
const months = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";
const dates = [
  String.raw`\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?| UTC)?)?`,
  String.raw`\d{1,2}[/.]\d{1,2}[/.](?:\d\d|\d{4})`,
  String.raw`${months}\.? \d{1,2},? \d{4}`,
  String.raw`\d{1,2}[ -]${months}\.?[ -]\d{2,4}`,
];
const date = new RegExp(`^(?:${dates.join("|")})$`, "i");

/** The known values of the column: the minimum, the maximum and the most frequent ones, except the empty string. */
const known = (column: ColumnProfile): ReadonlyArray<Value> =>
  [column.min, column.max, ...(column.topValues?.values ?? []).map(({ value }) => value)].filter(
    (value) => value !== undefined && value !== "",
  ) as ReadonlyArray<Value>;

const storedAsText = (id: string, name: string, pattern: RegExp): Rule => ({
  id,
  description: `The minimum, the maximum and all most frequent values of a STRING look like ${name}. Info; a guess.`,
  silencedBy: ["constant"],
  find: (column, context) => {
    if (columnKind(column) !== "string" || present(column) < 2) return undefined;
    const values = known(column);
    if (values.length < 2) return undefined;
    if (!values.every((value) => typeof value === "string" && pattern.test(value))) return undefined;
    const top = column.topValues?.values.length ?? 0;
    return info(
      `Perhaps ${name} stored as text: the ${
        top > 0 ? "minimum, the maximum and the most frequent values" : "minimum and the maximum"
      } look like ${name}${scope(context)}`,
      { checked: new Set(values).size },
    );
  },
});

export const numbersAsText = storedAsText("numbers-as-text", "numbers", number);
export const datesAsText = storedAsText("dates-as-text", "dates", date);
