/** The registry of the rules that produce findings. */

import type { ColumnProfile, Finding } from "../Profile.ts";
import { isBelow } from "../ReportedColumn.ts";
import { statistics } from "../statistics/Statistics.ts";
import { highCardinality } from "./Cardinality.ts";
import { constant } from "./Constant.ts";
import { futureDate, oldDate, sentinelDate } from "./Dates.ts";
import { infinities, nan } from "./Floats.ts";
import { candidateKey, unique } from "./Keys.ts";
import { allNull, mostlyNull } from "./Nulls.ts";
import { outliers } from "./Outliers.ts";
import type { Context, Rule, Subject, TableRule } from "./Rule.ts";
import { skew } from "./Skew.ts";
import { blank, empty, emptyArrays, padded } from "./Strings.ts";
import { emptyTable } from "./Table.ts";
import { datesAsText, numbersAsText } from "./TextTypes.ts";

export type FindingOptions = Pick<Context, "values" | "now">;

export const tableRules: ReadonlyArray<TableRule> = [emptyTable];

/** A rule follows those that silence it. */
export const rules: ReadonlyArray<Rule> = [
  allNull,
  mostlyNull,
  constant,
  candidateKey,
  unique,
  highCardinality,
  skew,
  outliers,
  nan,
  infinities,
  oldDate,
  sentinelDate,
  futureDate,
  empty,
  blank,
  padded,
  emptyArrays,
  numbersAsText,
  datesAsText,
];

const ranks: Readonly<Record<Finding["severity"], number>> = { warning: 0, notice: 1, info: 2 };

/** The most severe first, then in the order of the columns; the table's before its columns'. */
export const findings = (subject: Subject, options: FindingOptions): ReadonlyArray<Finding> => {
  const context: Context = { subject, ...options };
  const found = [
    ...tableRules.flatMap(({ id, find }) => {
      const draft = find(context);
      return draft === undefined ? [] : [{ id, column: null, ...draft }];
    }),
    ...ofColumns(context),
  ];
  return found.toSorted((a, b) => ranks[a.severity] - ranks[b.severity]);
};

const ofColumns = (context: Context): ReadonlyArray<Finding> => {
  let missing: string | undefined;
  return context.subject.columns.flatMap((column) => {
    if (missing !== undefined && isBelow(column.name, missing)) return [];
    const found = ofColumn(permitted(column, context.values), context);
    missing = found.some(({ id }) => id === allNull.id) ? column.name : undefined;
    return found;
  });
};

const ofColumn = (column: ColumnProfile, context: Context): ReadonlyArray<Finding> => {
  const found: Array<Finding> = [];
  for (const { id, silencedBy, find } of rules) {
    if (found.some((other) => silencedBy?.includes(other.id))) continue;
    const draft = find(column, context);
    if (draft !== undefined) found.push({ id, column: column.name, ...draft });
  }
  return found;
};

/** Removes the statistics that `values` hides, so that no rule uses them. */
const permitted = (column: ColumnProfile, values: Context["values"]): ColumnProfile => {
  if (values === "all") return column;
  const hidden = Object.values(statistics)
    .filter(({ reveals }) => reveals === "values" || (values === "none" && reveals === "aggregates"))
    .map(({ id }) => id);
  return Object.fromEntries(
    Object.entries(column).filter(([name]) => !hidden.includes(name)),
  ) as ColumnProfile;
};
