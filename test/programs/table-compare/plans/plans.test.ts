/** One pair gives one verdict and the counts of a comparison in memory by every plan that can compare it. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Effect, Layer, ManagedRuntime } from "effect";
import fc from "fast-check";
import * as Shard from "../../../../src/batch/Shard.ts";
import * as TableReference from "../../../../src/domain/TableReference.ts";
import type { TableSchema } from "../../../../src/domain/TableSchema.ts";
import type { Row } from "../../../../src/domain/Value.ts";
import * as Router from "../../../../src/layers/Router.ts";
import * as BigQueryTest from "../../../../src/layers/test/BigQueryTest.ts";
import type { RowComparison } from "../../../../src/programs/table-compare/Comparison.ts";
import { type CompareOptions, defaults, type Pair } from "../../../../src/programs/table-compare/Options.ts";
import { prepare, rowsTask } from "../../../../src/programs/table-compare/Prepare.ts";
import { program, run } from "../../../../src/programs/table-compare/Program.ts";
import { compareRows } from "../../../../src/programs/table-compare/plans/CompareRows.ts";
import { compareCrossEngine } from "../../../../src/programs/table-compare/plans/CrossEngine.ts";
import { rowsDiffer } from "../../../../src/programs/table-compare/Verdict.ts";
import { BigQuery } from "../../../../src/services/BigQuery.ts";
import { empty } from "../../../../src/sql/Sql.ts";
import { field, select } from "../../../contract/tables.ts";
import { type Oracle, oracleAvailable, startOracle } from "../../../oracle/oracle.ts";
import { reference, workdir } from "../../../support/files.ts";
import { evaluator } from "../evaluator.ts";
import { compareInMemory } from "../memory.ts";
import { type RandomPair, randomPair } from "../random.ts";

setDefaultTimeout(900_000);

const runtime = ManagedRuntime.make(Layer.orDie(Router.layer({ local: { threads: 1 } })));
let oracle: Oracle | undefined;
beforeAll(async () => {
  if (oracleAvailable()) oracle = await startOracle();
});
afterAll(async () => {
  await oracle?.stop();
  await runtime.dispose();
});

const days = ["2024-01-01", "2024-01-02", null] as const;
const day = field("day", "DATE");

/** The pair with a column of dates, by which its tables are partitioned. */
const partitioned = fc
  .tuple(randomPair, fc.array(fc.constantFrom(...days), { minLength: 24, maxLength: 24 }))
  .map(([pair, dates]): RandomPair => {
    const dated = (rows: ReadonlyArray<Row>, shift: number) =>
      rows.map((row, i): Row => ({ ...row, day: dates[(i + shift) % dates.length] ?? null }));
    return {
      ...pair,
      schema: [...pair.schema, day],
      a: dated(pair.a, 0),
      b: dated(pair.b, dates[0] ? 0 : 3),
    };
  });

const totals = ({ same, changed, onlyA, onlyB }: RowComparison) => ({ same, changed, onlyA, onlyB });

const check = (
  name: string,
  found: RowComparison | undefined,
  schema: TableSchema,
  a: ReadonlyArray<Row>,
  b: ReadonlyArray<Row>,
  key: ReadonlyArray<string>,
): void => {
  const { columns, ...truth } = compareInMemory(schema, a, b, key);
  expect({ name, ...totals(found!) }).toEqual({ name, ...truth });
  expect(rowsDiffer(found!)).toBe((truth.changed ?? 0) + truth.onlyA + truth.onlyB > 0);
  if (columns === undefined) return;
  const byColumn = found!.columns.map(({ name: column, changed }) => [column, changed] as const);
  expect({ name, columns: Object.fromEntries(byColumn) }).toEqual({ name, columns: { ...columns } });
};

const onDay = (rows: ReadonlyArray<Row>) => rows.filter((row) => row.day === days[0]);

