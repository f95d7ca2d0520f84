/**
 * Compares rows by position where both sides are stored in the order of an INT64 key, which takes less time and memory
 * than a join. Ranges of keys with equally many rows on both sides are compared by position, and the other ranges are
 * joined. The same statement proves that all keys of a position are equal and that they increase, so that none repeats.
 */
import type { Target } from "../../../../scan/Target.ts";
import { availableParallelism } from "../../../../services/OperatingSystem.ts";
import type { LocalDialect } from "../../../../sql/Dialect.ts";
import { isNested } from "../../../../sql/RowDialect.ts";
import { integer, join, type Sql, sql, word } from "../../../../sql/Sql.ts";
import type { ComparedColumn } from "../../columns/Columns.ts";
import { k, type RowsRequest, side, stored } from "../SideRows.ts";
import { d, differs } from "../SummaryStatement.ts";
import { fullJoin, summaryOfJoined } from "./KeyJoin.ts";

/** A range of keys from `low` to before `high`; absent: without limit. */
export interface Range {
  readonly low?: bigint;
  readonly high?: bigint;
  /** Whether its rows are joined by key. */
  readonly isJoined: boolean;
}

/** The ranges whose rows are counted. */
const countedRanges = 64;
/** One thread compares a part. More parts than threads, because their sizes differ. */
const parts = 2 * availableParallelism();
/** With more joined ranges, a join of all rows takes less time. */
const mostJoined = 8;

/** Types without a counterpart in BigQuery that the local engine reads without a conversion. */
const unconverted: ReadonlySet<string | undefined> = new Set([
  undefined, "FLOAT", "UBIGINT", "HUGEINT", "UHUGEINT", "TIMESTAMP_NS", "TIME_NS",
]); // biome-ignore format: one list

/** Whether the plan supports the key and the columns: converted ones would not be plain scans. */
const applies = ({ key: [column, ...more], compared, a, b }: RowsRequest): boolean =>
  column !== undefined &&
  more.length === 0 &&
  [a, b].every(({ where }) => where === undefined) &&
  [column.a, column.b, column.as].every(
    ({ type, mode, nativeType }) => type === "INT64" && mode !== "REPEATED" && nativeType === undefined,
  ) &&
  [column, ...compared].every(
    (one) =>
      one.empty === undefined &&
      !isNested(one.as) &&
      [one.a, one.b].every(({ nativeType }) => unconverted.has(nativeType)),
  );

/**
 * The rows in a sample of one side, and their distinct keys: fewer keys than rows mean duplicates. For keys that the
 * plan supports also the rows with a key that does not exceed the one before (`falls`), and keys that divide the sample
 * into ranges of equally many rows (`bounds`).
 */
export const sampledKeys = (
  request: RowsRequest,
  dialect: LocalDialect,
  which: "a" | "b",
  share: number,
): Sql => {
  const keysOf = (target: Target) => side({ ...request, compared: [], [which]: target }, which);
  const target = request[which];
  const few = share >= 1 ? undefined : target.sampled?.(share);
  if (few !== undefined && applies(request)) {
    const sample = sql`SELECT ${stored(dialect, request.key[0]!, which)} AS k0, ${few.number} AS o FROM ${few.from} WHERE ${few.where}`;
    return sql`SELECT count(*) AS n, count(DISTINCT k0) + CASE WHEN count(*) > count(k0) THEN 1 ELSE 0 END AS keys,
count(CASE WHEN k0 > before OR r = 1 THEN NULL ELSE 1 END) AS falls,
coalesce(list(CAST(k0 AS VARCHAR) ORDER BY k0) FILTER (WHERE r % (n // ${integer(countedRanges)} + 1) = 0), []) AS bounds
FROM (SELECT k0, lag(k0) OVER (ORDER BY o) AS before, row_number() OVER (ORDER BY o) AS r, count(*) OVER () AS n FROM (${sample}))`;
  }
  const drawn =
    few !== undefined || share >= 1
      ? sql`(${keysOf(few ?? target)})`
      : dialect.sampled(keysOf(target), share, word("s"));
  const keys = join(
    request.key.map((_, i) => k(i)),
    ", ",
  );
  return sql`SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n, count(*) AS keys
FROM (SELECT count(*) AS n FROM ${drawn} GROUP BY ${keys})`;
};

