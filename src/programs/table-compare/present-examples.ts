/** Example rows of a comparison as tables. */
import type { Row, Value } from "../../domain/Value.ts";
import type { Block, Cell } from "../../reports/Document.ts";
import * as Document from "../../reports/Document.ts";
import { cut } from "../../reports/words.ts";
import { shown } from "../profile/statistics/show.ts";
import type { Comparison, OneSidedRow } from "./Comparison.ts";

/** Cells of examples in the text; all of them stand in the json report. */
const mostCells = 50;
const mostColumns = 12;

export const examplesTables = ({ rows }: Comparison): ReadonlyArray<Block> => {
  const examples = rows?.examples;
  if (rows === undefined || examples === undefined) return [];
  return [
    ...changedTable(rows.changed ?? 0, examples.changed),
    ...oneSidedTable("only in A", rows.onlyA, examples.onlyA),
    ...oneSidedTable("only in B", rows.onlyB, examples.onlyB),
  ];
};

const value = (of: Value | undefined): Cell =>
  Document.value(of === null || of === undefined ? null : cut(shown(of), 60));

const titled = (what: string, some: number, all: number): string =>
  some < all ? `Examples of rows ${what} (${some} of ${all})` : `Rows ${what}`;

const changedTable = (
  total: number,
  changed: NonNullable<NonNullable<Comparison["rows"]>["examples"]>["changed"],
): ReadonlyArray<Block> => {
  const [first] = changed;
  if (first === undefined) return [];
  const keys = Object.keys(first.key);
  const lines = changed.flatMap(({ key, cells }) => cells.map((cell) => ({ key, cell })));
  return [
    {
      _tag: "Table",
      title: titled("changed", changed.length, total),
      columns: [...keys, "column", "A", "B"].map((title) => ({ title, align: "left" })),
      rows: lines
        .slice(0, mostCells)
        .map(({ key, cell }) => [
          ...keys.map((name) => value(key[name])),
          Document.text(cell.column),
          value(cell.a),
          value(cell.b),
        ]),
    },
    ...more(lines.length),
  ];
};

const oneSidedTable = (
  what: string,
  total: number,
  list: ReadonlyArray<OneSidedRow>,
): ReadonlyArray<Block> => {
  const [first] = list;
  if (first === undefined) return [];
  const names = Object.keys(first.row).slice(0, mostColumns);
  const hasCopies = list.some(({ copies }) => copies > 1);
  const cells = (row: Row) => names.map((name) => value(row[name]));
  return [
    {
      _tag: "Table",
      title: titled(what, list.length, total),
      columns: [
        ...names.map((title) => ({ title, align: "left" as const })),
        ...(hasCopies ? [{ title: "copies", align: "right" as const }] : []),
      ],
      rows: list
        .slice(0, mostCells)
        .map(({ row, copies }) => [...cells(row), ...(hasCopies ? [Document.count(copies)] : [])]),
    },
    ...more(list.length),
  ];
};

const more = (lines: number): ReadonlyArray<Block> =>
  lines <= mostCells
    ? []
    : [{ _tag: "Paragraph", text: `${lines - mostCells} more stand in the json report.` }];
