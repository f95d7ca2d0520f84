/**
 * Compares rows with a key where scans are free: joins both sides by key and compares values in one pass. Valid if no
 * common key is repeated on either side, which the row counts show afterwards.
 */
import type { Target } from "../../../scan/Target.ts";
import type { LocalDialect } from "../../../sql/Dialect.ts";
import { integer, join, type Sql, sql, word } from "../../../sql/Sql.ts";
import { c, k, type RowsRequest, side } from "./SideRows.ts";
import { anyOf, d, differs, type Paired, statement } from "./SummaryStatement.ts";

/** `pairs` plus `only_a` equals `rows_a`, and likewise for B, if and only if the join is valid. */
export const keyJoin = (request: RowsRequest): Sql => {
  const { dialect, key, compared } = request;
  const inBoth = sql`(in_a IS NOT NULL AND in_b IS NOT NULL)`;
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
  ];
  const relation = sql`SELECT ${join(columns, ",\n")}
FROM (SELECT TRUE AS in_a, * FROM (${side(request, "a")})) AS a
FULL JOIN (SELECT TRUE AS in_b, * FROM (${side(request, "b")})) AS b ON ${on}`;
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
    ],
  };
  return statement(request, paired, [
    sql`j AS (${relation})`,
    sql`w AS (SELECT *, ${isChanged} AS is_changed FROM j)`,
  ]);
};

/** The rows in a sample of one side, and their distinct keys: fewer keys than rows mean duplicates. */
export const sampledKeys = (
  request: RowsRequest,
  { sampled }: LocalDialect,
  which: "a" | "b",
  share: number,
): Sql => {
  const keysOf = (target: Target) => side({ ...request, compared: [], [which]: target }, which);
  const target = request[which];
  const few = share >= 1 ? target : target.sampled?.(share);
  const drawn = few === undefined ? sampled(keysOf(target), share, word("s")) : sql`(${keysOf(few)})`;
  const keys = join(
    request.key.map((_, i) => k(i)),
    ", ",
  );
  return sql`SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n, count(*) AS keys
FROM (SELECT count(*) AS n FROM ${drawn} GROUP BY ${keys})`;
};
