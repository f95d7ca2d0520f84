/** Many columns are compared in groups, with the result of one statement. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import * as Router from "../../../../../src/layers/Router.ts";
import { type CompareOptions, defaults } from "../../../../../src/programs/table-compare/Options.ts";
import { prepare, rowsTask } from "../../../../../src/programs/table-compare/Prepare.ts";
import { compareRows } from "../../../../../src/programs/table-compare/plans/CompareRows.ts";
import { comparedRows } from "../../../../../src/programs/table-compare/plans/KeyedRows.ts";
import {
  columnsPerStatement,
  inOne,
} from "../../../../../src/programs/table-compare/plans/local/ColumnGroups.ts";
import { keyJoin } from "../../../../../src/programs/table-compare/plans/local/KeyJoin.ts";
import { reference, workdir } from "../../../../support/files.ts";

setDefaultTimeout(300_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 2 } })));
afterAll(() => runtime.dispose());

const columns = 3 * columnsPerStatement + 20;

/** Numbers, text and booleans, some of them NULL. */
const value = (column: number) =>
  [
    `hash(i * ${column + 3}) % 1000 / 8`,
    `'text ' || hash(i + ${column}) % 50`,
    `hash(i - ${column}) % 2 = 0`,
    `nullif(hash(i * ${column + 7}) % 5, 0)::BIGINT`,
  ][column % 4]!;

const select = (where: string, changed: (column: number) => string | undefined, order = "") => {
  const list = Array.from({ length: columns }, (_, column) => {
    const condition = changed(column);
    const x = value(column);
    return `${condition === undefined ? x : `CASE WHEN ${condition} THEN NULL ELSE ${x} END`} AS "c ""${column}"`;
  });
  return `SELECT i AS id, 'k' || i % 7 AS part, ${list.join(", ")} FROM range(2000) AS r(i) WHERE ${where} ${order}`;
};

/** The comparison by the program, and by one join of all columns. */
const both = (b: string, given: Partial<CompareOptions>, knownRows?: number) =>
  runtime.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const one = yield* Effect.promise(() =>
        dir.parquet(
          "a.parquet",
          select("i <> 17", () => undefined),
        ),
      );
      const other = yield* Effect.promise(() => dir.parquet("b.parquet", b));
      const options: CompareOptions = { ...defaults, key: ["id"], stats: "never", ...given };
      const made = rowsTask(yield* prepare({ a: reference(one), b: reference(other) }, options));
      const statements: Array<string> = [];
      const task = {
        ...made,
        ...(knownRows === undefined ? {} : { knownRows }),
        engine: {
          ...made.engine,
          query: (statement: Parameters<typeof made.engine.query>[0]) => {
            statements.push(statement.sql.text);
            return made.engine.query(statement);
          },
        },
      };
      const found = yield* compareRows(task);
      const whole = yield* inOne(made, keyJoin);
      return { found, whole: yield* comparedRows(made, whole!), statements };
    }).pipe(Effect.scoped),
  );

const some = (column: number) => (column % 50 === 3 ? `i % 100 = ${column % 13}` : undefined);
const most = (column: number) => (column % 3 === 0 ? undefined : `i % 211 < ${column % 17}`);

test("no row, few columns, and more columns than one statement has, differ", async () => {
  for (const [changed, isUnion] of [
    [() => undefined, false],
    [some, false],
    [most, true],
  ] as const) {
    const { found, whole, statements } = await both(select("i < 1990", changed), {});
    expect(found).toEqual(whole);
    expect(found.comparison.changed === 0).toBe(changed(1) === undefined && changed(3) === undefined);
    expect([found.comparison.onlyA, found.comparison.onlyB]).toEqual([10, 1]);
    expect(statements.some((text) => text.includes("changed_bits"))).toBe(isUnion);
  }
});

test("a key of several columns, tolerances, and no examples", async () => {
  for (const options of [
    { key: ["part", "id"] },
    { absTolerance: { default: "3", columns: {} } },
    { sampleSize: 0 },
    { sampleSize: 400, relTolerance: { default: "0.5", columns: {} } },
  ]) {
    const nearly = (column: number) => (column % 4 === 0 ? undefined : most(column));
    const { found, whole } = await both(select("TRUE", nearly), options);
    expect(found).toEqual(whole);
    expect(found.comparison.changed).toBeGreaterThan(0);
  }
});

test("rows in the order of the key are compared by position in groups", async () => {
  for (const changed of [some, most]) {
    const { found, whole, statements } = await both(select("i <> 17", changed), {}, 1e15);
    expect(found).toEqual(whole);
    expect(statements.filter((text) => text.includes("POSITIONAL JOIN")).length).toBeGreaterThan(4);
    expect(statements.some((text) => text.includes("FULL JOIN"))).toBe(false);
  }
});

test("a key that repeats is compared by one statement", async () => {
  const { found, statements } = await runtime.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const repeated = `SELECT * FROM (${select("TRUE", () => undefined)}) UNION ALL (${select("i = 5", () => undefined)})`;
      const one = yield* Effect.promise(() => dir.parquet("a.parquet", repeated));
      const other = yield* Effect.promise(() => dir.parquet("b.parquet", select("TRUE", some)));
      const made = rowsTask(
        yield* prepare(
          { a: reference(one), b: reference(other) },
          { ...defaults, key: ["id"], stats: "never" },
        ),
      );
      const texts: Array<string> = [];
      const query: typeof made.engine.query = (statement) => {
        texts.push(statement.sql.text);
        return made.engine.query(statement);
      };
      // A sample of no rows does not show that the key repeats.
      const compared = yield* compareRows({ ...made, knownRows: 1e15, engine: { ...made.engine, query } });
      return { found: compared.comparison, statements: texts };
    }).pipe(Effect.scoped),
  );
  expect(found.onlyA).toBe(1);
  expect(statements.length).toBeGreaterThan(2);
});
