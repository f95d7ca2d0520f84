/** The local engine, and the Google layer against the emulator, give the same profile of the same rows. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { basename, join } from "node:path";
import { Effect, Exit, Scope } from "effect";
import { type Profile, type ProfileOptions, run } from "../../src/programs/profile/Program.ts";
import { BigQuery, type BigQueryService } from "../../src/services/BigQuery.ts";
import type { Emulator } from "../emulator/emulator.ts";
import {
  expectAgreement,
  expectQuantiles,
  expectTopValues,
  expectTruth,
} from "../programs/profile/compare.ts";
import { columnsOf } from "../programs/profile/memory.ts";
import { reference, type Workdir, workdir } from "../support/files.ts";
import { describeWith } from "../support/needs.ts";
import { madeTable } from "./made.ts";
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
  type Table,
} from "./tables.ts";

/** The emulator is slow, and the machine may be busy. */
const patience = 120_000;

const made = madeTable(5000);

const narrowed = (name: string, rows: number, keep: (field: Table["schema"][number]) => boolean): Table => {
  const schema = made.schema.filter(keep);
  return {
    name,
    schema,
    rows: made.rows
      .slice(0, rows)
      .map((row) => Object.fromEntries(schema.map((f) => [f.name, row[f.name]!]))),
  };
};

const isNested = (of: Table["schema"][number]) => of.mode === "REPEATED" || of.type === "STRUCT";
const scalars = narrowed("scalars", 5000, (f) => !isNested(f));
// The emulator takes 25 ms for each row of the statement that reads arrays.
const nested = narrowed("nested", 300, (f) => isNested(f) || f.name === "id");
const small = narrowed("small", 500, (f) => ["id", "small", "ratio", "word", "day"].includes(f.name));
const one = { ...narrowed("one", 1, () => true), rows: made.rows.slice(0, 1) };
const empty = { ...narrowed("empty", 0, () => true), rows: [] };
const nulls: Table = {
  name: "nulls",
  schema: (
    ["INT64", "FLOAT64", "NUMERIC", "STRING", "BYTES", "BOOL", "DATE", "TIMESTAMP", "JSON"] as const
  ).map((type) => field(type.toLowerCase(), type)),
  rows: [1, 2, 3].map(() => ({})),
};
const all = [scalars, nested, small, one, empty, nulls];

describeWith(emulatorNeed, "Both engines agree", () => {
  let scope: Scope.CloseableScope;
  let bigQuery: BigQueryService;
  let emulator: Emulator;
  let dir: Workdir;
  const files = new Map<Table, string>();

  const setUp = Effect.gen(function* () {
    emulator = yield* startedEmulator;
    dir = yield* workdir;
    bigQuery = yield* started(connected(emulator));
    for (const table of all) {
      files.set(table, yield* Effect.promise(() => parquet(dir, table)));
      yield* Effect.promise(() => load(emulator, dir, table));
    }
  });
  beforeAll(async () => {
    scope = await Effect.runPromise(Scope.make());
    await Effect.runPromise(Scope.extend(setUp, scope));
  }, 120_000);
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)), 60_000);

  const profile = (text: string, options: Partial<ProfileOptions>): Promise<Profile> =>
    Effect.runPromise(Effect.provideService(run(reference(text), options), BigQuery, bigQuery));
  const both = async (table: Table, options: Partial<ProfileOptions> = {}, localOptions = options) => ({
    local: await profile(files.get(table)!, localOptions),
    google: await profile(`${project}.${dataset}.${table.name}`, options),
  });

  const sentence = (
    name: string,
    table: Table,
    options: Partial<ProfileOptions> = {},
    keep: (row: Table["rows"][number]) => boolean = () => true,
  ) =>
    test(
      name,
      async () => {
        const { local, google } = await both(table, options);
        const columns = columnsOf(table.schema, table.rows.filter(keep)).filter((column) =>
          local.columns.some(({ name }) => name === column.name),
        );
        expectAgreement(local, google);
        expectTruth(local, columns, options);
        for (const [i, column] of columns.entries()) {
          expectQuantiles(google.columns[i]!, column);
          expectTopValues(google.columns[i]!, column, options.top ?? 10);
        }
        if (options.where === undefined) {
          const order = (rows: Profile["sample"]) =>
            [...(rows ?? [])].map((row) => JSON.stringify(row)).sort();
          expect(order(local.sample)).toEqual(order(google.sample));
        }
        // A finding based on a count that one engine estimates may be missing from the other.
        const certain = ({ findings }: Profile) =>
          findings
            .filter(({ id }) => !["unique", "candidate-key", "high-cardinality", "skew"].includes(id))
            .map(({ id, column }) => `${id} ${column}`);
        expect(certain(local)).toEqual(certain(google));
      },
      patience,
    );

  sentence("on 5,000 rows of every scalar type", scalars, { top: 20 });
  sentence("on STRUCTs, arrays, and arrays inside arrays of STRUCTs", nested);
  sentence("on a single row", one);
  sentence("on an empty table", empty);
  sentence("on columns of NULLs alone", nulls);
  sentence("with exact distinct counts", small, { exact: true });
  sentence(
    "with a condition",
    small,
    { where: "small > 0 AND id < 400" },
    (row) => Number(row.small) > 0 && Number(row.id) < 400,
  );
  sentence("with some of the columns", nested, { columns: ["place.geo", "items[].sku"] });

  test(
    "on outliers, by fences and by deviations",
    async () => {
      const { local, google } = await both(small, { detectAnomalies: true });
      expectAgreement(local, google);
      const figures = (of: Profile) => of.columns.map(({ name, outliers }) => [name, outliers !== undefined]);
      expect(figures(local)).toEqual(figures(google));
      for (const [i, { outliers }] of local.columns.entries()) {
        const other = google.columns[i]!.outliers;
        if (outliers === undefined || other === undefined) continue;
        expect(outliers.beyondThreeSigma).toBe(other.beyondThreeSigma!);
        expect(outliers.maxZScore).toBeCloseTo(other.maxZScore!, 9);
      }
      expect(local.columns.some(({ outliers }) => (outliers?.above ?? 0) + (outliers?.below ?? 0) > 0)).toBe(
        true,
      );
    },
    patience,
  );

  for (const file of ["movies.json", "birdstrikes.csv"]) {
    test(
      `on ${file} of vega-datasets, as it is and as it was loaded`,
      async () => {
        const path = join(import.meta.dir, "../../node_modules/vega-datasets/data", file);
        const name = basename(file).split(".")[0]!;
        const { schema, rows } = await Effect.runPromise(bigQuery.table(reference(path)));
        const reader = file.endsWith(".csv") ? "read_csv" : "read_json";
        const loaded = join(dir.path, `${name}.ndjson`);
        const copy = `COPY (FROM ${reader}('${path}', sample_size = -1)) TO '${loaded}' (FORMAT json)`;
        await dir.database(`${name}.duckdb`, copy);
        const table = { name, schema, rows: [] };
        await load(emulator, dir, table, { path: loaded, format: "NEWLINE_DELIMITED_JSON" });
        const local = await profile(path, { top: 20 });
        const google = await profile(`${project}.${dataset}.${name}`, { top: 20 });
        expect(local.rows).toBe(rows!);
        expectAgreement(local, google);
      },
      patience,
    );
  }
});
