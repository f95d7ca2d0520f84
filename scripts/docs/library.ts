/** docs/LIBRARY.md: the modules of src/index.ts, and the tested examples. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as exported from "../../src/index.ts";
import { code, generated, page, table } from "./markdown.ts";

const root = resolve(import.meta.dir, "../..");

/** The purpose of each export. */
const modules: Readonly<Record<keyof typeof exported | "Program", string>> = {
  Profile:
    "`run(reference, options)` profiles one table; `program(options)` is the same for a batch; `defaults`; the schemas `Profile`, `ColumnProfile`, `Finding`",
  Baseline: "`load(text)` reads an earlier report, for the option `baseline`",
  SchemaDiff:
    "`diff(a, b, options)` compares two schemas from anywhere, without an engine; `run(pair, options)` and `program(options)` fetch them; `apply`, `ddl`, `rules`, the schemas `SchemaDiff` and `Change`, and `SchemaFile.parse`",
  TableCompare:
    "`run({ a, b }, options)` compares the rows of two tables; `program(options)` is the same for a batch; `defaults`, `headline`, `breaks`; the schemas `Comparison` and `RowComparison`",
  Batch:
    "`run(program, items, options)` runs many items with bounded concurrency; results as a stream, and a summary",
  Plan: "`plan(program, items, options)` estimates the statements and cost of a batch",
  Program: "The interface of a program that a batch can run",
  Journal: "`open(file, head(…))` for `Batch.run`: reuses earlier results and stores new ones",
  JournalFile: "`open(path)` and `openReader(path)` open a journal file; it is locked for writing",
  Merge: "`merge(program, journals, run)` merges journals into one report",
  Shard:
    "`select`, `has` and `partOf`: part K of N of a batch; `assignBySize` and `listDigest` for even parts",
  Result: "The schemas of a report: `Run`, `Status`, `Failure`, `Summary`",
  Router:
    "`layer({ connection, policy, local })`: BigQuery and local files as one `BigQuery`, each engine starts at its first call; `layerConfig`",
  Google:
    "`layer({ connection, policy })`: only BigQuery, connected immediately; `layerConfig` reads the values from `Config`",
  Send: "the transport of the Google layer, which a test can replace by a function",
  DuckDb: "`layer({ threads, memoryLimit })`: only local files; `layerConfig` reads the values from `Config`",
  BigQueryError: "The error of every call: one of the reasons of `BigQueryError.Reason`, each with a remedy",
  CallPolicy:
    "`make({ rateLimit, retries, maximumBytesBilled, … })`: the policy of calls, for your own engine",
  BigQueryTest:
    "`fromRows(tables, { delays, errors, policy })`: tables given as rows, in the embedded engine; `adjust` advances the test's clock; `scripted(given)`: given answers, and a defect for other calls",
  BigQuery: "The port: the tag of `BigQueryService`, the only requirement of a program",
  TableReference: "`parse` and `format` table references",
  TableSchema: "Fields, types and paths in BigQuery's terms",
  Value: "Values in reports: `toNumber`, `fromDigits`, …",
  version: "The version of bqkit",
};

/** An example with the import path of a user. */
const example = (name: string): string =>
  `\`\`\`ts\n${readFileSync(join(root, "examples", name), "utf8")
    .replaceAll('"../src/index.ts"', '"bqkit"')
    .trim()}\n\`\`\``;

export const library = (): string => {
  const missing = Object.keys(exported).filter((name) => !(name in modules));
  if (missing.length > 0)
    throw new Error(`scripts/docs/library.ts has no description of ${missing.join(", ")}`);
  return page(
    generated,
    "# The library",
    `The programs are a thin layer over a library for [Effect](https://effect.website) 3, on Bun or Node 22. Journals need Bun.
\`npm install bqkit effect @effect/platform\` installs it and its peers; in a clone, \`bun examples/…\` runs the examples. Each function returns an Effect that
requires \`BigQuery\`; a layer provides the engine. Engines connect at their first call.`,
    table(["Export", "Contents"], Object.entries(modules).map(([name, text]) => [code(name), text])),
    `\`Profile.run\` accepts the options of the command line: \`columns\`, \`exclude\`, \`where\`, \`partitions\`, \`asOf\`, \`samplePercent\`,
\`sampleSize\`, \`top\`, \`exact\`, \`detectAnomalies\`, \`values\`, \`baseline\`, \`driftThreshold\`. Resources
of the local engine are released at the end. Its result is the \`profile\` of [REPORT.md](REPORT.md).

Failures are \`BigQueryError\`s with a closed \`reason\` and a \`message\` that includes the remedy. Temporary failures
have already been retried.`,
    `## Compare two schemas

${example("schema-check.ts")}

\`\`\`sh status=1
bun examples/schema-check.ts examples/data/orders-v1.schema.json examples/data/orders-v2.schema.json
\`\`\`

\`\`\`text
items[].price: SELECT *, INSERT without column names and comparisons of STRUCTs depend on the order of fields
items[].price: another type (FLOAT64 to NUMERIC)
items[].discounts[].percent: another type (INT64 to NUMERIC)
shipping.address.zip: another type (INT64 to STRING)
cust: gone
note: gone
\`\`\``,
    `## Profile a folder

${example("profile-folder.ts")}

\`\`\`sh
bun examples/profile-folder.ts data | head -4
\`\`\`

\`\`\`text
airports.csv: 3376 rows
  0.0%  iata
  0.0%  name
  0.0%  city
\`\`\``,
    `## A check with an exit status

${example("null-rate-check.ts")}

\`\`\`sh
bun examples/null-rate-check.ts data/movies.json 'Director=0.5' 'IMDB Rating=0.1'
\`\`\`

\`\`\`text
ok
\`\`\`

\`\`\`sh status=1
bun examples/null-rate-check.ts data/movies.json 'Director=0.3'
\`\`\`

\`\`\`text
Director: 0.416 NULL, above 0.3
\`\`\``,
    `## Test without an account or delays

${example("deterministic.test.ts")}`,
    `## Many tables

The command line uses \`Batch.run\`. A failed item is a result like others; only failures of the whole batch are
errors. Results are kept in a temporary file until the scope closes, so that memory is bounded. Options: \`parallel\` (4; or \`auto\`), \`timeout\` for one item,
\`failFast\`, \`stop\` (an Effect that skips the rest when it completes), \`budget\`, \`shard\`, \`journal\`, \`verify\`, \`onResult\`.`,
    `${example("resumable-batch.ts")}

\`\`\`sh
bun examples/resumable-batch.ts profiles.ndjson data/airports.csv data/zipcodes.csv
bun examples/resumable-batch.ts profiles.ndjson data/airports.csv data/zipcodes.csv data/movies.json
\`\`\`

\`\`\`text
2 of 2 profiled, 0 of them earlier
3 of 3 profiled, 2 of them earlier
\`\`\``,
    `## Write a program

A batch runs any \`Program\` with the same concurrency, budget, journal and shards.

${example("empty-tables.ts")}

\`\`\`sh
bun examples/empty-tables.ts data/airports.csv data/movies.json
\`\`\`

\`\`\`text
data/airports.csv: 3376
data/movies.json: 3201
\`\`\``,
  ); // biome-ignore format: prose in lines
};
