/** Tables of both sides' statistics: those that changed, the largest change first, and all of them. */
import { counted, cut } from "../../../domain/Phrases.ts";
import { shown } from "../../../domain/Value.ts";
import type { ColumnStatistics, Comparison, Figure } from "../../../programs/table-compare/Comparison.ts";
import type { Block, Cell } from "../../Document.ts";
import * as Document from "../../Document.ts";

const mostColumns = 20;
const mostFigures = 5;

export const statisticsTables = ({
  rows,
  statistics: all,
}: Pick<Comparison, "rows" | "statistics">): ReadonlyArray<Block> => {
  if (all === undefined) return [];
  // Rows are better evidence.
  const isEvidence = rows === undefined;
  const moved = all
    .map(({ column, figures }) => ({ column, figures: figures.filter(isTold).toSorted(byChange) }))
    .filter(({ figures }) => figures.length > 0);
  if (moved.length === 0) {
    const none: Block = { _tag: "Paragraph", text: "No statistic of any column changed." };
    const brief = isEvidence ? [none] : [];
    return [{ _tag: "Depths", brief, full: [none, everything(all)] }];
  }
  const title = "Statistics that changed";
  const visible = moved
    .map(({ column, figures }) => ({ column, figures: figures.filter(isVisible).slice(0, mostFigures) }))
    .filter(({ figures }) => figures.length > 0);
  const hidden = moved.length - Math.min(visible.length, mostColumns);
  const brief: ReadonlyArray<Block> = [
    ...(visible.length === 0 ? [] : [{ ...table(visible.slice(0, mostColumns), true), title }]),
    ...(hidden === 0
      ? []
      : [
          {
            _tag: "Paragraph" as const,
            text: `${counted(hidden, "column")} with small changes of statistics: --full shows all.`,
          },
        ]),
  ];
  return [
    {
      _tag: "Depths",
      ...(isEvidence ? {} : { short: [] }),
      brief,
      long: [{ ...table(moved, true), title }],
      full: [{ _tag: "Section", title, folded: !isEvidence, blocks: [table(moved, false)] }, everything(all)],
    },
  ];
};

const everything = (all: ReadonlyArray<ColumnStatistics>): Block => ({
  _tag: "Section",
  title: "All statistics, side by side",
  folded: true,
  blocks: [table(all, false)],
});

/** One line per statistic; `once` shows a column's name only in its first line. */
const table = (
  columns: ReadonlyArray<Pick<ColumnStatistics, "column" | "figures">>,
  once: boolean,
): Extract<Block, { _tag: "Table" }> => ({
  _tag: "Table",
  columns: (["column", "statistic", "A", "B", "change", "relative"] as const).map((title, i) => ({
    title,
    align: i < 2 ? "left" : "right",
  })),
  keys: 2,
  rows: columns.flatMap(({ column, figures }) =>
    figures.map((one, i) => [
      Document.text(i === 0 || !once ? column : ""),
      Document.text(one.statistic),
      cell(one.a, one),
      cell(one.b, one),
      Document.number(one.delta),
      Document.share(one.relative),
    ]),
  ),
});

/** Smaller changes follow from those of a few rows. */
const isVisible = ({ relative }: Figure): boolean => relative === null || Math.abs(relative) >= 0.001;

const byChange = (x: Figure, y: Figure): number => Math.abs(y.relative ?? 1) - Math.abs(x.relative ?? 1);

/** Statistics that others already express. */
const redundant: ReadonlySet<string> = new Set([
  "rows",
  "uniqueness",
  "quantiles.p1",
  "quantiles.p5",
  "quantiles.p95",
  "quantiles.p99",
]);

const isTold = ({ statistic, a, b, withinErrors }: Figure): boolean =>
  a !== b && !redundant.has(statistic) && withinErrors !== true;

/** What sums of FLOAT64 may lose is no estimate. */
const isEstimate = ({ statistic, exact }: Figure): boolean =>
  !exact && !["mean", "stddev", "lengths.mean"].includes(statistic);

const cell = (value: Figure["a"], figure: Figure): Cell =>
  typeof value === "number" || (typeof value === "string" && figure.delta !== null)
    ? Document.number(value, isEstimate(figure))
    : Document.value(value === null ? null : `${isEstimate(figure) ? "~" : ""}${cut(shown(value), 40)}`);
