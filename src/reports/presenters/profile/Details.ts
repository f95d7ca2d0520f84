/** Details of the columns beyond the table of all: one table per kind, with the cells of its statistics. */
import { cut } from "../../../domain/Phrases.ts";
import type { ColumnProfile } from "../../../programs/profile/Profile.ts";
import { columnKind, present } from "../../../programs/profile/ReportedColumn.ts";
import { reportedPercentiles } from "../../../programs/profile/statistics/Quantiles.ts";
import { type Statistic, valueText } from "../../../programs/profile/statistics/Statistic.ts";
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

/** The statistics' cells with their labels, in the order of `ids`. */
const shownBy = (
  columns: ReadonlyArray<ColumnProfile>,
  ids: ReadonlyArray<Id>,
): ReadonlyArray<TableColumn<ColumnProfile>> =>
  ids.flatMap((id) => {
    const labels = new Set(columns.flatMap((column) => displayed(column, id).map(({ label }) => label)));
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
  return tableOf(title, rows, [named, ...cells(rows)]);
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

interface Frequent {
  readonly column: ColumnProfile;
  readonly rank: number;
  readonly value: string;
  readonly count: number;
  readonly exact: boolean;
}

/** With more columns than this, the table of all columns is long enough, and top values are shortened. */
const manyColumns = 40;
const fewValues = 3;

/** The most frequent values of every column that has repeated values. */
export const topValuesTable = (columns: ReadonlyArray<ColumnProfile>): ReadonlyArray<Block> => {
  const repeating = columns.filter(({ topValues }) => (topValues?.values[0]?.count ?? 0) > 1);
  const most = repeating.length > manyColumns ? fewValues : Number.POSITIVE_INFINITY;
  const rows = repeating.flatMap((column) =>
    (column.topValues?.values ?? []).slice(0, most).map(
      ({ value, count }, rank): Frequent => ({
        column,
        rank,
        value: cut(valueText(value, columnKind(column)), 60),
        count,
        exact: column.topValues?.exact === true,
      }),
    ),
  );
  const shortened = repeating.some(({ topValues }) => (topValues?.values.length ?? 0) > most);
  return blocksOf([
    tableOf(
      "Top values",
      rows,
      [
        {
          title: "Column",
          cell: ({ column, rank }) => (rank === 0 ? Document.text(column.name, "strong") : undefined),
        },
        { title: "Value", cell: ({ value }) => Document.value(value) },
        { title: "Rows", cell: ({ count, exact }) => Document.count(count, !exact) },
        {
          title: "Share",
          cell: ({ column, count }) =>
            Document.share(present(column) > 0 ? count / present(column) : null, true),
        },
      ],
      2,
    ),
    shortened
      ? {
          _tag: "Paragraph",
          text: `Only the ${fewValues} most frequent values of each column are shown; the json report has all.`,
        }
      : undefined,
  ]);
};
