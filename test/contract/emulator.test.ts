/** The contract over the Google layer, against the emulator with the same files loaded into it. */
import { Effect } from "effect";
import { sql } from "../../src/sql/Sql.ts";
import { reference, workdir } from "../support/files.ts";
import { describeWith } from "../support/needs.ts";
import { contract } from "./contract.ts";
import { type TableName, tables } from "./data.ts";
import {
  connected,
  dataset,
  emulatorNeed,
  load,
  ndjson,
  parquet,
  project,
  started,
  startedEmulator,
} from "./tables.ts";

const open = Effect.gen(function* () {
  const emulator = yield* startedEmulator;
  const dir = yield* workdir;
  const flat = yield* Effect.promise(() => parquet(dir, tables.flat));
  const nested = dir.text("nested.ndjson", ndjson(tables.nested.rows));
  for (const table of Object.values(tables)) {
    const file =
      table === tables.flat
        ? ({ path: flat, format: "PARQUET" } as const)
        : table === tables.nested
          ? ({ path: nested, format: "NEWLINE_DELIMITED_JSON" } as const)
          : undefined;
    yield* Effect.promise(() => load(emulator, dir, table, file));
  }
  const bigQuery = yield* started(connected(emulator));
  return {
    bigQuery,
    reference: (name: TableName) => reference(`${project}.${dataset}.${name}`),
    misspelt: reference(`${project}.${dataset}.flatt`),
    endless: () =>
      sql`SELECT COUNT(*) AS n FROM UNNEST(GENERATE_ARRAY(1, 3000)) AS a, UNNEST(GENERATE_ARRAY(1, 3000)) AS b WHERE MOD(a, 7) = MOD(b, 5)`,
  };
});

describeWith(emulatorNeed, "Against the emulator", () => {
  contract({
    name: "the Google layer",
    open,
    lacks: {
      nan: "the emulator stores NaN as NULL",
      castErrors: "the emulator reports every error as an internal one",
      rowCountOfEmpty: "the emulator leaves numRows out where it is 0",
    },
  });
});
