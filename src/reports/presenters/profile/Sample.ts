/** Presents sample rows: complete, or truncated for text. */

import * as Format from "../../../domain/Format.ts";
import { counted, cut } from "../../../domain/Phrases.ts";
import type { Row } from "../../../domain/Value.ts";
import { shown } from "../../../domain/Value.ts";
import type { Profile } from "../../../programs/profile/Profile.ts";
import { columnKind } from "../../../programs/profile/ReportedColumn.ts";
import type { Kind } from "../../../scan/Kind.ts";
import type { Block } from "../../Document.ts";
import * as Document from "../../Document.ts";
import { blocksOf, tableOf } from "./TableOfColumns.ts";

/** With more columns than this, rows are shown vertically, and fewer of them. */
const manyColumns = 10;
const fewRows = 3;
const widest = 40;

type Kinds = ReadonlyMap<string, Kind | "json">;

/** Numbers keep every digit, with the separators that all numbers have; JSON keeps the quotes of its strings. */
const cell = (row: Row, name: string, kinds: Kinds, most = widest) => {
  // A column may be called `toString`.
  const value = Object.hasOwn(row, name) ? (row[name] ?? null) : null;
  if (value !== null && kinds.get(name) === "json") return Document.value(cut(JSON.stringify(value), most));
  const isNumber = kinds.get(name) === "number" && (typeof value === "number" || typeof value === "string");
  if (isNumber) return Document.value(Format.digits(value));
  return Document.value(value === null ? null : cut(shown(value), most));
};

/** The sample rows, folded, with all values if there is room. */
export const sampleRows = ({ sample, columns }: Profile): ReadonlyArray<Block> => {
  const kinds: Kinds = new Map(
    columns.map((column) => [column.name, column.type === "JSON" ? "json" : columnKind(column)]),
  );
  if (sample === undefined || sample.length === 0) return [];
  const names = [...new Set(sample.flatMap((row) => Object.keys(row)))];
  const whole: Block = {
    _tag: "Table",
    columns: names.map((title) => ({ title, align: kinds.get(title) === "number" ? "right" : "left" })),
    rows: sample.map((row) => names.map((name) => cell(row, name, kinds, Number.POSITIVE_INFINITY))),
  };
  const section = (blocks: ReadonlyArray<Block>): ReadonlyArray<Block> => [
    { _tag: "Section", title: "Sample rows", folded: true, blocks },
  ];
  return [
    {
      _tag: "Depths",
      short: [],
      brief: section(rowsTable(sample, names, kinds, fewRows)),
      long: section(rowsTable(sample, names, kinds, sample.length)),
      full: section([whole]),
    },
  ];
};

/** The rows as a table, transposed for many columns. */
const rowsTable = (
  sample: NonNullable<Profile["sample"]>,
  names: ReadonlyArray<string>,
  kinds: Kinds,
  most: number,
): ReadonlyArray<Block> => {
  if (names.length <= manyColumns) {
    return blocksOf([
      tableOf(
        undefined,
        sample,
        names.map((name) => ({ title: name, cell: (row) => cell(row, name, kinds) })),
      ),
    ]);
  }
  const rows = sample.slice(0, most);
  return blocksOf([
    tableOf(undefined, names, [
      { title: "Column", cell: (name) => Document.text(name, "strong") },
      ...rows.map((row, i) => ({ title: `Row ${i + 1}`, cell: (name: string) => cell(row, name, kinds) })),
    ]),
    sample.length > most
      ? { _tag: "Paragraph", text: `--full shows ${counted(sample.length - most, "more row")}.` }
      : undefined,
  ]);
};
