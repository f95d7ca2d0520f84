/** Statistics of both sides as a table: what moved, the columns that moved most first. */
import type { Block, Cell } from "../../reports/Document.ts";
import * as Document from "../../reports/Document.ts";
import { cut } from "../../reports/words.ts";
import { shown } from "../profile/statistics/show.ts";
import type { ColumnStatistics, Figure } from "./Comparison.ts";

const mostColumns = 20;
const mostFigures = 5;

export const statisticsTable = (all: ReadonlyArray<ColumnStatistics> | undefined): ReadonlyArray<Block> => {
  if (all === undefined) return [];
  const moved = all.filter(({ figures }) => figures.some(isTold));
  if (moved.length === 0) return [{ _tag: "Paragraph", text: "No statistic of any column moved." }];
  return [
    {
      _tag: "Table",
      title: "Statistics that moved",
      columns: (["column", "statistic", "A", "B", "change", "relative"] as const).map((title, i) => ({
        title,
        align: i < 2 ? "left" : "right",
      })),
      rows: moved.slice(0, mostColumns).flatMap(({ column, figures }) =>
        [...figures]
          .filter(isTold)
          .sort((x, y) => Math.abs(y.relative ?? 1) - Math.abs(x.relative ?? 1))
          .slice(0, mostFigures)
          .map((one, i) => [
            Document.text(i === 0 ? column : ""),
            Document.text(one.statistic),
            cell(one.a, one),
            cell(one.b, one),
            Document.number(one.delta),
            Document.share(one.relative),
          ]),
      ),
    },
    ...(moved.length <= mostColumns
      ? []
      : [
          {
            _tag: "Paragraph" as const,
            text: `${moved.length - mostColumns} more columns moved; they stand in the json report.`,
          },
        ]),
  ];
};

/** What others already say is not said again. */
const said: ReadonlySet<string> = new Set([
  "rows",
  "uniqueness",
  "quantiles.p1",
  "quantiles.p5",
  "quantiles.p95",
  "quantiles.p99",
]);

/** Sums of FLOAT64 in another order differ by this much and mean nothing. */
const rounding = 1e-9;

const isTold = ({ statistic, a, b, exact, relative }: Figure): boolean =>
  a !== b && !said.has(statistic) && (exact || relative === null || Math.abs(relative) > rounding);

const cell = (value: Figure["a"], { exact }: Figure): Cell =>
  typeof value === "number"
    ? Document.number(value, !exact)
    : Document.value(value === null ? null : cut(shown(value), 40));
