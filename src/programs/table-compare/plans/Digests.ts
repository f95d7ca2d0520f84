/** The statements over one side, for pairs that one statement cannot read together. */
import type { Target } from "../../../scan/Target.ts";
import type { Dialect } from "../../../sql/Dialect.ts";
import { empty, integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import type { ComparedColumn } from "../columns/Columns.ts";
import { c, k, stored } from "./SideRows.ts";

/** One side of such a comparison. */
export interface SideRequest {
  readonly dialect: Dialect;
  readonly target: Target;
  readonly which: "a" | "b";
  readonly key: ReadonlyArray<ComparedColumn>;
  readonly compared: ReadonlyArray<ComparedColumn>;
  readonly buckets: number;
}

/** Whether both engines can convert the column's values to the same text. */
export const isCanonical = (
  dialects: { readonly a: Dialect; readonly b: Dialect },
  { a, b, as }: ComparedColumn,
): boolean =>
  dialects.a.rows.canonical(word("x"), a, as) !== undefined &&
  dialects.b.rows.canonical(word("x"), b, as) !== undefined;

/** Rows with the MD5 of the key's text (without a key, of the row's text) and of the row's text. */
const digested = (request: SideRequest): Sql => {
  const { dialect, target, which, key, compared } = request;
  const { rows } = dialect;
  const named = [
    ...key.map((column, i) => [k(i), column] as const),
    ...compared.map((column, i) => [c(i), column] as const),
  ];
  const raw = named.map(([alias, column]) => sql`${stored(dialect, column, which)} AS ${alias}`);
  const inner = sql`SELECT ${join(raw, ", ")} FROM ${target.from}${target.where === undefined ? empty : sql`\nWHERE ${target.where}`}`;
  const text = (columns: typeof named) =>
    rows.concat(
      columns.flatMap(([alias, column]) => rows.canonical(sql`s.${alias}`, column[which], column.as) ?? []),
    );
  const rowText = rows.md5(text(named));
  if (key.length === 0)
    return sql`SELECT r.rm AS km, r.* FROM (SELECT ${rowText} AS rm, s.* FROM (${inner}) AS s) AS r`;
  const keyText = rows.md5(text(named.slice(0, key.length)));
  return sql`SELECT ${keyText} AS km, ${rowText} AS rm, s.* FROM (${inner}) AS s`;
};

const bucketed = (request: SideRequest): Sql => {
  const { dialect, buckets } = request;
  const { rows } = dialect;
  return sql`SELECT d.*, ${rows.remainder(rows.slice(sql`d.km`, 1), buckets)} AS bucket FROM (${digested(request)}) AS d`;
};

/** One row per bucket: its number of rows, and two sums of their hashes. */
export const bucketSums = (request: SideRequest): Sql => {
  const { rows } = request.dialect;
  const total = (which: 0 | 1) => rows.sumOfSlices(rows.slice(sql`t.rm`, which));
  return sql`SELECT t.bucket AS bucket, COUNT(*) AS n, ${total(0)} AS s0, ${total(1)} AS s1
FROM (${bucketed(request)}) AS t GROUP BY t.bucket ORDER BY bucket`;
};

/** Buckets that are split into parts by the digest of the row; rows of a key can be in several parts. */
export interface Cut {
  readonly buckets: ReadonlyArray<number>;
  readonly parts: number;
}

const partOf = ({ dialect: { rows } }: SideRequest, { parts }: Cut): Sql =>
  rows.remainder(rows.slice(sql`t.rm`, 0), parts);

/** One row per part of a bucket: its number of rows, and two sums of their hashes. */
export const partSums = (request: SideRequest, cut: Cut): Sql => {
  const { rows } = request.dialect;
  const total = (which: 0 | 1) => rows.sumOfSlices(rows.slice(sql`t.rm`, which));
  return sql`SELECT t.bucket AS bucket, ${partOf(request, cut)} AS part, COUNT(*) AS n, ${total(0)} AS s0, ${total(1)} AS s1
FROM (${bucketed(request)}) AS t WHERE t.bucket IN (${join(cut.buckets.map(integer), ", ")}) GROUP BY bucket, part ORDER BY bucket, part`;
};

/** Whole buckets, and parts of others. */
export interface Wanted {
  readonly buckets: ReadonlyArray<number>;
  readonly cut?: Cut;
  readonly parts?: ReadonlyArray<{ readonly bucket: number; readonly part: number }>;
}

const isWanted = (request: SideRequest, { buckets, cut, parts = [] }: Wanted): Sql => {
  const byBucket = Map.groupBy(parts, ({ bucket }) => bucket);
  return join(
    [
      ...(buckets.length === 0 ? [] : [sql`t.bucket IN (${join(buckets.map(integer), ", ")})`]),
      ...(cut === undefined
        ? []
        : [...byBucket].map(
            ([bucket, list]) =>
              sql`(t.bucket = ${integer(bucket)} AND ${partOf(request, cut)} IN (${join(
                list.map(({ part }) => integer(part)),
                ", ",
              )}))`,
          )),
    ],
    " OR ",
  );
};

/** The bucket of a fetched row, computed like in the statements. */
export const bucketOf = (km: string, buckets: number): number =>
  Number(BigInt(`0x${km.slice(15, 30)}`) % BigInt(buckets));

/** The wanted rows, each as JSON text, with the digests and values of some columns. */
export const bucketRows = (
  request: SideRequest,
  wanted: Wanted,
  shows: boolean,
  numbers = request.compared.map((_, i) => i),
): Sql => {
  const { dialect, which, key, compared } = request;
  const { rows } = dialect;
  const shown = (alias: Sql, column: ComparedColumn) =>
    rows.shown(rows.comparable(sql`t.${alias}`, column[which], column.as), column.as);
  const brief = numbers.map((i) =>
    rows.brief(rows.canonical(sql`t.${c(i)}`, compared[i]![which], compared[i]!.as) ?? sql`''`),
  );
  const list = (texts: ReadonlyArray<Sql>) => dialect.array(texts);
  const text = dialect.toJson(
    dialect.struct([
      ["km", sql`t.km`],
      ["rm", sql`t.rm`],
      ...(brief.length === 0 ? [] : [["d", list(brief)] as const]),
      ...(shows && key.length > 0 ? [["k", list(key.map((column, i) => shown(k(i), column)))] as const] : []),
      ...(shows && numbers.length > 0
        ? [["v", list(numbers.map((i) => shown(c(i), compared[i]!)))] as const]
        : []),
    ]),
  );
  return sql`SELECT ${text} AS row_text FROM (${bucketed(request)}) AS t
WHERE ${isWanted(request, wanted)}`;
};

/** Counts the side's rows. */
export const rowCount = ({ target }: Pick<SideRequest, "target">): Sql =>
  sql`SELECT COUNT(*) AS n FROM ${target.from}${target.where === undefined ? empty : sql`\nWHERE ${target.where}`}`;

/** Counts the keys that occur more than once. */
export const repeatedKeys = (request: SideRequest): Sql =>
  sql`SELECT COUNT(*) AS n FROM (SELECT t.km AS km FROM (${digested({ ...request, compared: [] })}) AS t GROUP BY t.km HAVING COUNT(*) > 1) AS r`;
