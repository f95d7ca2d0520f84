/** The table of all columns, the first table of a profile. */
import { cut } from "../../../domain/Phrases.ts";
import { shown, type Value } from "../../../domain/Value.ts";
import type { ColumnProfile } from "../../../programs/profile/Profile.ts";
import { columnKind, outline } from "../../../programs/profile/ReportedColumn.ts";
import { valueCell as statisticCell } from "../../../programs/profile/statistics/Statistic.ts";
import type { Block, Cell } from "../../Document.ts";
import * as Document from "../../Document.ts";
import { type Nested, nested } from "./ColumnTree.ts";
import { type TableColumn, tableOf } from "./TableOfColumns.ts";
import { hasFrequentValue } from "./TopValues.ts";

/** Maximum characters of a value in a table of many columns. */
const widest = 24;

/**
 * The cell of a value: numbers in the common format, everything else unchanged, but truncated if it is long.
 */
export const valueCell = (
  column: ColumnProfile,
  value: Value | undefined,
  most = widest,
  approximate = false,
): Cell | undefined => {
  if (value === undefined) return undefined;
  const kind = columnKind(column);
  if (kind === "number") return statisticCell(value, kind, approximate);
  return Document.value(`${approximate ? "~" : ""}${cut(shown(value), most)}`);
};

export const quantileCell = (column: ColumnProfile, value: Value | undefined): Cell | undefined =>
  valueCell(column, value, 32, column.quantiles?.exact === false);

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
  // The extremes of strings are less useful; the table of strings has them.
  {
    title: "Minimum",
    cell: ({ column }) => (inOrder(column) ? valueCell(column, column.min ?? column.earliest) : undefined),
  },
  {
    title: "Maximum",
    cell: ({ column }) => (inOrder(column) ? valueCell(column, column.max ?? column.latest) : undefined),
  },
  {
    title: "Most frequent",
    cell: ({ column }) => (inOrder(column) ? undefined : mostFrequent(column)),
  },
];

const mostFrequent = (column: ColumnProfile): Cell | undefined => {
  const top = column.topValues?.values[0];
  return top === undefined || !hasFrequentValue(column) ? undefined : valueCell(column, top.value);
};

/** `only` the table of columns: with the most frequent values, which otherwise have a separate table. */
export const columnsTable = (
  profiles: ReadonlyArray<ColumnProfile>,
  only: boolean,
  title = "Columns",
): Block | undefined =>
  tableOf(
    title,
    nested(profiles),
    columns.filter(({ title }) => only || title !== "Most frequent"),
  );