/** The rows with a key below each bound, the rows with a key, and all rows, of both sides. */
export const countsBelow = (
  request: RowsRequest,
  dialect: LocalDialect,
  bounds: ReadonlyArray<bigint>,
): Sql => {
  const cuts = bounds.map((bound) => ({ value: String(bound), closed: false }));
  const { as } = request.key[0]!;
  const of = (which: "a" | "b") =>
    sql`(SELECT list_concat(${dialect.countsBelow(k(0), cuts, as)}, [count(k0), count(*)]) FROM (${side({ ...request, compared: [] }, which)}))`;
  return sql`SELECT ${of("a")} AS a, ${of("b")} AS b`;
};

/** The ranges to compare; undefined if keys are NULL, or if most rows, or too many ranges, must be joined. */
export const rangesOf = (
  bounds: ReadonlyArray<bigint>,
  a: ReadonlyArray<number>,
  b: ReadonlyArray<number>,
): ReadonlyArray<Range> | undefined => {
  const all = a.at(-1) ?? 0;
  // Rows without a key are in no range.
  if ([a, b].some((counts) => counts.at(-2) !== counts.at(-1))) return undefined;
  const most = all / parts;
  const ranges: Array<Range> = [];
  let [rows, joinedRows] = [0, 0];
  for (let i = 0; i <= bounds.length; i += 1) {
    const [ofA, ofB] = [a, b].map((counts) => counts[i]! - (counts[i - 1] ?? 0)) as [number, number];
    const isJoined = ofA !== ofB;
    if (isJoined) joinedRows += ofA;
    const high = bounds[i];
    const end = high === undefined ? {} : { high };
    const last = ranges.at(-1);
    if (last !== undefined && last.isJoined === isJoined && (isJoined || rows + ofA <= most)) {
      const { low } = last;
      ranges[ranges.length - 1] = { ...(low === undefined ? {} : { low }), ...end, isJoined };
      rows += ofA;
    } else {
      ranges.push({ ...(i === 0 ? {} : { low: bounds[i - 1]! }), ...end, isJoined });
      rows = ofA;
    }
  }
  const joins = ranges.filter(({ isJoined }) => isJoined).length;
  return joinedRows > all / 2 || joins > mostJoined ? undefined : ranges;
};

/**
 * The rows of both sides by position. The operands are plain scans, because DuckDB keeps all rows of others in memory.
 */
const byPosition = (request: RowsRequest, limits: (key: Sql) => Sql): Sql => {
  const { dialect, key, compared } = request;
  const sides = { a: word("a"), b: word("b") };
  const rows = (which: "a" | "b") =>
    sql`(SELECT * FROM ${request[which].from} WHERE ${limits(stored(dialect, key[0]!, which))}) AS ${sides[which]}`;
  const keyOf = (which: "a" | "b") => stored(dialect, key[0]!, which, sides[which]);
  const value = (which: "a" | "b", column: ComparedColumn) =>
    dialect.rows.comparable(stored(dialect, column, which, sides[which]), column[which], column.as);
  const paired = join(
    [
      sql`${keyOf("a")} AS k0`,
      sql`(${keyOf("a")} IS DISTINCT FROM ${keyOf("b")} OR lag(${keyOf("a")}) OVER () >= ${keyOf("a")}) AS misaligned`,
      ...compared.flatMap((column, i) => [
        sql`${value("a", column)} AS a${integer(i)}`,
        sql`${value("b", column)} AS b${integer(i)}`,
      ]),
    ],
    ", ",
  );
  const columns = compared.flatMap((_, i) => {
    const [x, y] = [sql`a${integer(i)}`, sql`b${integer(i)}`];
    return [sql`${differs(request, i, x, y)} AS ${d(i)}`, x, y];
  });
  return sql`SELECT ${join([sql`TRUE AS in_a, TRUE AS in_b, k0`, ...columns, sql`misaligned`], ",\n")}
FROM (SELECT ${paired} FROM ${rows("a")} POSITIONAL JOIN ${rows("b")})`;
};

/** Valid if `misaligned` is 0, and the row counts are those of a valid join. */
export const inOrder = (request: RowsRequest, ranges: ReadonlyArray<Range>): Sql => {
  const relations = ranges.map(({ low, high, isJoined }) => {
    const limits = (key: Sql) =>
      join(
        [
          ...(low === undefined ? [] : [sql`${key} >= ${integer(low)}`]),
          ...(high === undefined ? [] : [sql`${key} < ${integer(high)}`]),
          ...(low === undefined && high === undefined ? [sql`TRUE`] : []),
        ],
        " AND ",
      );
    return isJoined
      ? fullJoin({ ...request, keys: limits(k(0)) }, [sql`FALSE AS misaligned`])
      : byPosition(request, limits);
  });
  return summaryOfJoined(request, join(relations, "\nUNION ALL\n"), [
    ["misaligned", request.dialect.countIf(sql`misaligned`)],
  ]);
};