/** A join, one statement without a join, and digests, on local tables; one statement and digests with the evaluator. */
const everyPlan = Effect.fnUntraced(function* (pair: Pair, random: RandomPair) {
  const { schema, a, b, key } = random;
  const options: CompareOptions = { ...defaults, key, stats: "never" };
  const whole = yield* prepare(pair, options);
  const task = rowsTask(whole);
  check("local", (yield* compareRows(task)).comparison, schema, a, b, key);
  if (key.length > 0) {
    const oneStatement = {
      ...task.dialect,
      engine: "bigquery",
      scansAreFree: false,
      unnest: () => empty,
    } as const;
    const { comparison } = yield* compareRows({ ...task, dialect: oneStatement });
    check("one statement", comparison, schema, a, b, key);
  }
  const digests = yield* compareCrossEngine({ ...whole, together: false });
  check("digests", digests.comparison, schema, a, b, key);
  const where = { ...options, where: `day = DATE '${days[0]}'` };
  const some = yield* prepare(pair, where);
  check("where", (yield* compareRows(rowsTask(some))).comparison, schema, onDay(a), onDay(b), key);
  if (oracle === undefined) return;
  const layer = evaluator(oracle, { schema, rows: a }, { schema, rows: b });
  const google = yield* Effect.provide(BigQuery, layer);
  const tables = { a: reference("p.d.a"), b: reference("p.d.b") };
  const ask = (more: Partial<CompareOptions>, engine = google, one: Pair = tables) =>
    Effect.provideService(run(one, { ...options, ...more }), BigQuery, engine);
  check("evaluator", (yield* ask({})).rows, schema, a, b, key);
  const partitions = { _tag: "Range", from: days[0], to: days[0] } as const;
  const ofDay = {
    ...google,
    table: (one: TableReference.TableReference) =>
      Effect.succeed(
        BigQueryTest.table(TableReference.format(one), schema, {
          partitioning: { _tag: "Time", unit: "DAY", field: "day", requireFilter: true },
        }),
      ),
  };
  check("partitions", (yield* ask({ partitions }, ofDay)).rows, schema, onDay(a), onDay(b), key);
  const routed = Router.route(Effect.succeed(google), Effect.succeed(yield* BigQuery));
  const across = yield* ask({}, routed, { a: pair.a, b: tables.b });
  check("across engines", across.rows, schema, a, b, key);
});

/** Pairs of one database, and of all: 500 take four minutes. */
const chunk = 50;
const total = process.env.CI === "true" ? 500 : 100;

test(`${total} pairs, with and without a key, by every plan that applies`, async () => {
  for (const seed of fc.sample(fc.integer({ min: 0 }), total / chunk)) {
    const pairs = fc.sample(partitioned, { numRuns: chunk, seed });
    await runtime
      .runPromise(
        Effect.gen(function* () {
          const dir = yield* workdir;
          const creates = pairs.flatMap(({ schema, a, b }, i) =>
            (
              [
                ["a", a],
                ["b", b],
              ] as const
            ).map(
              ([side, rows]) =>
                `CREATE TABLE ${side}${i} AS ${select(dir, { name: `${side}${i}`, schema, rows })}`,
            ),
          );
          const file = yield* Effect.promise(() => dir.database("pairs.duckdb", ...creates));
          const of = (i: number): Pair => ({ a: reference(`${file}#a${i}`), b: reference(`${file}#b${i}`) });
          for (const [i, random] of pairs.entries()) yield* everyPlan(of(i), random);
          // The shards of the batch, together, give every item the result that it has in the whole batch.
          const { run: compare } = program({ ...defaults, stats: "never" });
          const all = pairs.map((_, i) => of(i));
          const identity = (pair: Pair) => TableReference.format(pair.a);
          const found = new Map<number, number>();
          for (const part of [1, 2, 3]) {
            for (const { item, index } of Shard.select(all, identity, { part, of: 3 })) {
              const { schema, a, b } = pairs[index]!;
              check("shard", (yield* compare(item)).rows, schema, a, b, []);
              found.set(index, (found.get(index) ?? 0) + 1);
            }
          }
          expect([...found.values()]).toEqual(pairs.map(() => 1));
        }).pipe(Effect.scoped),
      )
      .catch((error: unknown) => {
        throw new Error(`with seed ${seed}: ${String(error)}`, { cause: error });
      });
  }
});
