/**
 * Open keys have several rows, with unmatched ones on both sides: with a tolerance, they can be paired in several
 * ways. The statement returns the rows of open keys as text, so that the best pairing can be chosen outside.
 */
import type { Field } from "../../../domain/TableSchema.ts";
import { isCompared } from "../../../sql/RowDialect.ts";
import { integer, type Sql, sql, word } from "../../../sql/Sql.ts";
import { sweepColumn } from "../pairing/Closeness.ts";
import { c, k, type RowsRequest } from "./SideRows.ts";
import { cutText } from "./SummaryStatement.ts";

/**
 * A class of keys by their maximum number of rows on a side, and the maximum number of such keys that are returned.
 */
export interface Tier {
  readonly rows: number;
  readonly keys: number;
}

/** The maximum rows per side for an optimal pairing, which takes cubic time. */
export const mostAssigned = 100;

/** Whether the column's texts can be long, so that a digest identifies them. */
export const isLong = (as: Field): boolean =>
  as.type === "STRING" || as.type === "BYTES" || isCompared(as) === "asText";

/** With more columns, the statement would exceed 1 MB. */
const mostColumns = 500;

/** Maximum characters of an example's value in network results. */
const shortText = 60;

export const hasTolerance = ({ compared }: Pick<RowsRequest, "compared">): boolean =>
  compared.some(({ tolerance }) => tolerance !== undefined);

/** Keys by size, to bound the size of the result. */
export const tiersOf = (request: RowsRequest): ReadonlyArray<Tier> => {
  const { compared, dialect } = request;
  if (!hasTolerance(request) || compared.length > mostColumns) return [];
  const characters = compared.reduce((sum, { as }) => sum + (isLong(as) ? 40 + shortText : 24), 40);
  const budget = dialect.scansAreFree ? 50_000_000 : 2_000_000;
  const sweeps = sweepColumn(compared) !== undefined;
  const large = Math.floor(budget / characters / 8);
  return [4, 32, mostAssigned, ...(sweeps && large > mostAssigned ? [Math.min(100_000, large)] : [])].flatMap(
    (rows): ReadonlyArray<Tier> => {
      const keys = Math.min(10_000, Math.floor(budget / characters / rows / 2));
      return keys === 0 ? [] : [{ rows, keys }];
    },
  );
};

/** The maximum rows of a key and side that are returned. */
export const mostRows = (tiers: ReadonlyArray<Tier>): number => tiers.at(-1)?.rows ?? 0;

/** The key and its rows, from the list `list` of STRUCT<a, b, r>. */
const openText = (request: RowsRequest, list: Sql): Sql => {
  const { dialect, key, compared, examples } = request;
  const { rows } = dialect;
  const texts = (of: (x: Sql, as: Field, i: number) => ReadonlyArray<Sql>) =>
    dialect.array(compared.flatMap(({ as }, i) => of(sql`e.r.${c(i)}`, as, i)));
  const shown = (x: Sql, as: Field) =>
    dialect.scansAreFree ? rows.shown(x, as) : cutText(dialect, x, as, shortText);
  const hasLong = examples > 0 && compared.some(({ as }) => isLong(as));
  const row = dialect.struct([
    ["a", sql`e.a`],
    ["b", sql`e.b`],
    ["i", texts((x, as) => [isLong(as) ? rows.md5(x) : rows.shown(x, as)])],
    ...(hasLong ? [["v", texts((x, as) => (isLong(as) ? [shown(x, as)] : []))] as const] : []),
  ]);
  return dialect.toJson(
    dialect.struct([
      ["k", dialect.array(key.map((column, i) => rows.shown(k(i), column.as)))],
      ["r", rows.map(list, row)],
    ]),
  );
};

/** Up to this many rows per side, a key is returned only if its pairing in order has differences. */
const mostFiltered = 32;

/** The columns that `openLists` needs: the rows of an open key with each of its pairs, or with the first. */
export const openColumns = (tiers: ReadonlyArray<Tier>, { dialect }: RowsRequest): Sql => {
  const size = sql`GREATEST(na, nb)`;
  const isOpen = sql`LEAST(la, lb) > 0 AND ${size} BETWEEN 2 AND ${integer(mostRows(tiers))} AND (o = 0 OR ${size} <= ${integer(mostFiltered)})`;
  return sql`${size} AS open_size, ${dialect.if(isOpen, word("rr"))} AS open_rows`;
};

/**
 * The relation `from` with the text of each open key. A key with several differing pairs can be listed repeatedly.
 */
export const withTexts = (request: RowsRequest, from: Sql): Sql => {
  const condition = sql`open_rows IS NOT NULL AND (is_changed OR open_size > ${integer(mostFiltered)})`;
  return sql`SELECT *, ${request.dialect.if(condition, openText(request, word("open_rows")))} AS open_text FROM ${from}`;
};

/** The lists of texts, by tier. */
export const openLists = (request: RowsRequest, tiers: ReadonlyArray<Tier>, order: Sql): ReadonlyArray<Sql> =>
  tiers.map(({ rows, keys }, i) => {
    const above = integer(tiers[i - 1]?.rows ?? 1);
    const condition = sql`open_text IS NOT NULL AND open_size > ${above} AND open_size <= ${integer(rows)}`;
    return sql`${request.dialect.rows.firsts(word("open_text"), condition, order, keys)} AS ${word(`open${i}`)}`;
  });

/** The names of the lists that `openLists` returns. */
export const openNames = (tiers: ReadonlyArray<Tier>): ReadonlyArray<string> =>
  tiers.map((_, i) => `open${i}`);
