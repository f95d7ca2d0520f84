/** Answers bq-table-compare's statements by comparing the contents of two tables, row by row. */
import type { Cell, Content } from "./content.ts";
import type { Query } from "./script.ts";
import { repeated, type Side } from "./statement.ts";

type Row = ReadonlyArray<Cell>;

/** A side's rows as key and compared columns; undefined for unknown columns. */
const rowsOf = ({ columns }: Side, content: Content) => {
  const named = (kind: "k" | "c") =>
    [...columns].flatMap(([alias, name]) => (alias.startsWith(kind) ? [content.columns.get(name)] : []));
  const [key, compared] = [named("k"), named("c")];
  if ([...key, ...compared].includes(undefined)) return undefined;
  const cells = (of: typeof key, row: number): Row => of.map((column) => column?.cells[row] ?? null);
  return Array.from({ length: content.rows }, (_, i) => ({ key: cells(key, i), row: cells(compared, i) }));
};

type Rows = NonNullable<ReturnType<typeof rowsOf>>;

/** Rows of one side that the other lacks or has less often. */
const leftOver = (rows: Rows, others: Rows): Rows => {
  const counts = new Map<string, number>();
  for (const other of others) {
    const text = JSON.stringify(other);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return rows.filter((one) => {
    const text = JSON.stringify(one);
    const count = counts.get(text) ?? 0;
    counts.set(text, count - 1);
    return count <= 0;
  });
};

const integers = (totals: Readonly<Record<string, number>>) => ({
  fields: Object.keys(totals).map((name) => ({ name, type: "INTEGER", mode: "NULLABLE" })),
  cells: Object.values(totals).map(String),
});

const lists = (named: Readonly<Record<string, ReadonlyArray<unknown>>>) => ({
  fields: Object.keys(named).map((name) => ({ name, type: "STRING", mode: "REPEATED" })),
  cells: Object.values(named).map((values) => repeated(values.map((value) => JSON.stringify(value)))),
});

/** The columns whose values are all in the examples. */
const told = (sql: string): ReadonlyArray<number> => {
  const list = /AS `c`, \[(.*?)\] AS `a`/s.exec(sql)?.[1] ?? "";
  return [...list.matchAll(/\bxa\.c(\d+)/g)].map(([, index]) => Number(index));
};

/** The number of keys that one side has more than once. */
const keysMoreThanOnce = (...sides: ReadonlyArray<Rows>): number => {
  const found = new Set<string>();
  for (const rows of sides) {
    const seen = new Set<string>();
    for (const { key } of rows) {
      const text = JSON.stringify(key);
      if (seen.has(text)) found.add(text);
      seen.add(text);
    }
  }
  return found.size;
};

/** The differences when unmatched rows of a key are paired in order. */
const withKey = (sql: string, a: Rows, b: Rows): Query => {
  const [onlyA, onlyB] = [leftOver(a, b), leftOver(b, a)];
  const changed: Array<{ readonly key: Row; readonly a: Row; readonly b: Row }> = [];
  const unpaired = [...onlyB];
  const alone = onlyA.filter(({ key, row }) => {
    const at = unpaired.findIndex((other) => JSON.stringify(other.key) === JSON.stringify(key));
    const [other] = at < 0 ? [] : unpaired.splice(at, 1);
    if (other !== undefined) changed.push({ key, a: row, b: other.row });
    return other === undefined;
  });
  const limit = Number(/LIMIT (\d+)\), \[\]\) AS only_b_rows/.exec(sql)?.[1] ?? 0);
  const shown = told(sql);
  const width = (a[0] ?? b[0])?.row.length ?? 0;
  const indexes = Array.from({ length: width }, (_, i) => i);
  const totals = integers({
    rows_a: a.length, rows_b: b.length, same: a.length - onlyA.length, changed: changed.length, only_a: alone.length,
    only_b: unpaired.length, ambiguous: 0, repeated: keysMoreThanOnce(a, b), capped: 0,
  }); // biome-ignore format: one list
  const counts = indexes.map((i) => String(changed.filter((one) => one.a[i] !== one.b[i]).length));
  const examples = lists(
    limit === 0
      ? {}
      : {
          changed_rows: changed.slice(0, limit).map((one) => ({
            k: one.key,
            c: indexes.flatMap((i) => (one.a[i] === one.b[i] ? [] : [{ i, a: one.a[i], b: one.b[i] }])),
            ...(shown.length === 0 ? {} : { a: shown.map((i) => one.a[i]), b: shown.map((i) => one.b[i]) }),
          })),
          only_a_rows: alone.slice(0, limit).map(({ key }) => ({ k: key })),
          only_b_rows: unpaired.slice(0, limit).map(({ key }) => ({ k: key })),
        },
  );
  return {
    fields: [...totals.fields, { name: "counts", type: "INTEGER", mode: "REPEATED" }, ...examples.fields],
    rows: [[...totals.cells, repeated(counts), ...examples.cells]],
  };
};

const copies = (rows: Rows) => {
  const counts = new Map<string, { n: number; readonly r: Row }>();
  for (const { row } of rows) {
    const text = JSON.stringify(row);
    const known = counts.get(text);
    if (known === undefined) counts.set(text, { n: 1, r: row });
    else known.n += 1;
  }
  return [...counts.values()];
};

const withoutKey = (sql: string, a: Rows, b: Rows): Query => {
  const [onlyA, onlyB] = [leftOver(a, b), leftOver(b, a)];
  const totals = integers({
    rows_a: a.length, rows_b: b.length, same: a.length - onlyA.length, only_a: onlyA.length, only_b: onlyB.length,
  }); // biome-ignore format: one list
  const limit = Number(/LIMIT (\d+)\), \[\]\) AS only_b_rows/.exec(sql)?.[1] ?? 0);
  const examples = lists(
    limit === 0
      ? {}
      : { only_a_rows: copies(onlyA).slice(0, limit), only_b_rows: copies(onlyB).slice(0, limit) },
  );
  return {
    fields: [...totals.fields, ...examples.fields],
    rows: [[...totals.cells, ...examples.cells]],
  };
};

export interface Compared {
  readonly side: Side;
  readonly content: Content;
}

/** The result row of a comparison's statement; undefined for unknown columns. */
export const compareAnswer = (sql: string, a: Compared, b: Compared): Query | undefined => {
  const [rowsA, rowsB] = [rowsOf(a.side, a.content), rowsOf(b.side, b.content)];
  if (rowsA === undefined || rowsB === undefined) return undefined;
  if (a.side.columns.size === 0) {
    const totals = integers({ rows_a: rowsA.length, rows_b: rowsB.length });
    return { fields: totals.fields, rows: [totals.cells] };
  }
  return a.side.columns.has("k0") ? withKey(sql, rowsA, rowsB) : withoutKey(sql, rowsA, rowsB);
};
