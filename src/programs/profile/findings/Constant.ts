/** Finds columns with a single value. */

import { counted } from "../../../domain/Phrases.ts";
import type { ColumnProfile } from "../Profile.ts";
import { present } from "../ReportedColumn.ts";
import { named, notice, type Rule, scope } from "./Rule.ts";

/** Longer strings and bytes are truncated before `min` and `max`. */
const longest = 1000;

const onlyValue = (column: ColumnProfile) => {
  const least = column.min ?? column.earliest;
  const greatest = column.max ?? column.latest;
  const same = least !== undefined && greatest !== undefined && least === greatest;
  // `min` and `max` exclude NaN and the infinities.
  const other = (column.nan ?? 0) + (column.infinities ?? 0) > 0;
  const whole = typeof least !== "string" || (column.lengths?.max ?? least.length) < longest;
  return same && !other && whole ? least : undefined;
};

export const constant: Rule = {
  id: "constant",
  description: "All non-NULL values are equal, in at least two rows. Notice.",
  find: (column, context) => {
    const rows = present(column);
    if (rows < 2 || column.distinct?.value !== 1) return undefined;
    const value = onlyValue(column) ?? column.topValues?.values[0]?.value;
    const probably = column.distinct.exact || onlyValue(column) !== undefined ? "Holds" : "Probably holds";
    const isNamed = context.values === "all" && value !== undefined;
    return notice(
      `${probably} a single value${isNamed ? `, ${named(column, value)},` : ""} in ${counted(rows, "row")}${
        column.nulls > 0 ? ` and NULL in ${counted(column.nulls, "row")}` : ""
      }${scope(context)}`,
      { rows, nulls: column.nulls, distinct: 1, value: isNamed ? value : undefined },
    );
  },
};
