/** The content of a warehouse's tables: values are functions of the row number. */
import type { Json } from "./script.ts";

/** A cell as in statements and in REST; NULL is null. */
export type Cell = string | null;

export interface Column {
  readonly name: string;
  readonly type: "INTEGER" | "STRING" | "FLOAT" | "TIMESTAMP" | "BOOLEAN" | "DATE";
  readonly cells: ReadonlyArray<Cell>;
}

export interface Content {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
}

type Make = (row: number) => Cell;

const epochMs = Date.UTC(2024, 0, 1);

const first: ReadonlyArray<readonly [name: string, type: Column["type"], make: Make]> = [
  ["id", "INTEGER", (i) => String(i)],
  ["name", "STRING", (i) => (i % 50 === 7 ? null : `name ${i % 20}`)],
  ["amount", "FLOAT", (i) => String(((i * 37) % 1000) / 4 - 25)],
  ["at", "TIMESTAMP", (i) => `${epochMs + i * 60_000}000`],
];

/** The columns of wider tables, repeated. */
const more: ReadonlyArray<readonly [prefix: string, type: Column["type"], make: Make]> = [
  ["n", "INTEGER", (i) => String((i % 7) - 2)],
  ["s", "STRING", (i) => (i % 3 === 0 ? "" : "x".repeat(i % 11))],
  ["f", "FLOAT", (i) => (i % 10 === 0 ? null : String(i / 8))],
  ["b", "BOOLEAN", (i) => String(i % 4 === 0)],
  ["d", "DATE", (i) => new Date(epochMs + (i % 365) * 86_400_000).toISOString().slice(0, 10)],
];

const column = (name: string, type: Column["type"], make: Make, rows: number): Column => ({
  name,
  type,
  cells: Array.from({ length: rows }, (_, i) => make(i)),
});

/**
 * The number of columns and rows. A deviating table has another amount in its fourth row, and an additional column.
 */
export const makeContent = (width: number, rows: number, deviates: boolean): Content => {
  const columns = Array.from({ length: width }, (_, i) => {
    const [name, type, make] = first[i] ?? more[(i - first.length) % more.length]!;
    const changed: Make = (row) => (name === "amount" && row === 3 ? "999" : make(row));
    return column(i < first.length ? name : `${name}${i}`, type, deviates ? changed : make, rows);
  });
  if (deviates) columns.push(column("extra", "STRING", () => "more", rows));
  return { rows, columns: new Map(columns.map((one) => [one.name, one])) };
};

export const fieldsOf = ({ columns }: Content): ReadonlyArray<Json> =>
  [...columns.values()].map(({ name, type }) => ({
    name,
    type,
    mode: name === "id" ? "REQUIRED" : "NULLABLE",
  }));

/** The billed bytes of the column: its logical size. */
export const bytesOf = ({ type, cells }: Column): number => {
  if (type === "STRING") return cells.reduce((sum, cell) => sum + (cell === null ? 0 : 2 + cell.length), 0);
  return cells.filter((cell) => cell !== null).length * (type === "BOOLEAN" ? 1 : 8);
};

/** Rows for tabledata.list. */
export const rowsOf = ({ rows, columns }: Content): ReadonlyArray<ReadonlyArray<Cell>> => {
  const all = [...columns.values()];
  return Array.from({ length: rows }, (_, i) => all.map(({ cells }) => cells[i] ?? null));
};
