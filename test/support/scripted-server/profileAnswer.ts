/** Answers bq-profile's statement from a table's content: the requested aggregates, by name. */
import type { Cell, Column, Content } from "./content.ts";
import type { Query } from "./script.ts";
import { repeated, type Side } from "./statement.ts";

interface Asked {
  /** The number of values requested from APPROX_TOP_COUNT. */
  readonly top: number;
}

type Aggregate = (column: Column, present: ReadonlyArray<string>, asked: Asked) => unknown;

const isNumber = ({ type }: Column): boolean => type === "INTEGER" || type === "FLOAT";

const byValue = (column: Column) => (a: string, b: string) =>
  isNumber(column) || column.type === "TIMESTAMP" ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;

const sorted = (column: Column, present: ReadonlyArray<string>) => [...present].sort(byValue(column));

const mean = (numbers: ReadonlyArray<number>): number | null =>
  numbers.length === 0 ? null : numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

const deviation = (numbers: ReadonlyArray<number>): number | null => {
  const middle = mean(numbers);
  if (middle === null || numbers.length < 2) return null;
  return Math.sqrt(numbers.reduce((sum, n) => sum + (n - middle) ** 2, 0) / (numbers.length - 1));
};

const least: Aggregate = (column, present) => sorted(column, present)[0] ?? null;
const greatest: Aggregate = (column, present) => sorted(column, present).at(-1) ?? null;

const matching =
  (test: (value: string) => boolean): Aggregate =>
  (_, present) =>
    present.filter(test).length;

/** Like APPROX_TOP_COUNT: includes NULL. A BOOL stays a boolean in JSON. */
const top: Aggregate = ({ type, cells }, _, asked) => {
  const counts = new Map<Cell, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, asked.top)
    .map(([value, count]) => ({
      value: type === "BOOLEAN" && value !== null ? value === "true" : value,
      count,
    }));
};

const percentiles: Aggregate = (column, present) => {
  const all = sorted(column, present);
  if (all.length === 0) return [];
  return Array.from({ length: 101 }, (_, i) => all[Math.round((i / 100) * (all.length - 1))]);
};

const lengths = (present: ReadonlyArray<string>) => present.map((text) => [...text].length);
const most = (numbers: ReadonlyArray<number>) => numbers.reduce((a, b) => Math.max(a, b), -Infinity);
const fewest = (numbers: ReadonlyArray<number>) => numbers.reduce((a, b) => Math.min(a, b), Infinity);

const aggregates: Readonly<Record<string, Aggregate>> = {
  present: (_, present) => present.length,
  distinct: (_, present) => new Set(present).size,
  min: least,
  max: greatest,
  earliest: least,
  latest: greatest,
  huge: matching((value) => Math.abs(Number(value)) >= 1e150),
  mean: (_, present) => mean(present.map(Number)),
  stddev: (_, present) => deviation(present.map(Number)),
  quantiles: percentiles,
  zeros: matching((value) => Number(value) === 0),
  negatives: matching((value) => Number(value) < 0),
  nan: () => 0,
  infinities: () => 0,
  lengthMin: (_, present) => (present.length === 0 ? null : fewest(lengths(present))),
  lengthMean: (_, present) => mean(lengths(present)),
  lengthMax: (_, present) => (present.length === 0 ? null : most(lengths(present))),
  empty: matching((value) => value === ""),
  blank: matching((value) => value !== "" && value.trim() === ""),
  padded: matching((value) => value !== value.trim()),
  true: matching((value) => value === "true"),
  false: matching((value) => value === "false"),
  top,
};

/** A profile's text of one column; undefined for unknown aggregates. */
const profileOf = (column: Column, names: ReadonlyArray<string>, asked: Asked): string | undefined => {
  const present = column.cells.filter((cell) => cell !== null);
  const entries = names.map((name) => [name, aggregates[name]?.(column, present, asked)] as const);
  return entries.some(([, value]) => value === undefined)
    ? undefined
    : JSON.stringify(Object.fromEntries(entries));
};

/** The result row of a profile's statement; undefined for unknown aggregates. */
export const profileAnswer = (sql: string, { columns }: Side, content: Content): Query | undefined => {
  const asked: Asked = { top: Number(/APPROX_TOP_COUNT\(.*, (\d+)\) AS c\d+_top/.exec(sql)?.[1] ?? 0) };
  const names = new Map<string, Array<string>>();
  for (const [, alias, name] of sql.matchAll(/ AS (c\d+)_(\w+)/g))
    names.set(alias!, [...(names.get(alias!) ?? []), name!]);
  const profiles = [...columns].map(([alias, name]) => {
    const column = content.columns.get(name);
    return column && profileOf(column, names.get(alias) ?? [], asked);
  });
  if (profiles.length === 0 || profiles.some((text) => text === undefined)) return undefined;
  return {
    fields: [
      { name: "counts", type: "INTEGER", mode: "REPEATED" },
      { name: "profiles", type: "STRING", mode: "REPEATED" },
    ],
    rows: [[repeated([String(content.rows)]), repeated(profiles.map((text) => text ?? null))]],
  };
};
