/** Details of the columns beyond the table of all: one table per kind, with the cells of its statistics. */
import type { ColumnProfile } from "../../../programs/profile/Profile.ts";
import { columnKind, present } from "../../../programs/profile/ReportedColumn.ts";
import { reportedPercentiles } from "../../../programs/profile/statistics/Quantiles.ts";
import type { Statistic } from "../../../programs/profile/statistics/Statistic.ts";
import { statistics } from "../../../programs/profile/statistics/Statistics.ts";
import type { Kind } from "../../../scan/Kind.ts";
import type { Block, Cell } from "../../Document.ts";
import * as Document from "../../Document.ts";
import { quantileCell, valueCell } from "./ColumnsTable.ts";
import { blocksOf, type TableColumn, tableOf } from "./TableOfColumns.ts";

type Id = keyof typeof statistics;

const named: TableColumn<ColumnProfile> = {
  title: "Column",
  cell: ({ name }) => Document.text(name, "strong"),
};

/** The statistic's cells for a column. */
const displayed = (column: ColumnProfile, id: Id) => {
  const value = column[id];
  return value === undefined ? [] : (statistics[id] as Statistic<unknown>).display(value, columnKind(column));
};

const isZero = (cell: Cell): boolean => cell._tag === "Count" && cell.value === 0;

/** The statistics' cells with their labels, in the order of `ids`, without those that are 0 for every column. */
const shownBy = (
  columns: ReadonlyArray<ColumnProfile>,
  ids: ReadonlyArray<Id>,
): ReadonlyArray<TableColumn<ColumnProfile>> =>
  ids.flatMap((id) => {
    const shown = columns.flatMap((column) => displayed(column, id));
    const labels = new Set(shown.filter(({ cell }) => !isZero(cell)).map(({ label }) => label));
    return [...labels].map((title) => ({
      title,
      cell: (column: ColumnProfile) => displayed(column, id).find(({ label }) => label === title)?.cell,
    }));
  });

const quantileColumns = (shown: ReadonlyArray<number>): ReadonlyArray<TableColumn<ColumnProfile>> =>
  reportedPercentiles
    .filter((p) => shown.includes(p))
    .map((p) => ({
      title: `${p}%`,
      cell: (column) => quantileCell(column, column.quantiles?.[`p${p}`]),
    }));

const extreme = (id: "min" | "max" | "earliest" | "latest"): TableColumn<ColumnProfile> => ({
  title: statistics[id].title,
  cell: (column) => valueCell(column, column[id], 40),
});

/** A table of the columns of a kind that have one of the statistics. */
const ofKind = (
  title: string,
  columns: ReadonlyArray<ColumnProfile>,
  kinds: ReadonlyArray<Kind>,
  ids: ReadonlyArray<Id>,
  cells: (rows: ReadonlyArray<ColumnProfile>) => ReadonlyArray<TableColumn<ColumnProfile>>,
): Block | undefined => {
  const rows = columns.filter(
    (column) => kinds.includes(columnKind(column)) && ids.some((id) => column[id] !== undefined),
  );
  const table = tableOf(title, rows, [named, ...cells(rows)]);
  // With --values none, no cell may be left.
  return table?._tag === "Table" && table.columns.length > 1 ? table : undefined;
};

const approximately = (columns: ReadonlyArray<ColumnProfile>): string =>
  columns.some(({ quantiles }) => quantiles?.exact === false) ? " (within 1% of rank)" : "";

/** The tables by kind of column, without empty ones. */
export const detailTables = (columns: ReadonlyArray<ColumnProfile>): ReadonlyArray<Block> => {
  const numbers: ReadonlyArray<Id> = ["mean", "stddev", "zeros", "negatives", "nan", "infinities"];
  const texts: ReadonlyArray<Id> = ["lengths", "empty", "blank", "padded"];
  const arrays: ReadonlyArray<Id> = ["lengths", "empty"];
  const numeric = columns.filter((column) => columnKind(column) === "number");
  const temporal = columns.filter((column) => columnKind(column) === "temporal");
  return blocksOf([
    ofKind("Numbers", columns, ["number"], numbers, (rows) => shownBy(rows, numbers)),
    ofKind(`Quantiles${approximately(numeric)}`, columns, ["number"], ["quantiles"], () =>
      quantileColumns(reportedPercentiles),
    ),
    ofKind("Outliers", columns, ["number"], ["outliers"], (rows) => [
      { title: "Lower fence", cell: ({ outliers }) => outliers && Document.number(outliers.lowerFence) },
      { title: "Upper fence", cell: ({ outliers }) => outliers && Document.number(outliers.upperFence) },
      ...shownBy(rows, ["outliers"]),
    ]),
    ofKind(
      `Dates and times${approximately(temporal)}`,
      columns,
      ["temporal"],
      ["earliest", "quantiles", "latest"],
      () => [extreme("earliest"), ...quantileColumns([5, 25, 50, 75, 95]), extreme("latest")],
    ),
    ofKind("Texts and bytes", columns, ["string", "bytes"], [...texts, "min", "max"], (rows) => [
      ...shownBy(rows, texts),
      extreme("min"),
      extreme("max"),
    ]),
    ofKind("Booleans", columns, ["bool"], ["true", "false"], (rows) => [
      ...shownBy(rows, ["true", "false"]),
      { title: "True, share", cell: trueShare },
    ]),
    ofKind("Arrays", columns, ["array"], arrays, (rows) => shownBy(rows, arrays)),
  ]);
};

const trueShare = (column: ColumnProfile): Cell | undefined =>
  column.true === undefined || present(column) === 0
    ? undefined
    : Document.share(column.true / present(column));
