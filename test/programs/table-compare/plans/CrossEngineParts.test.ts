/** Pairs of two engines whose statements are too complex are compared in parts of their columns. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Either, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import * as Router from "../../../../src/layers/Router.ts";
import { defaults } from "../../../../src/programs/table-compare/Options.ts";
import { prepare } from "../../../../src/programs/table-compare/Prepare.ts";
import { compareInParts } from "../../../../src/programs/table-compare/plans/CrossEngineParts.ts";
import { rowsDiffer } from "../../../../src/programs/table-compare/Verdict.ts";
import type { BigQuery, BigQueryService, Statement } from "../../../../src/services/BigQuery.ts";
import { BigQueryError } from "../../../../src/services/BigQueryError.ts";
import { parquet } from "../../../contract/tables.ts";
import { reference, workdir } from "../../../support/files.ts";
import { compareInMemory } from "../memory.ts";
import { randomPair } from "../random.ts";

setDefaultTimeout(120_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
afterAll(() => runtime.dispose());

/** Counts the compared columns of a statement. */
const all = (sql: string): number => new Set(sql.match(/ AS c\d+/g)).size;
/** Counts the columns of rows that a statement fetches. */
const fetched = (sql: string): number =>
  sql.includes(" AS row_text") ? (sql.match(/CASE WHEN strlen/g) ?? []).length : 0;

let refused = 0;
/** The engine, which refuses statements over more columns. */
const limited = (engine: BigQueryService, most: number, columns: typeof all): BigQueryService => ({
  ...engine,
  query: (statement: Statement) =>
    Effect.suspend(() => {
      if (columns(statement.sql.text) <= most) return engine.query(statement);
      refused += 1;
      return BigQueryError.of("tooComplex", "query is too complex");
    }),
});

const compare = (
  files: { readonly a: string; readonly b: string },
  key: ReadonlyArray<string>,
  most: number,
  rows = 1000,
  columns = all,
) =>
  Effect.gen(function* () {
    const pair = { a: reference(files.a), b: reference(files.b) };
    const prepared = yield* prepare(pair, { ...defaults, key });
    const side = (which: "a" | "b") => ({
      ...prepared[which],
      engine: limited(prepared[which].engine, most, columns),
    });
    const limits = { rows, values: 1e9 };
    return yield* compareInParts({ ...prepared, a: side("a"), b: side("b"), together: false }, limits);
  });

test("the verdict and the counts are those of one statement", () =>
  fc.assert(
    fc.asyncProperty(randomPair, fc.constantFrom(2, 1000), async ({ schema, key, ...given }, rows) => {
      fc.pre(key.length > 0 && schema.length > key.length + 1);
      const once = (all: typeof given.a) => [
        ...new Map(all.map((row) => [JSON.stringify(key.map((name) => row[name])), row])).values(),
      ];
      const [a, b] = [once(given.a), once(given.b)];
      await runtime.runPromise(
        Effect.gen(function* () {
          const dir = yield* workdir;
          const file = (name: string, of: typeof a) =>
            Effect.promise(() => parquet(dir, { name, schema, rows: of }));
          const files = { a: yield* file("a", a), b: yield* file("b", b) };
          const truth = compareInMemory(schema, a, b, key);
          const { comparison } = yield* compare(files, key, 1, rows);
          expect(rowsDiffer(comparison)).toBe((truth.changed ?? 0) + truth.onlyA + truth.onlyB > 0);
          expect(comparison.same).toBeLessThanOrEqual(truth.same);
          if (comparison.lowerBounds) {
            expect(comparison.changed).toBeLessThanOrEqual(truth.changed!);
            return;
          }
          expect(comparison).toMatchObject({ onlyA: truth.onlyA, onlyB: truth.onlyB });
          if (comparison.changedAtMost === true)
            expect(comparison.changed).toBeGreaterThanOrEqual(truth.changed!);
          else expect(comparison).toMatchObject({ same: truth.same, changed: truth.changed });
          const byColumn = Object.fromEntries(comparison.columns.map(({ name, changed }) => [name, changed]));
          expect(byColumn).toEqual({ ...truth.columns });
        }).pipe(Effect.scoped),
      );
    }),
    { numRuns: 60 },
  ));

