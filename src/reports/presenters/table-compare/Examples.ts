/** Example rows of a comparison: a line per row in brief form, a block per row on a page. */

import * as Format from "../../../domain/Format.ts";
import { cut } from "../../../domain/Phrases.ts";
import type { Row, Value } from "../../../domain/Value.ts";
import type { ChangedRow, Comparison, OneSidedRow } from "../../../programs/table-compare/Comparison.ts";
import type { Block, Cell, Span } from "../../Document.ts";
import * as Document from "../../Document.ts";
import type { ChangedRows } from "../../Drawing.ts";
import { changedCells, text } from "./ChangedCells.ts";

/** The amount of examples to show. */
interface Room {
  readonly rows: number;
  readonly columns: number;
  /** Maximum characters of a value; null leaves it to the renderer. */
  readonly width: number | null;
}

const least: Room = { rows: 5, columns: 12, width: 60 };
const little: Room = { rows: 20, columns: 12, width: 60 };
const ample: Room = { rows: 1000, columns: 100, width: null };

/** Short and brief: a line per row; with --full a line per changed value; on a page a block per row. */
export const examplesTables = ({ rows }: Comparison): ReadonlyArray<Block> => {
  const examples = rows?.examples;
  if (rows === undefined || examples === undefined) return [];
  const at = <A>(room: Room, changed: ReadonlyArray<A>): ReadonlyArray<A | Block> => [
    ...changed,
    ...oneSidedTable("only in A", rows.onlyA, examples.onlyA, room),
    ...oneSidedTable("only in B", rows.onlyB, examples.onlyB, room),
  ];
  const total = rows.changed ?? 0;
  const lines = (room: Room) => at(room, changedLines(total, examples.changed, room));
  const cells = at(ample, changedTable(total, examples.changed, ample));
  const full = at(ample, changedBlocks(total, examples.changed, ample));
  return [{ _tag: "Depths", short: lines(least), brief: lines(little), long: cells, full }];
};

const value = (of: Value | undefined, { width }: Room): Cell =>
  Document.value(of === null || of === undefined ? null : cut(text(of), width ?? Number.POSITIVE_INFINITY));

/** Characters around the first difference of two values. */
const around = 600;

const titled = (what: string, shown: number, all: number): string =>
  shown < all ? `Rows ${what} (${Format.count(shown)} of ${Format.count(all)})` : `Rows ${what}`;

/** How to see more examples, or more rows in the report. */
const more = (found: number, all: number, room: Room): ReadonlyArray<Block> => {
  const ways = [
    ...(found > room.rows
      ? [room === ample ? "the json report has all" : `--full shows ${Format.count(found)}`]
      : []),
    ...(found < all ? ["--sample-size N keeps more in the report"] : []),
  ];
  return ways.length === 0 ? [] : [{ _tag: "Paragraph", text: `More: ${ways.join("; ")}.` }];
};

const changedTable = (
  total: number,
  changed: ReadonlyArray<ChangedRow>,
  room: Room,
): ReadonlyArray<Block> => {
  const [first] = changed;
  if (first === undefined) return [];
  const keys = Object.keys(first.key);
  const rows = changed.slice(0, room.rows);
  return [
    {
      _tag: "Table",
      title: titled("changed", rows.length, total),
      columns: [...keys, "column", "A", "B"].map((title) => ({ title, align: "left" })),
      keys: keys.length + 1,
      rows: rows.flatMap(({ key, cells }) =>
        cells.map(({ column, a, b }) => [
          ...keys.map((name) => value(key[name], room)),
          Document.text(column),
          ...changedCells(a, b, room.width ?? around),
        ]),
      ),
    },
    ...more(changed.length, total, room),
  ];
};

const changedBlocks = (
  total: number,
  changed: ReadonlyArray<ChangedRow>,
  room: Room,
): ReadonlyArray<Block | ChangedRows> => {
  const [first] = changed;
  if (first === undefined) return [];
  const keys = Object.keys(first.key);
  const rows = changed.slice(0, room.rows);
  return [
    {
      _tag: "ChangedRows",
      title: titled("changed", rows.length, total),
      keys,
      rows: rows.map(({ key, cells }) => ({
        key: keys.map((name) => value(key[name], room)),
        cells: cells.map(({ column, ...values }) => {
          const [a, b] = changedCells(values.a, values.b, around);
          return { column, a, b };
        }),
      })),
    },
    ...more(changed.length, total, room),
  ];
};

/** Changed values per line; the rest are counted. */
const mostCells = 4;

const changedLines = (
  total: number,
  changed: ReadonlyArray<ChangedRow>,
  room: Room,
): ReadonlyArray<Block> => {
  const [first] = changed;
  if (first === undefined) return [];
  const keys = Object.keys(first.key);
  const rows = changed.slice(0, room.rows);
  return [
    {
      _tag: "Table",
      title: titled("changed", rows.length, total),
      columns: [...keys, "changes"].map((title) => ({ title, align: "left" })),
      keys: keys.length,
      rows: rows.map(({ key, cells }) => [...keys.map((name) => value(key[name], room)), changesCell(cells)]),
    },
    ...more(changed.length, total, room),
  ];
};

/** `price 150 → 150.25 · state closed → open`, with the changed parts marked. */
const changesCell = (cells: ChangedRow["cells"]): Cell => {
  let line = "";
  const changed: Array<Span> = [];
  const append = (cell: Cell): void => {
    if (cell._tag !== "Value") return;
    const text = cell.text ?? "NULL";
    for (const { from, to } of cell.changed ?? [])
      changed.push({ from: line.length + from, to: line.length + to });
    line += text === "" ? '""' : text;
  };
  const width = cells.length > 1 ? 30 : 60;
  for (const { column, a, b } of cells.slice(0, mostCells)) {
    const [left, right] = changedCells(a, b, width);
    line += `${line === "" ? "" : " · "}${column} `;
    append(left);
    line += " → ";
    append(right);
  }
  if (cells.length > mostCells) line += ` · and ${cells.length - mostCells} more`;
  return Document.value(line, changed.length === 0 ? {} : { changed });
};

/** Numbers are right-aligned. */
const alignOf = (values: ReadonlyArray<Value | undefined>): "left" | "right" => {
  const known = values.filter((one) => one != null);
  return known.length > 0 && known.every((one) => typeof one === "number") ? "right" : "left";
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
  const shown = list.slice(0, room.rows);
  const hasCopies = list.some(({ copies }) => copies > 1);
  const cells = (row: Row) => names.map((name) => value(row[name], room));
  return [
    {
      _tag: "Table",
      title: titled(what, shown.length, total),
      columns: [
        ...names.map((title) => ({ title, align: alignOf(shown.map(({ row }) => row[title])) })),
        ...(hasCopies ? [{ title: "copies", align: "right" as const }] : []),
      ],
      rows: shown.map(({ row, copies }) => [...cells(row), ...(hasCopies ? [Document.count(copies)] : [])]),
    },
    ...more(list.length, total, room),
  ];
};
