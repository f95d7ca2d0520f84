#!/usr/bin/env bun
/** bq-table-compare: whether two tables hold the same. */
import { enlarge } from "../layers/duckdb/library/ThreadPool.ts";
import { version } from "../version.ts";

// --version is answered before anything heavy is loaded.
if (process.argv.length === 3 && process.argv[2] === "--version")
  process.stdout.write(`bq-table-compare ${version}\n`);
else {
  enlarge();
  void Promise.all([import("../cli/Main.ts"), import("../cli/TableCompare.ts")]).then(
    ([{ main }, { tool }]) => main(tool),
  );
}
