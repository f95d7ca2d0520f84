/** The table of all columns, the first table of a profile. */
import { cut } from "../../../domain/Phrases.ts";
import { shown, toNumber, type Value } from "../../../domain/Value.ts";
import type { ColumnProfile } from "../../../programs/profile/Profile.ts";
import { columnKind, outline } from "../../../programs/profile/ReportedColumn.ts";
import type { Block, Cell } from "../../Document.ts";
import * as Document from "../../Document.ts";
import { type Nested, nested } from "./ColumnTree.ts";
import { type TableColumn, tableOf } from "./TableOfColumns.ts";

/** Maximum characters of a value in a table of many columns. */
const widest = 24;

/** A value in a table: fractions as rounded numbers, other values with all digits, truncated if long. */
export const valueCell = (value: Value | undefined, most = widest): Cell | undefined => {
  if (value === undefined) return undefined;
  return typeof value === "number" && !Number.isInteger(value)
    ? Document.number(value)
    : Document.value(cut(shown(value), most));
};

/** Numbers are rounded; dates and times are shown unchanged. */
export const quantileCell = (column: ColumnProfile, value: Value | undefined): Cell | undefined => {
  const number = columnKind(column) === "number" ? toNumber(value) : undefined;
  return number === undefined
    ? valueCell(value, 32)
    : Document.number(number, column.quantiles?.exact === false);
};

/** Indentation per level, in blanks that no renderer collapses. */
const indentation = "\u00a0\u00a0";

/** The number of columns without a parent. */
export const topLevelCount = (columns: ReadonlyArray<ColumnProfile>): number =>
  nested(columns).filter(({ depth }) => depth === 0).length;

const inOrder = (column: ColumnProfile): boolean => ["number", "temporal"].includes(columnKind(column));

const columns: ReadonlyArray<TableColumn<Nested>> = [
  {
    title: "Column",
    cell: ({ label, depth }) => Document.text(indentation.repeat(depth) + label, "strong"),
  },
  {
    title: "Type",
    cell: ({ column }) =>
      Document.text(`${outline(column.type)}${column.mode === "REQUIRED" ? " REQUIRED" : ""}`),
  },
  {
    title: "Nulls",
    cell: ({ column }) => Document.share(column.rows > 0 ? column.nulls / column.rows : null, true),
  },
  {
    title: "Distinct",
    cell: ({ column: { distinct } }) =>
      distinct === undefined ? undefined : Document.count(distinct.value, !distinct.exact),
  },
  // The extremes of strings are less useful; the table of strings has them.
  {
    title: "Minimum",
    cell: ({ column }) => (inOrder(column) ? valueCell(column.min ?? column.earliest) : undefined),
  },
  {
    title: "Maximum",
    cell: ({ column }) => (inOrder(column) ? valueCell(column.max ?? column.latest) : undefined),
  },
  {
    title: "Mean",
    cell: ({ column: { mean } }) => (mean === undefined ? undefined : Document.number(mean)),
  },
  {
    title: "Most frequent",
    cell: ({ column }) => (inOrder(column) ? undefined : mostFrequent(column)),
  },
  {
    title: "Histogram",
    cell: ({ column: { histogram } }) =>
      histogram === undefined
        ? undefined
        : Document.spark(
            histogram.bins.map(({ count }) => count),
            !histogram.exact,
          ),
  },
];

/** Omits values that all occur once. */
const mostFrequent = ({ topValues, rows }: ColumnProfile): Cell | undefined => {
  const top = topValues?.values[0];
  return top === undefined || (top.count < 2 && rows > 1) ? undefined : valueCell(top.value);
};

export const columnsTable = (profiles: ReadonlyArray<ColumnProfile>): Block | undefined =>
  tableOf("Columns", nested(profiles), columns);
