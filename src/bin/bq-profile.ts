#!/usr/bin/env bun
/** bq-profile: what is in a table. */
import { enlarge } from "../layers/duckdb/library/ThreadPool.ts";
import { version } from "../version.ts";

// --version is answered before anything heavy is loaded.
if (process.argv.length === 3 && process.argv[2] === "--version")
  process.stdout.write(`bq-profile ${version}\n`);
else {
  enlarge();
  void Promise.all([import("../cli/Main.ts"), import("../cli/Profile.ts")]).then(([{ main }, { tool }]) =>
    main(tool),
  );
}
