/** One side's rows in a statement: key columns k0 …, compared columns c0 …, in comparable form. */
import type { Target } from "../../../scan/Target.ts";
import { rowAlias } from "../../../scan/Target.ts";
import type { Dialect } from "../../../sql/Dialect.ts";
import { type Entry, isNested } from "../../../sql/RowDialect.ts";
import { empty, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import type { ComparedColumn } from "../columns/Columns.ts";

/** The input of a statement over both sides. */
export interface RowsRequest {
  readonly dialect: Dialect;
  readonly a: Target;
  readonly b: Target;
  readonly key: ReadonlyArray<ComparedColumn>;
  readonly compared: ReadonlyArray<ComparedColumn>;
  /** The number of examples of each kind; 0 for none. */
  readonly examples: number;
  /** Changed rows come with the number by which they are ordered, so that those of several statements can be joined. */
  readonly ordered?: true;
  /** The number of joined rows, if the statement has to identify the changed ones by bits; for the local engine. */
  readonly joined?: number;
  /** Columns that are only shown: they never differ. */
  readonly uncounted?: ReadonlySet<ComparedColumn>;
  /** A condition on the key columns. */
  readonly keys?: Sql;
}

export const k = (i: number): Sql => word(`k${i}`);
export const c = (i: number): Sql => word(`c${i}`);

/** A column of a row as stored. */
export const stored = (dialect: Dialect, column: ComparedColumn, which: "a" | "b", row = rowAlias): Sql =>
  column.empty === which ? dialect.nullOf(column[which]) : dialect.field(row, column[which]);

/** Long names occur once in the text; expressions use their aliases. `number` is selected as `nth`. */
export const side = (request: RowsRequest, which: "a" | "b", number?: Sql): Sql => {
  const { dialect, key, compared } = request;
  const target = request[which];
  const named = [
    ...key.map((column, i) => [k(i), column] as const),
    ...compared.map((column, i) => [c(i), column] as const),
  ];
  const raw = named.map(([alias, column]) => sql`${stored(dialect, column, which)} AS ${alias}`);
  if (number !== undefined) raw.push(sql`${number} AS nth`);
  const inner = sql`SELECT ${raw.length === 0 ? sql`1 AS nothing` : join(raw, ", ")} FROM ${target.from}${
    target.where === undefined ? empty : sql`\nWHERE ${target.where}`
  }`;
  const comparable = named.map(([alias, { [which]: own, as }]) => {
    const x = dialect.rows.comparable(isNested(as) ? sql`s.${alias}` : alias, own, as);
    return sql`${x} AS ${alias}`;
  });
  if (number !== undefined) comparable.push(word("nth"));
  const rows = sql`SELECT ${comparable.length === 0 ? sql`1 AS nothing` : join(comparable, ", ")} FROM (${inner}) AS s`;
  return request.keys === undefined ? rows : sql`SELECT * FROM (${rows}) WHERE ${request.keys}`;
};

export const keyEntries = ({ key }: RowsRequest, of = empty): ReadonlyArray<Entry> =>
  key.map((_, i) => [`k${i}`, sql`${of}${k(i)}`]);

export const columnEntries = ({ compared }: RowsRequest, of = empty): ReadonlyArray<Entry> =>
  compared.map((_, i) => [`c${i}`, sql`${of}${c(i)}`]);
