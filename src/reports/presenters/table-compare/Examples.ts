/** Example rows of a comparison: a line per row in brief form, a block per row on a page. */

import * as Format from "../../../domain/Format.ts";
import { cut } from "../../../domain/Phrases.ts";
import type { Row } from "../../../domain/Value.ts";
import type { ChangedRow, Comparison, OneSidedRow } from "../../../programs/table-compare/Comparison.ts";
import type { Block, Cell, Span } from "../../Document.ts";
import * as Document from "../../Document.ts";
import type { ChangedRows } from "../../Drawing.ts";
import { changedCells, isNumeric, text } from "./ChangedCells.ts";

/** The amount of examples to show. */
interface Room {
  readonly rows: number;
  readonly columns: number;
  /** Maximum characters of a value; null leaves it to the renderer. */
  readonly width: number | null;
}

/** The types of the compared columns, by name. */
type Types = ReadonlyMap<string, string>;

const least: Room = { rows: 5, columns: 12, width: 60 };
const little: Room = { rows: 20, columns: 12, width: 60 };
const ample: Room = { rows: 1000, columns: 100, width: null };

/** Short and brief: a line per row; with --full a line per changed value; on a page a block per row. */
export const examplesTables = ({ rows, compared }: Comparison): ReadonlyArray<Block> => {
  const examples = rows?.examples;
  if (rows === undefined || examples === undefined) return [];
  const types: Types = new Map(compared.columns.map((name, i) => [name, compared.types[i]!]));
  const at = <A>(room: Room, shape: (shown: Shown) => A): ReadonlyArray<A | Block> => [
    ...changedAs(shape, rows.changed ?? 0, examples.changed, room, types),
    ...oneSidedTable("only in A", rows.onlyA, examples.onlyA, room, types),
    ...oneSidedTable("only in B", rows.onlyB, examples.onlyB, room, types),
  ];
  return [
    {
      _tag: "Depths",
      short: at(least, changedLines),
      brief: at(little, changedLines),
      long: at(ample, changedTable),
      full: at(ample, changedBlocks),
    },
  ];
};

const value = (row: Row, name: string, { width }: Room, types: Types): Cell => {
  const of = row[name] ?? null;
  return Document.value(
    of === null ? null : cut(text(of, types.get(name)), width ?? Number.POSITIVE_INFINITY),
  );
};

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

/** The changed rows that are shown, with the title of their list. */
interface Shown {
  readonly title: string;
  readonly keys: ReadonlyArray<string>;
  readonly rows: ReadonlyArray<ChangedRow>;
  readonly room: Room;
  readonly types: Types;
}

const changedAs = <A>(
  shape: (shown: Shown) => A,
  total: number,
  changed: ReadonlyArray<ChangedRow>,
  room: Room,
  types: Types,
): ReadonlyArray<A | Block> => {
  const [first] = changed;
  if (first === undefined) return [];
  const rows = changed.slice(0, room.rows);
  const title = titled("changed", rows.length, total);
  return [
    shape({ title, keys: Object.keys(first.key), rows, room, types }),
    ...more(changed.length, total, room),
  ];
};

const changedTable = ({ title, rows, keys, room, types }: Shown): Block => ({
  _tag: "Table",
  title,
  columns: [...keys, "column", "A", "B"].map((title) => ({ title, align: "left" })),
  keys: keys.length + 1,
  rows: rows.flatMap(({ key, cells }) =>
    cells.map(({ column, a, b }) => [
      ...keys.map((name) => value(key, name, room, types)),
      Document.text(column),
      ...changedCells(a, b, room.width ?? around, types.get(column)),
    ]),
  ),
});

const changedBlocks = ({ title, rows, keys, room, types }: Shown): ChangedRows => ({
  _tag: "ChangedRows",
  title,
  keys,
  rows: rows.map(({ key, cells }) => ({
    key: keys.map((name) => value(key, name, room, types)),
    cells: cells.map(({ column, ...values }) => {
      const [a, b] = changedCells(values.a, values.b, around, types.get(column));
      return { column, a, b };
    }),
  })),
});

/** Changed values per line; the rest are counted. */
const mostCells = 4;

const changedLines = ({ title, rows, keys, room, types }: Shown): Block => ({
  _tag: "Table",
  title,
  columns: [...keys, "changes"].map((title) => ({ title, align: "left" })),
  keys: keys.length,
  rows: rows.map(({ key, cells }) => [
    ...keys.map((name) => value(key, name, room, types)),
    changesCell(cells, types),
  ]),
});

/** `price 150 → 150.25 · state closed → open`, with the changed parts marked. */
const changesCell = (cells: ChangedRow["cells"], types: Types): Cell => {
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
    const [left, right] = changedCells(a, b, width, types.get(column));
    line += `${line === "" ? "" : " · "}${column} `;
    append(left);
    line += " → ";
    append(right);
  }
  if (cells.length > mostCells) line += ` · and ${cells.length - mostCells} more`;
  return Document.value(line, changed.length === 0 ? {} : { changed });
};

const oneSidedTable = (
  what: string,
  total: number,
  list: ReadonlyArray<OneSidedRow>,
  room: Room,
  types: Types,
): ReadonlyArray<Block> => {
  const [first] = list;
  if (first === undefined) return [];
  const names = Object.keys(first.row).slice(0, room.columns);
  const shown = list.slice(0, room.rows);
  const hasCopies = list.some(({ copies }) => copies > 1);
  const cells = (row: Row) => names.map((name) => value(row, name, room, types));
  return [
    {
      _tag: "Table",
      title: titled(what, shown.length, total),
      columns: [
        ...names.map((title) => ({
          title,
          align: isNumeric(types.get(title)) ? ("right" as const) : ("left" as const),
        })),
        ...(hasCopies ? [{ title: "copies", align: "right" as const }] : []),
      ],
      rows: shown.map(({ row, copies }) => [...cells(row), ...(hasCopies ? [Document.count(copies)] : [])]),
    },
    ...more(list.length, total, room),
  ];
};
