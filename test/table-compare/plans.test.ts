/** Every plan that can compare a pair gives the same verdict and counts. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import * as Router from "../../src/layers/Router.ts";
import type { RowComparison } from "../../src/programs/table-compare/Comparison.ts";
import { type CompareOptions, defaults } from "../../src/programs/table-compare/Options.ts";
import { prepare, rowsTask } from "../../src/programs/table-compare/Prepare.ts";
import { compareRows } from "../../src/programs/table-compare/plans/CompareRows.ts";
import { compareCrossEngine } from "../../src/programs/table-compare/plans/CrossEngine.ts";
import { rowsDiffer } from "../../src/programs/table-compare/Verdict.ts";
import { empty } from "../../src/sql/Sql.ts";
import { parquet } from "../contract/tables.ts";
import { reference, workdir } from "../support/files.ts";
import { compareInMemory } from "./memory.ts";
import { type RandomPair, randomPair } from "./random.ts";

setDefaultTimeout(300_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
afterAll(() => runtime.dispose());

/** The comparison by each plan: a join, one statement without a join, digests; with and without a condition. */
const byEveryPlan = ({ schema, a, b }: RandomPair, options: Partial<CompareOptions>) =>
  runtime.runPromise(
    Effect.gen(function* () {
      const [inA, inB] = [yield* workdir, yield* workdir];
      const one = yield* Effect.promise(() => parquet(inA, { name: "a", schema, rows: a }));
      const other = yield* Effect.promise(() => parquet(inB, { name: "b", schema, rows: b }));
      const found: Array<RowComparison> = [];
      for (const where of [undefined, "1 = 1"]) {
        const pair = { a: reference(one), b: reference(other) };
        const all = { ...defaults, ...options, ...(where === undefined ? {} : { where }) };
        const prepared = yield* prepare(pair, all);
        const task = rowsTask(prepared);
        const oneStatement = {
          ...task.dialect,
          engine: "bigquery",
          scansAreFree: false,
          unnest: () => empty,
        } as const;
        found.push(
          (yield* compareRows(task)).comparison,
          (yield* compareRows({ ...task, dialect: oneStatement })).comparison,
          (yield* compareCrossEngine({ ...prepared, together: false })).comparison,
        );
      }
      return found;
    }).pipe(Effect.scoped),
  );

const totals = ({ same, changed, onlyA, onlyB }: RowComparison) => ({ same, changed, onlyA, onlyB });

test("every plan, keyed and keyless, gives one verdict and the counts of a comparison in memory", () =>
  fc.assert(
    fc.asyncProperty(randomPair, async (pair) => {
      const keys = pair.key.length === 0 ? [[]] : [pair.key, []];
      const verdicts = new Set<boolean>();
      for (const key of keys) {
        const { columns, ...truth } = compareInMemory(pair.schema, pair.a, pair.b, key);
        for (const found of await byEveryPlan(pair, { key })) {
          verdicts.add(rowsDiffer(found));
          expect(totals(found)).toEqual(truth);
          if (columns !== undefined) {
            const byColumn = found.columns.map(({ name, changed }) => [name, changed] as const);
            expect(Object.fromEntries(byColumn)).toEqual({ ...columns });
          }
        }
      }
      expect(verdicts.size).toBe(1);
    }),
    { numRuns: 100 },
  ));
