/**
 * The result of a comparison of two engines that cannot fetch every differing row. Both sides are local files here.
 */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import * as Router from "../../../../src/layers/Router.ts";
import { defaults, type Pair } from "../../../../src/programs/table-compare/Options.ts";
import { prepare } from "../../../../src/programs/table-compare/Prepare.ts";
import { compareCrossEngine } from "../../../../src/programs/table-compare/plans/CrossEngine.ts";
import { rowsDiffer } from "../../../../src/programs/table-compare/Verdict.ts";
import { parquet } from "../../../contract/tables.ts";
import { reference, workdir } from "../../../support/files.ts";
import { compareInMemory } from "../memory.ts";
import { randomPair } from "../random.ts";

setDefaultTimeout(120_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
afterAll(() => runtime.dispose());

const compare = (pair: Pair, key: ReadonlyArray<string>, rows: number) =>
  Effect.flatMap(prepare(pair, { ...defaults, key }), (prepared) =>
    compareCrossEngine({ ...prepared, together: false }, { rows, values: 1e9 }),
  );

/** Compares the results of two SELECT statements. */
const compareSelects = (a: string, b: string, key: ReadonlyArray<string>, rows: number) =>
  runtime.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const one = yield* Effect.promise(() => dir.parquet("a.parquet", a));
      const other = yield* Effect.promise(() => dir.parquet("b.parquet", b));
      return yield* compare({ a: reference(one), b: reference(other) }, key, rows);
    }).pipe(Effect.scoped),
  );

test("one changed row among 60,000 with a NULL key is found", async () => {
  const rows = "SELECT CASE WHEN i >= 60000 THEN i END AS id, i AS x FROM range(62000) t(i)";
  const changed =
    "SELECT CASE WHEN i >= 60000 THEN i END AS id, CASE WHEN i = 17 THEN -1 ELSE i END AS x FROM range(62000) t(i)";
  const { comparison } = await compareSelects(rows, changed, ["id"], 50_000);
  expect(comparison).toMatchObject({ same: 61_999, changed: 1, onlyA: 0, onlyB: 0, lowerBounds: false });
  expect(comparison.unread).toBeUndefined();
  const little = await compareSelects(rows, changed, ["id"], 5);
  expect(rowsDiffer(little.comparison)).toBe(true);
  expect(little.comparison).toMatchObject({ lowerBounds: true });
  expect(little.comparison.unread?.a).toBeGreaterThan(0);
});

test("copies of one row that cannot be fetched differ by their number", async () => {
  const copies = (n: number) => `SELECT 'x' AS v FROM range(${n})`;
  const { comparison } = await compareSelects(copies(1000), copies(1003), [], 10);
  expect(comparison).toMatchObject({ changed: null, onlyA: 0, onlyB: 3, lowerBounds: true });
});

test("every fetch limit gives the same verdict as no limit, and lower bounds of the counts", () =>
  fc.assert(
    fc.asyncProperty(
      randomPair,
      fc.constantFrom(0, 1, 2, 3, 5, 8, 13, 1000),
      async ({ schema, a, b, key }, limit) => {
        const { comparison } = await runtime.runPromise(
          Effect.gen(function* () {
            const [inA, inB] = [yield* workdir, yield* workdir];
            const one = yield* Effect.promise(() => parquet(inA, { name: "a", schema, rows: a }));
            const other = yield* Effect.promise(() => parquet(inB, { name: "b", schema, rows: b }));
            return yield* compare({ a: reference(one), b: reference(other) }, key, limit);
          }).pipe(Effect.scoped),
        );
        const { columns, ...truth } = compareInMemory(schema, a, b, key);
        const differ = (truth.changed ?? 0) + truth.onlyA + truth.onlyB > 0;
        expect(rowsDiffer(comparison)).toBe(differ);
        expect(comparison.lowerBounds).toBe(comparison.unread !== undefined);
        if (!comparison.lowerBounds) expect(comparison).toMatchObject(truth);
        expect(comparison.same).toBeLessThanOrEqual(truth.same);
        expect(comparison.changed ?? 0).toBeLessThanOrEqual(truth.changed ?? 0);
        expect(comparison.onlyA).toBeLessThanOrEqual(truth.onlyA);
        expect(comparison.onlyB).toBeLessThanOrEqual(truth.onlyB);
        const byColumn = Object.fromEntries(comparison.columns.map(({ name, changed }) => [name, changed]));
        if (columns !== undefined && !comparison.lowerBounds) expect(byColumn).toEqual({ ...columns });
      },
    ),
    { numRuns: 100 },
  ));
