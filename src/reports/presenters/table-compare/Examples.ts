/** Example rows of a comparison as tables: some in brief form, all at full detail. */

import { cut } from "../../../domain/Phrases.ts";
import type { Row, Value } from "../../../domain/Value.ts";
import type { ChangedRow, Comparison, OneSidedRow } from "../../../programs/table-compare/Comparison.ts";
import type { Block, Cell } from "../../Document.ts";
import * as Document from "../../Document.ts";
import { changedCells, text } from "./ChangedCells.ts";

/** The amount of examples to show. */
interface Room {
  readonly lines: number;
  readonly columns: number;
  /** Maximum characters of a value; null leaves it to the renderer. */
  readonly width: number | null;
}

const little: Room = { lines: 50, columns: 12, width: 60 };
const ample: Room = { lines: 1000, columns: 100, width: null };

export const examplesTables = ({ rows }: Comparison): ReadonlyArray<Block> => {
  const examples = rows?.examples;
  if (rows === undefined || examples === undefined) return [];
  const at = (room: Room): ReadonlyArray<Block> => [
    ...changedTable(rows.changed ?? 0, examples.changed, room),
    ...oneSidedTable("only in A", rows.onlyA, examples.onlyA, room),
    ...oneSidedTable("only in B", rows.onlyB, examples.onlyB, room),
  ];
  return [{ _tag: "Depths", brief: at(little), full: at(ample) }];
};

const value = (of: Value | undefined, { width }: Room): Cell =>
  Document.value(of === null || of === undefined ? null : cut(text(of), width ?? Number.POSITIVE_INFINITY));

/** Characters around the first difference of two values. */
const around = 600;

const titled = (what: string, some: number, all: number): string =>
  some < all ? `Examples of rows ${what} (${some} of ${all})` : `Rows ${what}`;

const changedTable = (
  total: number,
  changed: ReadonlyArray<ChangedRow>,
  room: Room,
): ReadonlyArray<Block> => {
  const [first] = changed;
  if (first === undefined) return [];
  const keys = Object.keys(first.key);
  const lines = changed.flatMap(({ key, cells }) => cells.map((cell) => ({ key, cell })));
  const pair = ({ a, b }: ChangedRow["cells"][number]): ReadonlyArray<Cell> =>
    changedCells(a, b, room.width ?? around);
  return [
    {
      _tag: "Table",
      title: titled("changed", changed.length, total),
      columns: [...keys, "column", "A", "B"].map((title) => ({ title, align: "left" })),
      keys: keys.length + 1,
      rows: lines
        .slice(0, room.lines)
        .map(({ key, cell }) => [
          ...keys.map((name) => value(key[name], room)),
          Document.text(cell.column),
          ...pair(cell),
        ]),
    },
    ...more(lines.length, room),
  ];
};

const oneSidedTable = (
  what: string,
  total: number,
  list: ReadonlyArray<OneSidedRow>,
  room: Room,
): ReadonlyArray<Block> => {
  const [first] = list;
  if (first === undefined) return [];
  const names = Object.keys(first.row).slice(0, room.columns);
  const hasCopies = list.some(({ copies }) => copies > 1);
  const cells = (row: Row) => names.map((name) => value(row[name], room));
  return [
    {
      _tag: "Table",
      title: titled(what, list.length, total),
      columns: [
        ...names.map((title) => ({ title, align: "left" as const })),
        ...(hasCopies ? [{ title: "copies", align: "right" as const }] : []),
      ],
      rows: list
        .slice(0, room.lines)
        .map(({ row, copies }) => [...cells(row), ...(hasCopies ? [Document.count(copies)] : [])]),
    },
    ...more(list.length, room),
  ];
};

const more = (all: number, { lines }: Room): ReadonlyArray<Block> =>
  all <= lines ? [] : [{ _tag: "Paragraph", text: `${all - lines} more in the json report.` }];
