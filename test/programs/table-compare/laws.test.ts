/**
 * Properties of every comparison over random tables: against a comparison in memory, on DuckDB and on the evaluator.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import type { Row } from "../../../src/domain/Value.ts";
import * as Router from "../../../src/layers/Router.ts";
import { type CompareOptions, type Comparison, run } from "../../../src/programs/table-compare/Program.ts";
import { field, parquet } from "../../contract/tables.ts";
import { type Oracle, oracleAvailable, startOracle } from "../../oracle/oracle.ts";
import { reference, workdir } from "../../support/files.ts";
import { describeWith } from "../../support/needs.ts";
import { evaluated } from "./evaluator.ts";
import { compareInMemory } from "./memory.ts";
import { type RandomPair, randomPair } from "./random.ts";

setDefaultTimeout(120_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
afterAll(() => runtime.dispose());

const local = (
  { schema, a, b, key }: RandomPair,
  options: Partial<CompareOptions> = {},
): Promise<Comparison> =>
  runtime.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const file = (name: string, rows: ReadonlyArray<Row>) =>
        Effect.promise(() => parquet(dir, { name, schema, rows }));
      const pair = { a: reference(yield* file("a", a)), b: reference(yield* file("b", b)) };
      return yield* run(pair, { key, ...options });
    }).pipe(Effect.scoped),
  );

const summary = ({ rows }: Comparison) => ({
  same: rows?.same,
  changed: rows?.changed,
  onlyA: rows?.onlyA,
  onlyB: rows?.onlyB,
});

const check = (found: Comparison, { schema, a, b, key }: RandomPair): void => {
  const { columns, ...totals } = compareInMemory(schema, a, b, key);
  expect(summary(found)).toEqual(totals);
  expect(found.verdict).toBe(
    totals.same === a.length && totals.same === b.length ? "identical" : "different",
  );
  if (columns !== undefined) {
    expect(Object.fromEntries(found.rows!.columns.map(({ name, changed }) => [name, changed]))).toEqual(
      columns,
    );
  }
};

const shuffled = <A>(all: ReadonlyArray<A>): ReadonlyArray<A> => [...all].reverse();

describe("on DuckDB", () => {
  test("the verdict and all counts agree with a comparison in memory", () =>
    fc.assert(
      fc.asyncProperty(randomPair, async (pair) => check(await local(pair), pair)),
      { numRuns: 150 },
    ));

  test("a table is identical with itself in any order, and comparisons mirror each other", () =>
    fc.assert(
      fc.asyncProperty(randomPair, async (pair) => {
        expect((await local({ ...pair, b: shuffled(pair.a) })).verdict).toBe("identical");
        const [there, back] = [await local(pair), await local({ ...pair, a: pair.b, b: pair.a })];
        expect(summary(back)).toEqual({
          ...summary(there),
          onlyA: summary(there).onlyB,
          onlyB: summary(there).onlyA,
        });
        expect(back.rows?.columns).toEqual(there.rows?.columns ?? []);
      }),
      { numRuns: 25 },
    ));
});

/** Values in hundredths, with tolerances in hundredths and in percent. */
const tolerated = fc.record({
  pairs: fc.array(fc.tuple(fc.integer({ min: -300, max: 300 }), fc.integer({ min: -3, max: 3 })), {
    maxLength: 12,
  }),
  absolute: fc.integer({ min: 0, max: 3 }),
  relative: fc.integer({ min: 0, max: 2 }),
  type: fc.constantFrom("NUMERIC", "INT64"),
});

const hundredths = (n: number) => `${Math.trunc(n / 100)}.${String(n % 100).padStart(2, "0")}`;

test("tolerances of exact numbers are exact", () =>
  fc.assert(
    fc.asyncProperty(tolerated, async ({ pairs, absolute, relative, type }) => {
      const schema = [field("id", "INT64"), field("x", type as "NUMERIC")];
      // Integers as they are, decimals as hundredths.
      const unit = type === "NUMERIC" ? 100 : 1;
      const text = (n: number) =>
        (n < 0 ? "-" : "") + (unit === 100 ? hundredths(Math.abs(n)) : String(Math.abs(n)));
      const rows = (of: (pair: readonly [number, number]) => number) =>
        pairs.map((pair, id): Row => ({ id, x: text(of(pair)) }));
      const found = await local(
        { schema, a: rows(([x]) => x), b: rows(([x, by]) => x + by), key: ["id"] },
        {
          stats: "never",
          absTolerance: { all: unit === 100 ? hundredths(absolute) : String(absolute), columns: {} },
          relTolerance: { columns: { x: hundredths(relative) } },
        },
      );
      const changed = pairs.filter(
        ([x, by]) => Math.abs(by) * 100 > absolute * 100 + relative * Math.max(Math.abs(x), Math.abs(x + by)),
      );
      expect(found.rows?.changed).toBe(changed.length);
    }),
    { numRuns: 40 },
  ));

const need = {
  available: oracleAvailable(),
  missing: "no evaluator; install it: (cd test/oracle && bun install)",
};

describeWith(need, "on Google's evaluator", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await startOracle();
  });
  afterAll(() => oracle.stop());

  test("the verdict and all counts agree with a comparison in memory", () =>
    fc.assert(
      fc.asyncProperty(randomPair, async (pair) => {
        const { schema, a, b, key } = pair;
        const found = await Effect.runPromise(
          evaluated(oracle, { schema, rows: a }, { schema, rows: b }, { key }),
        );
        check(found, pair);
      }),
      { numRuns: 100 },
    ));
});
