/** Rows of many columns without a key are compared with the result of one statement. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import * as Router from "../../../../../src/layers/Router.ts";
import { oneSidedRows, totalsOf } from "../../../../../src/programs/table-compare/Decode.ts";
import { type CompareOptions, defaults } from "../../../../../src/programs/table-compare/Options.ts";
import { prepare, rowsTask } from "../../../../../src/programs/table-compare/Prepare.ts";
import { compareRows } from "../../../../../src/programs/table-compare/plans/CompareRows.ts";
import { columnsPerStatement } from "../../../../../src/programs/table-compare/plans/local/ColumnGroups.ts";
import { numberedRows } from "../../../../../src/programs/table-compare/plans/local/WideRows.ts";
import { multiset } from "../../../../../src/programs/table-compare/plans/Multiset.ts";
import { ask } from "../../../../../src/programs/table-compare/plans/RowsTask.ts";
import { reference, type Workdir, workdir } from "../../../../support/files.ts";

setDefaultTimeout(300_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 2 } })));
afterAll(() => runtime.dispose());

const columns = columnsPerStatement + 20;

/** Numbers, text, booleans and lists, some of them NULL. */
const value = (column: number) =>
  [
    `hash(i * ${column + 3}) % 1000 / 8`,
    `'text, "' || hash(i + ${column}) % 50`,
    `hash(i - ${column}) % 2 = 0`,
    `nullif(hash(i * ${column + 7}) % 5, 0)::BIGINT`,
  ][column % 4]!;

/** Rows 0 to 199, those below 20 three times; the row number is no column. `changed` has another last column. */
const select = (where: string, changed = "FALSE") => {
  const list = Array.from({ length: columns }, (_, column) => {
    const x = value(column);
    return `${column === columns - 1 ? `CASE WHEN ${changed} THEN NULL ELSE ${x} END` : x} AS "c ""${column}"`;
  });
  const rows = "SELECT * FROM range(200) r(i) UNION ALL SELECT i % 20 FROM range(40) r(i)";
  return `SELECT ${list.join(", ")} FROM (${rows}) AS r WHERE ${where}`;
};

type Write = (dir: Workdir, name: string, rows: string) => Promise<string>;

const writers: Readonly<Record<string, Write>> = {
  Parquet: (dir, name, rows) => dir.parquet(`${name}.parquet`, rows),
  "a glob of Parquet files": async (dir, name, rows) => {
    await dir.parquet(`${name}/1.parquet`, `${rows} AND i % 3 = 0`);
    await dir.parquet(`${name}/2.parquet`, `${rows} AND i % 3 > 0 ORDER BY hash(i)`);
    return `${dir.path}/${name}/*.parquet`;
  },
  CSV: async (dir, name, rows) => {
    await dir.database("writer.duckdb", `COPY (${rows}) TO '${dir.path}/${name}.csv'`);
    return `${dir.path}/${name}.csv`;
  },
  DuckDB: async (dir, name, rows) => `${await dir.database(`${name}.duckdb`, `CREATE TABLE t AS ${rows}`)}#t`,
};

/** The comparison by the program, and by one statement. */
const both = (write: Write, [a, b]: readonly [string, string], given: Partial<CompareOptions>) =>
  runtime.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const one = yield* Effect.promise(() => write(dir, "a", a));
      const other = yield* Effect.promise(() => write(dir, "b", b));
      const options: CompareOptions = { ...defaults, stats: "never", sampleSize: 500, ...given };
      const task = rowsTask(yield* prepare({ a: reference(one), b: reference(other) }, options));
      const { comparison } = yield* compareRows(task);
      const result = yield* ask(task, multiset(task));
      const [row] = result.rows;
      const totals = yield* totalsOf(row);
      const onlyA = yield* oneSidedRows(row, "only_a_rows", task.compared);
      const onlyB = yield* oneSidedRows(row, "only_b_rows", task.compared);
      return { comparison, totals, onlyA, onlyB, isNumbered: numberedRows(task) !== undefined };
    }).pipe(Effect.scoped),
  );

const sorted = (rows: ReadonlyArray<unknown> | undefined) =>
  (rows ?? []).map((one) => JSON.stringify(one)).sort();

for (const [format, write] of Object.entries(writers))
  test(`counts and examples of ${format}`, async () => {
    const cases = [
      [select("TRUE"), select("TRUE")],
      [select("i <> 17"), select("i < 190", "i % 50 = 3")],
      [select("i < 20"), select("i >= 20")],
    ] as const;
    for (const pair of cases) {
      const { comparison, totals, onlyA, onlyB, isNumbered } = await both(write, pair, {});
      expect(isNumbered).toBe(true);
      expect([comparison.same, comparison.onlyA, comparison.onlyB]).toEqual([
        totals.same,
        totals.only_a,
        totals.only_b,
      ]);
      expect(sorted(comparison.examples?.onlyA)).toEqual(sorted(onlyA));
      expect(sorted(comparison.examples?.onlyB)).toEqual(sorted(onlyB));
      expect(comparison.onlyA === 0).toBe(pair[0] === pair[1]);
      expect(onlyA.some(({ copies }) => copies === 3)).toBe(pair[0] !== pair[1]);
    }
  });

test("conditions, few examples, and none", async () => {
  const pair = [select("i <> 17"), select("i < 190", "i % 50 = 3")] as const;
  const where = '"c ""3" IS NOT NULL AND "c ""0" < 100';
  const filtered = await both(writers.Parquet!, pair, { where });
  expect(filtered.comparison.same).toBe(filtered.totals.same);
  expect(sorted(filtered.comparison.examples?.onlyA)).toEqual(sorted(filtered.onlyA));
  const few = await both(writers.Parquet!, pair, { sampleSize: 2 });
  expect([few.comparison.examples?.onlyA.length, few.comparison.examples?.onlyB.length]).toEqual([2, 2]);
  const none = await both(writers.Parquet!, pair, { sampleSize: 0 });
  expect([none.comparison.examples, none.comparison.onlyA]).toEqual([undefined, none.totals.only_a]);
});

test("examples of views, whose rows have another order in every statement", async () => {
  const view = (changed: string): string => {
    const list = Array.from({ length: columnsPerStatement + 5 }, (_, column) =>
      column === 0 ? `CASE WHEN ${changed} THEN -1 ELSE g END AS c0` : `g * ${column + 1} AS c${column}`,
    );
    return `SELECT ${list.join(", ")} FROM (SELECT g FROM t GROUP BY g)`;
  };
  const write: Write = async (dir, name, rows) => {
    const table = "CREATE TABLE t AS SELECT i % 200000 AS g FROM range(600000) r(i)";
    return `${await dir.database(`${name}.duckdb`, table, `CREATE VIEW w AS ${rows}`)}#w`;
  };
  const pair = [view("FALSE"), view("g % 50000 = 7")] as const;
  const { comparison, isNumbered } = await both(write, pair, { sampleSize: 2 });
  expect(isNumbered).toBe(false);
  expect([comparison.onlyA, comparison.onlyB]).toEqual([4, 4]);
  for (const { row } of comparison.examples?.onlyA ?? []) expect(Number(row.c0) % 50_000).toBe(7);
  expect(comparison.examples?.onlyB.map(({ row }) => String(row.c0))).toEqual(["-1", "-1"]);
});
