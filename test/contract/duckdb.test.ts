/** The contract over the local engine, on Parquet, NDJSON and a DuckDB database. */
import { Effect } from "effect";
import type { TableReference } from "../../src/domain/TableReference.ts";
import { sql } from "../../src/sql/Sql.ts";
import { reference, workdir } from "../support/files.ts";
import { contract } from "./contract.ts";
import { type TableName, tables } from "./data.ts";
import { ndjson, parquet, select, started } from "./tables.ts";

const open = Effect.gen(function* () {
  const bigQuery = yield* started({ local: { threads: 2 } });
  const dir = yield* workdir;
  const database = yield* Effect.promise(() =>
    dir.database(
      "shop.duckdb",
      "CREATE TABLE modes (id BIGINT NOT NULL, note VARCHAR, tags VARCHAR[])",
      "COMMENT ON COLUMN modes.id IS 'the key'",
      `INSERT INTO modes ${select(dir, tables.modes)}`,
    ),
  );
  const nested = dir.text("nested.ndjson", ndjson(tables.nested.rows));
  const found: Partial<Record<TableName, TableReference>> = {
    modes: reference(`${database}#main.modes`),
    nested: reference(nested),
  };
  for (const name of ["values", "flat", "empty", "odd", "secrets", "floats"] as const)
    found[name] = reference(yield* Effect.promise(() => parquet(dir, tables[name])));
  return {
    bigQuery,
    reference: (name: TableName) => found[name]!,
    misspelt: reference(`${dir.path}/flatt.parquet`),
    endless: () =>
      sql`SELECT count(*) FROM range(1000000000) AS a, range(1000000000) AS b WHERE a.range % 7 = b.range % 5`,
  };
});

contract({
  name: "The local engine",
  open,
  lacks: { listTables: "it has no patterns, a glob of files is one table" },
});
