/** Runs one statement in DuckDB and prints its rows as JSON: `bun bench/rivals/sql.ts STATEMENT`. */
import { DuckDBInstance } from "@duckdb/node-api";

const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
const rows = await (await connection.run(process.argv[2] ?? "")).getRowObjectsJson();
console.log(JSON.stringify(rows));
