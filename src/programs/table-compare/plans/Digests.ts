/** The statements over one side alone, for pairs that no statement reaches together. */
import { rowAlias, type Target } from "../../../scan/Target.ts";
import type { Dialect } from "../../../sql/Dialect.ts";
import { empty, integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import type { ComparedColumn } from "../Columns.ts";
import { c, k } from "./SideRows.ts";

/** One side's part of such a comparison. */
export interface SideRequest {
  readonly dialect: Dialect;
  readonly target: Target;
  readonly which: "a" | "b";
  readonly key: ReadonlyArray<ComparedColumn>;
  readonly compared: ReadonlyArray<ComparedColumn>;
  readonly buckets: number;
}

/** Whether both engines can write the column's values as the same text. */
export const isCanonical = (
  dialects: { readonly a: Dialect; readonly b: Dialect },
  { a, b, as }: ComparedColumn,
): boolean =>
  dialects.a.rows.canonical(word("x"), a, as) !== undefined &&
  dialects.b.rows.canonical(word("x"), b, as) !== undefined;

/** Rows with the MD5 of the key's text, or of the row's where there is no key, and of the row's text. */
const digested = (request: SideRequest): Sql => {
  const { dialect, target, which, key, compared } = request;
  const { rows } = dialect;
  const named = [
    ...key.map((column, i) => [k(i), column] as const),
    ...compared.map((column, i) => [c(i), column] as const),
  ];
  const raw = named.map(([alias, column]) => sql`${dialect.field(rowAlias, column[which])} AS ${alias}`);
  const inner = sql`SELECT ${join(raw, ", ")} FROM ${target.from}${target.where === undefined ? empty : sql`\nWHERE ${target.where}`}`;
  const text = (columns: typeof named) =>
    rows.concat(
      columns.flatMap(([alias, column]) => rows.canonical(sql`s.${alias}`, column[which], column.as) ?? []),
    );
  const rowText = rows.md5(text(named));
  const keyText = key.length === 0 ? rowText : rows.md5(text(named.slice(0, key.length)));
  return sql`SELECT ${keyText} AS km, ${rowText} AS rm, s.* FROM (${inner}) AS s`;
};

const bucketed = (request: SideRequest): Sql => {
  const { dialect, buckets } = request;
  const { rows } = dialect;
  return sql`SELECT d.*, ${rows.remainder(rows.slice(sql`d.km`, 1), buckets)} AS bucket FROM (${digested(request)}) AS d`;
};

/** One row a bucket: how many rows it has, and two sums of hashes of them. */
export const bucketSums = (request: SideRequest): Sql => {
  const { rows } = request.dialect;
  const total = (which: 0 | 1) => rows.sumOfSlices(rows.slice(sql`t.rm`, which));
  return sql`SELECT t.bucket AS bucket, COUNT(*) AS n, ${total(0)} AS s0, ${total(1)} AS s1
FROM (${bucketed(request)}) AS t GROUP BY t.bucket ORDER BY bucket`;
};

/** The rows of some buckets, as a JSON text each. */
export const bucketRows = (request: SideRequest, buckets: ReadonlyArray<number>, shows: boolean): Sql => {
  const { dialect, which, key, compared } = request;
  const { rows } = dialect;
  const shown = (alias: Sql, column: ComparedColumn) =>
    rows.shown(rows.comparable(sql`t.${alias}`, column[which], column.as), column.as);
  const brief = compared.map((column, i) =>
    rows.brief(rows.canonical(sql`t.${c(i)}`, column[which], column.as) ?? sql`''`),
  );
  const list = (texts: ReadonlyArray<Sql>) => dialect.array(texts);
  const text = dialect.toJson(
    dialect.struct([
      ["km", sql`t.km`],
      ["rm", sql`t.rm`],
      ...(brief.length === 0 ? [] : [["d", list(brief)] as const]),
      ...(shows && key.length > 0 ? [["k", list(key.map((column, i) => shown(k(i), column)))] as const] : []),
      ...(shows && compared.length > 0
        ? [["v", list(compared.map((column, i) => shown(c(i), column)))] as const]
        : []),
    ]),
  );
  return sql`SELECT ${text} AS row_text FROM (${bucketed(request)}) AS t
WHERE t.bucket IN (${join(buckets.map(integer), ", ")})`;
};

/** The side's rows, counted alone. */
export const rowCount = ({ target }: Pick<SideRequest, "target">): Sql =>
  sql`SELECT COUNT(*) AS n FROM ${target.from}${target.where === undefined ? empty : sql`\nWHERE ${target.where}`}`;