test("a row that changed in two parts has the cells of both, and the count is an upper bound", () =>
  runtime.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const wide = (name: string, x: string, y: string) =>
        Effect.promise(() =>
          dir.parquet(`${name}.parquet`, `SELECT i AS id, ${x} AS x, i AS u, ${y} AS y FROM range(9) t(i)`),
        );
      const a = yield* wide("a", "i", "i");
      const b = yield* wide("b", "CASE WHEN i < 2 THEN -1 ELSE i END", "CASE WHEN i = 1 THEN -2 ELSE i END");
      const { comparison, notes } = yield* compare({ a, b }, ["id"], 1);
      expect(comparison).toMatchObject({ same: 6, changed: 3, changedAtMost: true });
      expect(
        comparison.examples?.changed.find(({ key }) => key.id === 1)?.cells.map(({ column }) => column),
      ).toEqual(["x", "y"]);
      expect(notes.join()).toContain("upper bound");
      const repeated = yield* Effect.flip(compare({ a, b: a }, [], 1));
      expect(repeated.reason).toBe("tooComplex");
      expect(repeated.message).toContain("no difference was found");
      const without = yield* compare({ a, b }, [], 1);
      expect(without.comparison).toMatchObject({ same: 0, onlyA: 2, onlyB: 2, lowerBounds: true });
      expect(without.notes.join()).toContain("lower bounds");
      const same = yield* compare({ a, b: a }, ["id"], 1);
      expect(same.comparison).toMatchObject({ same: 9, changed: 0, onlyA: 0, onlyB: 0, lowerBounds: false });
    }).pipe(Effect.scoped),
  ));

/** Runs the comparison of a random pair, whose keys can repeat or be none. */
const randomly = (
  check: (
    truth: ReturnType<typeof compareInMemory>,
    compared: (most: number, rows?: number, columns?: typeof all) => ReturnType<typeof compare>,
    isKeyless: boolean,
  ) => Effect.Effect<void, BigQueryError, BigQuery>,
) =>
  fc.assert(
    fc.asyncProperty(randomPair, fc.boolean(), async ({ schema, a, b, ...given }, isKeyless) => {
      const key = isKeyless ? [] : given.key;
      fc.pre(schema.length > key.length + 1);
      await runtime.runPromise(
        Effect.gen(function* () {
          const dir = yield* workdir;
          const file = (name: string, rows: typeof a) =>
            Effect.promise(() => parquet(dir, { name, schema, rows }));
          const files = { a: yield* file("a", a), b: yield* file("b", b) };
          yield* check(
            compareInMemory(schema, a, b, key),
            (most, rows, columns) => compare(files, key, most, rows, columns).pipe(Effect.scoped),
            isKeyless,
          );
        }).pipe(Effect.scoped),
      );
    }),
    { numRuns: 40 },
  );

test("rows that are fetched in halves of their columns give the counts of one statement, with any key", async () => {
  const before = refused;
  await randomly((truth, compared, isKeyless) =>
    Effect.gen(function* () {
      const whole = yield* compared(1e6);
      const { comparison } = yield* compared(1, 1000, fetched);
      expect(comparison).toEqual(whole.comparison);
      const { same, changed, onlyA, onlyB, columns } = truth;
      expect(comparison).toMatchObject({ same, changed, onlyA, onlyB, lowerBounds: false });
      if (columns !== undefined && !isKeyless)
        expect(Object.fromEntries(comparison.columns.map((one) => [one.name, one.changed]))).toEqual({
          ...columns,
        });
    }),
  );
  expect(refused).toBeGreaterThan(before + 10);
});

test("without a unique key, parts of the columns prove differences, with lower bounds, and never equality", () =>
  randomly((truth, compared) =>
    Effect.gen(function* () {
      const differs = (truth.changed ?? 0) + truth.onlyA + truth.onlyB > 0;
      const result = yield* Effect.either(compared(1));
      if (Either.isLeft(result)) {
        expect(result.left.reason).toBe("tooComplex");
        // Rows that only one side has more of differ in every part.
        expect(truth.onlyA).toBe(truth.onlyB);
        return;
      }
      const { comparison } = result.right;
      expect(rowsDiffer(comparison)).toBe(differs);
      if (comparison.changedAtMost !== true && comparison.changed !== null)
        expect(comparison.changed).toBeLessThanOrEqual(truth.changed!);
      expect(comparison.onlyA).toBeLessThanOrEqual(truth.onlyA);
      expect(comparison.onlyB).toBeLessThanOrEqual(truth.onlyB);
      expect(comparison.same).toBeLessThanOrEqual(truth.same);
    }),
  ));
