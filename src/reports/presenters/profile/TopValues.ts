/** The most frequent values of the columns: a line per column, or with --full a line per value. */
import * as Format from "../../../domain/Format.ts";
import { cut } from "../../../domain/Phrases.ts";
import type { ColumnProfile } from "../../../programs/profile/Profile.ts";
import { columnKind, present } from "../../../programs/profile/ReportedColumn.ts";
import { valueText } from "../../../programs/profile/statistics/Statistic.ts";
import type { Block } from "../../Document.ts";
import * as Document from "../../Document.ts";
import { blocksOf, tableOf } from "./TableOfColumns.ts";

/** Values per line. */
const fewValues = 5;
/**
 * A value of at least this share is frequent, and any that is this
 * many times as frequent as the average value.
 */
const frequentShare = 0.01;
const timesAverage = 10;

/** Whether the most frequent value is informative, which it is not if values are nearly unique. */
export const hasFrequentValue = (column: ColumnProfile): boolean => {
  const count = column.topValues?.values[0]?.count ?? 0;
  const rows = present(column);
  if (rows === 1) return true;
  const average = rows / Math.max(1, column.distinct?.value ?? 1);
  return count > 1 && (count >= rows * frequentShare || count >= average * timesAverage);
};

const named = (column: ColumnProfile) => Document.text(column.name, "strong");

const frequentValues = (column: ColumnProfile): string => {
  const kind = columnKind(column);
  const rows = present(column);
  const approximately = column.topValues?.exact === false ? "~" : "";
  return (column.topValues?.values ?? [])
    .slice(0, fewValues)
    .map(({ value, count }) => {
      const text = valueText(value, kind);
      return `${kind === "number" ? text : cut(text, 30)} ${approximately}${Format.share(count / rows)}`;
    })
    .join(" · ");
};

/** `R 46.0% · PG-13 33.3%` for each column that has a frequent value. */
export const topValuesLines = (columns: ReadonlyArray<ColumnProfile>): ReadonlyArray<Block> => {
  const frequent = columns.filter(hasFrequentValue);
  const most = Math.max(0, ...frequent.map(({ topValues }) => topValues?.values.length ?? 0));
  return blocksOf([
    tableOf(
      most > fewValues
        ? `Top values, at most ${fewValues} per column (--full shows ${most}; --top N reads N)`
        : "Top values",
      frequent,
      [
        { title: "Column", cell: named },
        {
          title: "Values",
          cell: (column) => Document.text(frequentValues(column)),
        },
      ],
      1,
    ),
  ]);
};

interface Frequent {
  readonly column: ColumnProfile;
  readonly rank: number;
  readonly value: string;
  readonly count: number;
  readonly exact: boolean;
}

/** The most frequent values of every column that has repeated values. */
export const topValuesTable = (columns: ReadonlyArray<ColumnProfile>): ReadonlyArray<Block> => {
  const rows = columns
    .filter(({ topValues }) => (topValues?.values[0]?.count ?? 0) > 1)
    .flatMap((column) =>
      (column.topValues?.values ?? []).map(
        ({ value, count }, rank): Frequent => ({
          column,
          rank,
          value: cut(valueText(value, columnKind(column)), 60),
          count,
          exact: column.topValues?.exact === true,
        }),
      ),
    );
  return blocksOf([
    tableOf(
      "Top values",
      rows,
      [
        { title: "Column", cell: ({ column, rank }) => (rank === 0 ? named(column) : undefined) },
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
  ]);
};
