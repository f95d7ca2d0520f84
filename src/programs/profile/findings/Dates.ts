/** Finds implausible dates. */

import { about, quoted } from "../../../domain/Phrases.ts";
import type { Value } from "../../../domain/Value.ts";
import type { ColumnProfile } from "../Profile.ts";
import { fieldOf } from "../ReportedColumn.ts";
import { notice, type Rule, scope, warning } from "./Rule.ts";

const oldest = 1900;
const yearsAhead = 10;

/** Placeholders for missing dates: the Unix epoch, the first day of spreadsheets, the last day. */
const placeholders: ReadonlySet<string> = new Set(["1970-01-01", "1900-01-01", "9999-12-31"]);

const dated = (column: ColumnProfile): boolean =>
  column.mode !== "REPEATED" && ["DATE", "DATETIME", "TIMESTAMP"].includes(fieldOf(column).type);

const isPlaceholder = (value: Value | undefined): value is string =>
  typeof value === "string" && placeholders.has(value.slice(0, 10));

/** Undefined for values that are not dates: the engine's infinities. */
const yearOf = (value: Value | undefined): number | undefined => {
  const digits = typeof value === "string" ? /^([+-]?\d{1,6})-\d\d/.exec(value)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
};

export const oldDate: Rule = {
  id: "old-date",
  description: "The earliest date is before 1900. Warning.",
  find: (column, context) => {
    const year = dated(column) ? yearOf(column.earliest) : undefined;
    if (year === undefined || column.earliest === undefined || year >= oldest) return undefined;
    const named = context.values === "all";
    return warning(
      `The earliest value${named ? `, ${quoted(column.earliest)},` : ""} is before ${oldest}${scope(context)}`,
      named ? { earliest: column.earliest } : {},
    );
  },
};

export const sentinelDate: Rule = {
  id: "sentinel-date",
  description:
    "The earliest, the latest or a most frequent date is 1900-01-01, 1970-01-01 or 9999-12-31, which are common placeholders. Notice.",
  find: (column, context) => {
    if (!dated(column)) return undefined;
    const top = column.topValues?.values.find(({ value }) => isPlaceholder(value));
    const place = isPlaceholder(column.earliest)
      ? { name: "earliest", value: column.earliest }
      : isPlaceholder(column.latest)
        ? { name: "latest", value: column.latest }
        : top === undefined
          ? undefined
          : { name: "most frequent", value: top.value };
    if (place === undefined) return undefined;
    const named = context.values === "all";
    const count = column.topValues?.values.find(({ value }) => value === place.value)?.count;
    const times =
      count === undefined || place.name !== "most frequent"
        ? ""
        : ` (${about(count, column.topValues?.exact === true)} rows)`;
    return notice(
      `${place.name === "most frequent" ? "A most frequent" : `The ${place.name}`} value${
        named ? `, ${quoted(place.value)}${times},` : ""
      } is a common placeholder for a missing date${scope(context)}`,
      named ? { [place.name === "most frequent" ? "value" : place.name]: place.value, count } : {},
    );
  },
};

export const futureDate: Rule = {
  id: "future-date",
  description: `The latest date is more than ${yearsAhead} years in the future, and is not 9999-12-31. Notice.`,
  find: (column, context) => {
    const year = dated(column) && !isPlaceholder(column.latest) ? yearOf(column.latest) : undefined;
    const limit = new Date(context.now).getUTCFullYear() + yearsAhead;
    if (year === undefined || column.latest === undefined || year <= limit) return undefined;
    const named = context.values === "all";
    return notice(
      `The latest value${named ? `, ${quoted(column.latest)},` : ""} is more than ${yearsAhead} years in the future${scope(context)}`,
      named ? { latest: column.latest } : {},
    );
  },
};
