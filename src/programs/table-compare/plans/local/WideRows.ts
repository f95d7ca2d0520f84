/**
 * Compares rows of many columns without a key. One statement counts the copies of each row on both sides, and returns
 * the row numbers of examples instead of their values, because a statement that also returns values needs ten times the
 * memory. Others read the values of those rows, some columns each.
 */
import { Effect } from "effect";
import type { BigQueryError } from "../../../../services/BigQueryError.ts";
import { integer, join, type Sql, sql, word } from "../../../../sql/Sql.ts";
import type { OneSidedRow } from "../../Comparison.ts";
import { oneSidedRows, texts, totalsOf } from "../../Decode.ts";
import { ask, type RowsTask } from "../RowsTask.ts";
import { c, columnEntries, side } from "../SideRows.ts";
import { shownIn } from "../SummaryStatement.ts";
import { columnsPerStatement } from "./ColumnGroups.ts";

/** A table whose rows are numbered. */
interface Numbered {
  readonly from: Sql;
  readonly where: Sql;
  readonly number: Sql;
}

type Sides<A> = { readonly a: A; readonly b: A };

/** Both tables with row numbers; undefined for few columns, and for tables without fixed row numbers. */
export const numberedRows = ({ a, b, compared, hasFixedOrder }: RowsTask): Sides<Numbered> | undefined => {
  if (compared.length <= columnsPerStatement || !hasFixedOrder) return undefined;
  const [numberedA, numberedB] = [a.sampled?.(1), b.sampled?.(1)];
  return numberedA === undefined || numberedB === undefined ? undefined : { a: numberedA, b: numberedB };
};

export const wideRows = (task: RowsTask, numbered: Sides<Numbered>) =>
  Effect.gen(function* () {
    const { rows, statistics } = yield* ask(task, copiesOfRows(task, numbered));
    const examples = (which: "a" | "b") =>
      Effect.flatMap(texts<Example>(rows[0], `only_${which}_rows`), (list) =>
        list.length === 0 ? Effect.succeed([]) : valuesOf(task, numbered[which], which, list),
      );
    return {
      totals: yield* totalsOf(rows[0]),
      onlyA: yield* examples("a"),
      onlyB: yield* examples("b"),
      statistics,
    };
  });

/** The number of a row, as text, and how many more copies of it this side has. */
interface Example {
  readonly n: number | string;
  readonly at: string;
}

const copiesOfRows = (task: RowsTask, numbered: Sides<Numbered>): Sql => {
  const { dialect, examples } = task;
  const { rows } = dialect;
  const of = (which: "a" | "b") => side({ ...task, [which]: numbered[which] }, which, numbered[which].number);
  const [na, nb] = [word("na"), word("nb")];
  const more = (one: Sql, other: Sql) => rows.sum(sql`GREATEST(${one} - ${other}, 0)`);
  const list = (one: Sql, other: Sql, at: Sql) =>
    rows.firsts(
      dialect.toJson(
        dialect.struct([
          ["n", sql`${one} - ${other}`],
          ["at", sql`CAST(${at} AS VARCHAR)`],
        ]),
      ),
      sql`${one} > ${other}`,
      rows.shuffle([["nth", at]]),
      examples,
    );
  const groups = rows.groupKey(columnEntries(task));
  return sql`WITH u AS (SELECT 1 AS in_a, 0 AS in_b, * FROM (${of("a")})
UNION ALL
SELECT 0, 1, * FROM (${of("b")})),
g AS (SELECT ${rows.sum(sql`in_a`)} AS na, ${rows.sum(sql`in_b`)} AS nb, min(nth) FILTER (WHERE in_a = 1) AS at_a, min(nth) FILTER (WHERE in_b = 1) AS at_b
FROM u GROUP BY ${join(groups, ", ")})
SELECT ${join(
    [
      sql`${rows.sum(na)} AS rows_a`,
      sql`${rows.sum(nb)} AS rows_b`,
      sql`${rows.sum(sql`LEAST(na, nb)`)} AS same`,
      sql`${more(na, nb)} AS only_a`,
      sql`${more(nb, na)} AS only_b`,
      ...(examples === 0
        ? []
        : [
            sql`${list(na, nb, word("at_a"))} AS only_a_rows`,
            sql`${list(nb, na, word("at_b"))} AS only_b_rows`,
          ]),
    ],
    ",\n",
  )}
FROM g`;
};

/** The examples with the values of their rows. */
const valuesOf = (
  task: RowsTask,
  { from, where, number }: Numbered,
  which: "a" | "b",
  examples: ReadonlyArray<Example>,
): Effect.Effect<ReadonlyArray<OneSidedRow>, BigQueryError> =>
  Effect.gen(function* () {
    const { dialect } = task;
    const shown = shownIn(task);
    const places = examples.map(({ at }) => integer(BigInt(at)));
    const chosen = { from, where: sql`${where} AND ${number} IN (${join(places, ", ")})` };
    let found: ReadonlyArray<OneSidedRow> = examples.map(({ n }) => ({ copies: Number(n), row: {} }));
    for (let start = 0; start < task.compared.length; start += columnsPerStatement) {
      const compared = task.compared.slice(start, start + columnsPerStatement);
      const text = dialect.toJson(
        dialect.struct([
          ["n", word("nth")],
          ["r", dialect.array(compared.map(({ as }, i) => shown(c(i), as)))],
        ]),
      );
      const rows = side({ ...task, compared, [which]: chosen }, which, number);
      const answer = yield* ask(task, sql`SELECT list(${text} ORDER BY nth) AS rows FROM (${rows})`);
      const list = yield* oneSidedRows(answer.rows[0], "rows", compared);
      const byNumber = new Map(list.map(({ copies: at, row }) => [String(at), row]));
      found = found.map(({ copies, row }, i) => ({
        copies,
        row: { ...row, ...byNumber.get(examples[i]!.at) },
      }));
    }
    return found;
  });
