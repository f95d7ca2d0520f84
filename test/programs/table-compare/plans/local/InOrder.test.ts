/** Rows in the order of an INT64 key are compared by position, with the result of a join. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import * as Router from "../../../../../src/layers/Router.ts";
import { type CompareOptions, defaults } from "../../../../../src/programs/table-compare/Options.ts";
import { prepare, rowsTask } from "../../../../../src/programs/table-compare/Prepare.ts";
import { compareRows } from "../../../../../src/programs/table-compare/plans/CompareRows.ts";
import {
  inOrder,
  type Range,
  rangesOf,
} from "../../../../../src/programs/table-compare/plans/local/InOrder.ts";
import { keyJoin } from "../../../../../src/programs/table-compare/plans/local/KeyJoin.ts";
import { reference, workdir } from "../../../../support/files.ts";

setDefaultTimeout(300_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 2 } })));
afterAll(() => runtime.dispose());

interface Line {
  readonly id: number | null;
  readonly x: number | null;
  readonly s: string | null;
}

const line = (id: number | null): fc.Arbitrary<Line> =>
  fc.record({
    id: fc.constant(id),
    x: fc.option(fc.constantFrom(0, 0.5, -1)),
    s: fc.option(fc.constantFrom("", "a", "b")),
  });

/** A table ordered by id, and one with some rows changed, removed, added, repeated, moved or without a key. */
const pairs = fc
  .uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 })
  .chain((ids) => fc.tuple(...ids.toSorted((x, y) => x - y).map(line)))
  .chain((a) =>
    fc
      .tuple(
        ...a.map((row) =>
          fc.oneof(
            { weight: 30, arbitrary: fc.constant([row]) },
            { weight: 2, arbitrary: line(row.id).map((one: Line) => [one]) },
            { weight: 1, arbitrary: fc.constant([]) },
            { weight: 1, arbitrary: fc.constant([row, { ...row, id: row.id! + 1 }]) },
            { weight: 1, arbitrary: fc.constant([row, row]) },
            { weight: 1, arbitrary: fc.constant([{ ...row, id: null }, row]) },
            { weight: 1, arbitrary: fc.constant([{ ...row, id: -row.id! }]) },
          ),
        ),
      )
      .map((b) => ({ a: a as ReadonlyArray<Line>, b: b.flat() as ReadonlyArray<Line> })),
  );

const table = (name: string, rows: ReadonlyArray<Line>) => {
  const text = rows.map(({ id, x, s }) => `(${id}, ${x}, ${s === null ? null : `'${s}'`})`);
  return [
    `CREATE TABLE ${name} (id BIGINT, x DOUBLE, s VARCHAR)`,
    ...(text.length === 0 ? [] : [`INSERT INTO ${name} VALUES ${text.join(", ")}`]),
  ];
};

const options: CompareOptions = { ...defaults, key: ["id"], stats: "never" };
const bounds = [-20n, 0n, 1n, 30n];
const below = (rows: ReadonlyArray<Line>) => {
  const keys = rows.flatMap(({ id }) => (id === null ? [] : [id]));
  return [...bounds.map((bound) => keys.filter((id) => id < bound).length), keys.length, keys.length];
};

/** Ranges that are compared by position without regard to their counts, and those that the counts allow. */
const choices = (a: ReadonlyArray<Line>, b: ReadonlyArray<Line>): ReadonlyArray<ReadonlyArray<Range>> => [
  [{ isJoined: false }],
  [
    { high: 0n, isJoined: false },
    { low: 0n, isJoined: false },
  ],
  rangesOf(bounds, below(a), below(b)) ?? [],
];

test("60 pairs have the totals and examples of a join, or the statement shows that it is not valid", () =>
  runtime.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const seed = fc.sample(fc.integer({ min: 0 }), 1)[0]!;
      const made = fc.sample(pairs, { numRuns: 60, seed });
      const creates = made.flatMap(({ a, b }, i) => [...table(`a${i}`, a), ...table(`b${i}`, b)]);
      const file = yield* Effect.promise(() => dir.database("pairs.duckdb", ...creates));
      let valid = 0;
      for (const [i, { a, b }] of made.entries()) {
        const task = rowsTask(
          yield* prepare({ a: reference(`${file}#a${i}`), b: reference(`${file}#b${i}`) }, options),
        );
        const { rows: joined } = yield* task.engine.query(task.statement(keyJoin(task)));
        const unique = [a, b].every(
          (rows) =>
            new Set(rows.map(({ id }) => id)).size === rows.length && rows.every(({ id }) => id !== null),
        );
        for (const ranges of choices(a, b)) {
          if (ranges.length === 0) continue;
          const { rows } = yield* task.engine.query(task.statement(inOrder(task, ranges)));
          const { misaligned, ...found } = rows[0]!;
          const pairsOf = Number(found.same) + Number(found.changed);
          const isValid =
            misaligned === 0 &&
            pairsOf + Number(found.only_a) === found.rows_a &&
            pairsOf + Number(found.only_b) === found.rows_b;
          if (!isValid) continue;
          valid += 1;
          expect({ seed, i, ...found }).toEqual({ seed, i, ...joined[0]! });
          if (ranges.every(({ isJoined }) => !isJoined))
            expect({ seed, i, unique }).toMatchObject({ unique: true });
        }
        // With so many rows, the sample is empty, so that the plan is tried.
        const known = yield* compareRows({ ...task, knownRows: 1e15 });
        const unknown = yield* compareRows({ ...task, knownRows: null });
        const of = ({ comparison }: typeof known) =>
          unique ? comparison : [comparison.same, comparison.changed, comparison.onlyA, comparison.onlyB];
        expect({ seed, i, found: of(known) }).toEqual({ seed, i, found: of(unknown) });
      }
      expect(valid).toBeGreaterThan(5);
    }).pipe(Effect.scoped),
  ));

