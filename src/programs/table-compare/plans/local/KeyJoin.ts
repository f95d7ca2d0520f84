/**
 * Compares rows with a key where scans are free: joins both sides by key and compares values in one pass. Valid if no
 * common key is repeated on either side, which the row counts show afterwards.
 */
import { empty, integer, join, type Sql, sql, word } from "../../../../sql/Sql.ts";
import { c, k, type RowsRequest, side } from "../SideRows.ts";
import { anyOf, d, differs, type Paired, statement } from "../SummaryStatement.ts";

/** The rows of both sides joined by key, with their differences. */
export const fullJoin = (request: RowsRequest, more: ReadonlyArray<Sql> = []): Sql => {
  const { key, compared } = request;
  const on = join(
    key.map((_, i) => sql`a.${k(i)} IS NOT DISTINCT FROM b.${k(i)}`),
    " AND ",
  );
  const columns = [
    sql`a.in_a AS in_a, b.in_b AS in_b`,
    ...key.map((_, i) => sql`CASE WHEN a.in_a THEN a.${k(i)} ELSE b.${k(i)} END AS ${k(i)}`),
    ...compared.flatMap((_, i) => {
      const [x, y] = [sql`a.${c(i)}`, sql`b.${c(i)}`];
      const differ = sql`(a.in_a IS NOT NULL AND b.in_b IS NOT NULL AND ${differs(request, i, x, y)})`;
      return [sql`${differ} AS ${d(i)}`, sql`${x} AS a${integer(i)}`, sql`${y} AS b${integer(i)}`];
    }),
    ...more,
  ];
  return sql`SELECT ${join(columns, ",\n")}
FROM (SELECT TRUE AS in_a, * FROM (${side(request, "a")})) AS a
FULL JOIN (SELECT TRUE AS in_b, * FROM (${side(request, "b")})) AS b ON ${on}`;
};

/** `pairs` plus `only_a` equals `rows_a`, and likewise for B, if and only if the join is valid. */
export const keyJoin = (request: RowsRequest): Sql => summaryOfJoined(request, fullJoin(request), []);

/** The summary of a relation of joined rows. */
export const summaryOfJoined = (request: RowsRequest, relation: Sql, more: Paired["totals"]): Sql => {
  const { dialect, compared, joined } = request;
  const keys = join(
    request.key.map((_, i) => k(i)),
    ", ",
  );
  const inBoth = sql`(in_a IS NOT NULL AND in_b IS NOT NULL)`;
  const isChanged = sql`${inBoth} AND ${anyOf(compared.map((_, i) => d(i)))}`;
  const changed = word("is_changed");
  const paired: Paired = {
    from: sql`w`,
    a: (i) => sql`a${integer(i)}`,
    b: (i) => sql`b${integer(i)}`,
    changed,
    onlyA: sql`in_b IS NULL`,
    onlyB: sql`in_a IS NULL`,
    position: undefined,
    totals: [
      ["rows_a", sql`(SELECT count(*) FROM (${side({ ...request, compared: [] }, "a")}))`],
      ["rows_b", sql`(SELECT count(*) FROM (${side({ ...request, compared: [] }, "b")}))`],
      ["same", dialect.countIf(sql`${inBoth} AND NOT (${changed})`)],
      ["changed", dialect.countIf(changed)],
      ["only_a", dialect.countIf(sql`in_b IS NULL`)],
      ["only_b", dialect.countIf(sql`in_a IS NULL`)],
      ["capped", integer(0)],
      ...more,
    ],
    ...(joined === undefined
      ? {}
      : {
          more: () => [
            sql`CAST(bitstring_agg(CASE WHEN ${changed} THEN bqkit_n END, 1, ${integer(joined)}) AS BLOB) AS changed_bits`,
          ],
        }),
  };
  return statement(request, paired, [
    sql`j AS (${relation})`,
    sql`w AS (SELECT *, ${isChanged} AS is_changed${
      joined === undefined ? empty : sql`, row_number() OVER (ORDER BY ${keys}) AS bqkit_n`
    } FROM j)`,
  ]);
};
