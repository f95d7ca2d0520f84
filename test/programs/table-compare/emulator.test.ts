/** The contract cases on the emulator, over REST: the same counts and examples as in memory. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { Effect } from "effect";
import type { Row } from "../../../src/domain/Value.ts";
import { type CompareOptions, run } from "../../../src/programs/table-compare/Program.ts";
import { BigQuery } from "../../../src/services/BigQuery.ts";
import {
  connected,
  dataset,
  emulatorNeed,
  field,
  load,
  parquet,
  project,
  started,
  startedEmulator,
} from "../../contract/tables.ts";
import { reference, workdir } from "../../support/files.ts";
import { describeWith } from "../../support/needs.ts";
import { awkward } from "./awkward.ts";
import { compareInMemory } from "./memory.ts";

setDefaultTimeout(120_000);

const schema = [
  field("id", "INT64"),
  field("k", "STRING"),
  field("x", "FLOAT64"),
  field("n", "NUMERIC"),
  field("t", "TIMESTAMP"),
  field("tags", "STRING", { mode: "REPEATED" }),
];

const row = (id: number | null, k: string | null, x: number | null, more: Partial<Row> = {}): Row => ({
  id,
  k,
  x,
  n: "1.5",
  t: "2024-01-02T03:04:05.123456Z",
  tags: ["a"],
  ...more,
});

const a = [
  row(1, "x", 1.5),
  row(1, "x", 1.5),
  row(2, null, 2),
  row(null, null, 3),
  row(null, "z", null),
  row(7, "a,b", 0),
];
const b = [
  row(1, "x", 1.5),
  row(1, "x", 1.75),
  row(2, null, 2, { n: "1.500000001" }),
  row(null, null, 3),
  row(null, "z", null, { tags: [] }),
  row(8, "a", 0),
  row(9, "a", 0),
];

describeWith(emulatorNeed, "On the emulator", () => {
  test("rows with keys, without, and with duplicates compare as in memory", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const emulator = yield* startedEmulator;
        const dir = yield* workdir;
        yield* Effect.promise(() => load(emulator, dir, { name: "a", schema, rows: a }));
        yield* Effect.promise(() => load(emulator, dir, { name: "b", schema, rows: b }));
        const bigQuery = yield* started(connected(emulator));
        const of = (name: string) => reference(`${project}.${dataset}.${name}`);
        const compare = (one: string, other: string, options: Partial<CompareOptions>) =>
          run({ a: of(one), b: of(other) }, { stats: "never", ...options }).pipe(
            Effect.provideService(BigQuery, bigQuery),
          );
        for (const key of [["id", "k"], ["id"], ["k", "n"], []]) {
          const found = yield* compare("a", "b", { key });
          const { columns, ...totals } = compareInMemory(schema, a, b, key);
          expect(found.rows).toMatchObject(totals);
          if (columns !== undefined) {
            expect(
              Object.fromEntries(found.rows!.columns.map(({ name, changed }) => [name, changed])),
            ).toEqual(columns);
          }
          expect((yield* compare("a", "a", { key })).verdict).toBe("identical");
        }
        const tolerant = yield* compare("a", "b", {
          key: ["id", "k"],
          absTolerance: { columns: { x: "0.25", n: "0.000000002" } },
        });
        expect(tolerant.rows).toMatchObject({ changed: 1, columns: [{ name: "tags", changed: 1 }] });
        expect(tolerant.rows?.examples?.changed).toEqual([
          { key: { id: null, k: "z" }, cells: [{ column: "tags", a: ["a"], b: [] }] },
        ]);
      }).pipe(Effect.scoped),
    ));

  test("a local file and a BigQuery table have the same text for every scalar type", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const emulator = yield* startedEmulator;
        const dir = yield* workdir;
        // The emulator stores NaN as NULL, and formats a DATETIME of year 1 differently.
        const table = {
          ...awkward,
          rows: awkward.rows
            .filter(({ f }) => f !== "NaN")
            .map((one) => (one.m === "0001-01-01T00:00:00" ? { ...one, m: "1900-01-01T00:00:00" } : one)),
        };
        const file = yield* Effect.promise(() => parquet(dir, table));
        yield* Effect.promise(() => load(emulator, dir, table));
        const bigQuery = yield* started(connected(emulator));
        const pair = { a: reference(file), b: reference(`${project}.${dataset}.${table.name}`) };
        for (const key of [[], ["s"]]) {
          const found = yield* Effect.provideService(run(pair, { stats: "never", key }), BigQuery, bigQuery);
          expect(found.compared.leftOut).toEqual([]);
          expect(found.rows).toMatchObject({
            same: table.rows.length,
            onlyA: 0,
            onlyB: 0,
            method: "digests",
          });
          // Equal digests need no second scan.
          expect(found.notes.join()).not.toContain("second scan");
        }
      }).pipe(Effect.scoped),
    ));
});