/** Compares two Parquet files of 300,000 rows; returns the plans of the statements, and the counts. */
const compared = (
  b: string,
  a = "SELECT i AS id, i % 97 AS x, 'text ' || i AS s FROM range(150000) AS r(i)",
) =>
  runtime.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const small = ", ROW_GROUP_SIZE 20480";
      const one = yield* Effect.promise(() => dir.parquet("a.parquet", a, small));
      const other = yield* Effect.promise(() => dir.parquet("b.parquet", b.replace("$a", `'${one}'`), small));
      const task = rowsTask(yield* prepare({ a: reference(one), b: reference(other) }, options));
      const plans: Array<string> = [];
      const query: typeof task.engine.query = (statement) => {
        const { text } = statement.sql;
        const joins = text.split("FULL JOIN").length - 1;
        if (text.includes("changed_rows"))
          plans.push(text.includes("POSITIONAL JOIN") ? `by position, ${joins} joined` : "joined");
        return task.engine.query(statement);
      };
      const { comparison } = yield* compareRows({ ...task, engine: { ...task.engine, query } });
      const { same, changed, onlyA, onlyB, columns, examples } = comparison;
      const shown = examples?.changed.map(({ key }) => Number(key.id)).toSorted((x, y) => x - y);
      return { plans, same, changed, onlyA, onlyB, columns, shown };
    }).pipe(Effect.scoped),
  );

test("files in order are compared by position", async () => {
  const ids = [7, 75_000, 149_999];
  expect(
    await compared(`SELECT id, CASE WHEN id IN (${ids}) THEN x + 1 ELSE x END AS x, s FROM $a ORDER BY id`),
  ).toEqual({
    plans: ["by position, 0 joined"],
    same: 149_997,
    changed: 3,
    onlyA: 0,
    onlyB: 0,
    columns: [{ name: "x", changed: 3 }],
    shown: ids,
  });
});

test("ranges with other numbers of rows are joined", async () => {
  const found = await compared(
    "SELECT id, x, s FROM $a WHERE id <> 75000 UNION ALL SELECT 150000 + i, 1, 'new' FROM range(5) AS r(i) ORDER BY id",
  );
  expect(found).toMatchObject({ same: 149_999, changed: 0, onlyA: 1, onlyB: 5 });
  expect(found.plans).toEqual(["by position, 2 joined"]);
});

test("what the samples do not show is found by the statement: moved, repeated and missing keys", async () => {
  const moved = await compared(
    "SELECT id, x, s FROM $a ORDER BY CASE id WHEN 1000 THEN 1001 WHEN 1001 THEN 1000 ELSE id END",
  );
  expect(moved).toMatchObject({ same: 150_000, changed: 0, onlyA: 0, onlyB: 0 });
  const repeated = await compared(
    "SELECT CASE id WHEN 1001 THEN 1000 ELSE id END AS id, x, s FROM $a ORDER BY ALL",
  );
  expect(repeated).toMatchObject({ same: 149_999, changed: 0, onlyA: 1, onlyB: 1 });
  const missing = await compared(
    "SELECT CASE id WHEN 1001 THEN NULL ELSE id END AS id, x, s FROM $a ORDER BY coalesce(id, 1001)",
  );
  expect(missing).toMatchObject({ same: 149_999, changed: 0, onlyA: 1, onlyB: 1 });
});

test("files in another order, and files with converted columns, are joined", async () => {
  expect(await compared("SELECT * FROM $a ORDER BY hash(id)")).toMatchObject({
    plans: ["joined"],
    same: 150_000,
  });
  const times =
    "SELECT i AS id, '2024-01-01'::TIMESTAMP_MS + INTERVAL (i) SECOND AS t FROM range(150000) AS r(i)";
  expect(await compared("SELECT * FROM $a", times)).toMatchObject({ same: 150_000 });
});
