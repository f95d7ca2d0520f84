/** A thousand random columns of every type, and six large tables, with statistics computed in memory by exact arithmetic. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { Effect } from "effect";
import type { TableSchema } from "../../../src/domain/TableSchema.ts";
import type { Row, Value } from "../../../src/domain/Value.ts";
import * as Router from "../../../src/layers/Router.ts";
import { type Profile, type ProfileOptions, run } from "../../../src/programs/profile/Program.ts";
import { BigQuery } from "../../../src/services/BigQuery.ts";
import {
  connected,
  dataset,
  emulatorNeed,
  load,
  parquet,
  project,
  started,
  startedEmulator,
  type Table,
} from "../../contract/tables.ts";
import { reference, workdir } from "../../support/files.ts";
import { describeWith } from "../../support/needs.ts";
import { expectTruth } from "./compare.ts";
import { expectDistribution, expectMoments, expectOutliers } from "./exact.ts";
import { columnsOf } from "./memory.ts";
import { columnsPerTable, largeTable, largeTables, randomTable } from "./randomTables.ts";

setDefaultTimeout(300_000);

const options: Partial<ProfileOptions> = { top: 20, detectAnomalies: true, sampleSize: 0 };

const expectTrue = (profile: Profile, table: Table, engine: "local" | "google"): void => {
  const columns = columnsOf(table.schema, table.rows);
  expect(profile.rows).toBe(table.rows.length);
  const moments = ({ mean, stddev, ...rest }: Profile["columns"][number]) => rest;
  // Moments are compared separately, because they have rounding errors.
  expectTruth({ columns: profile.columns.map(moments) }, columns, {
    top: 20,
    moments: false,
    emulated: engine === "google",
  });
  for (const [i, column] of columns.entries()) {
    expectMoments(profile.columns[i]!, column, engine);
    expectDistribution(profile.columns[i]!, column);
    expectOutliers(profile.columns[i]!, column);
  }
};

describe("On the local engine", () => {
  const tables = Math.ceil(1000 / columnsPerTable);
  for (let group = 0; group < 4; group++)
    test(`every statistic is true, seeds ${group} of 4`, () =>
      Effect.runPromise(
        Effect.gen(function* () {
          const dir = yield* workdir;
          for (let seed = group; seed < tables; seed += 4) {
            const table = randomTable(seed);
            const file = yield* Effect.promise(() => parquet(dir, table));
            expectTrue(yield* Effect.scoped(run(reference(file), options)), table, "local");
          }
        }).pipe(Effect.scoped, Effect.provide(Router.layer({ local: { threads: 2 } }))),
      ));
});

describe("On the local engine, of samples", () => {
  for (let seed = 0; seed < largeTables; seed++)
    test(`every statistic is true within its error, seed ${seed}`, () =>
      Effect.runPromise(
        Effect.gen(function* () {
          const dir = yield* workdir;
          const table = largeTable(seed);
          const file = yield* Effect.promise(() => parquet(dir, table));
          const profile = yield* Effect.scoped(run(reference(file), options));
          expect(profile.columns.some(({ quantiles }) => quantiles?.exact === false)).toBe(true);
          expectTrue(profile, table, "local");
        }).pipe(Effect.scoped, Effect.provide(Router.layer({ local: { threads: 2 } }))),
      ));
});

describeWith(emulatorNeed, "On the emulator", () => {
  test("every statistic is true within its error", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const emulator = yield* startedEmulator;
        const dir = yield* workdir;
        const bigQuery = yield* started(connected(emulator));
        for (let seed = 100; seed < 106; seed++) {
          const made = randomTable(seed, 300);
          // It takes 25 ms per row with an array.
          const schema = made.schema.filter(({ mode }) => mode !== "REPEATED" || made.rows.length <= 100);
          const table = { ...made, schema, rows: made.rows.map((row) => narrowed(row, schema)) };
          yield* Effect.promise(() => load(emulator, dir, table));
          const profiled = run(reference(`${project}.${dataset}.${table.name}`), { ...options, exact: true });
          expectTrue(yield* Effect.provideService(profiled, BigQuery, bigQuery), table, "google");
        }
      }).pipe(Effect.scoped),
    ));
});

/**
 * Its `CAST('NaN' AS FLOAT64) IS NULL` is true, and it cannot store a STRUCT with an infinity: "json: unsupported
 * value: +Inf".
 */
const storable = (value: Value): Value => {
  if (value === "NaN") return "Infinity";
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, /NaN|Infinity/.test(String(inner)) ? null : inner]),
  );
};

const narrowed = (row: Row, schema: TableSchema): Row =>
  Object.fromEntries(schema.map(({ name }) => [name, storable(row[name] ?? null)]));
