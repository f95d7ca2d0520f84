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
    "`run(program, items, options)`: many items, so many at a time, each for itself; results as a stream, and a summary",
  Plan: "`plan(program, items, options)`: what the batch would run and cost",
  Program: "The type of what a batch can run: write your own",
  Journal:
    "`open(file, head(…))`: what finished earlier is taken from it, what finishes now is added; for `Batch.run`",
  JournalFile: "`open(path)` and `openReader(path)`: a journal's file, locked while it is written",
  Merge: "`merge(program, journals, run)`: what several journals hold, as one report",
  Shard: "`select` and `partOf`: the K-th of N parts of a batch, the same on every machine",
  Result: "The schemas of a report: `Run`, `Status`, `Failure`, `Summary`",
  Router:
    "`layer({ connection, policy, local })`: BigQuery and local files as one `BigQuery`, each engine started at its first call; `layerConfig`",
  Google:
    "`layer({ connection, policy })`: BigQuery alone, connected at once; `layerConfig` reads the values from `Config`",
  Send: "the transport of the Google layer, which a test replaces by a function",
  DuckDb:
    "`layer({ threads, memoryLimit })`: local files alone; `layerConfig` reads the values from `Config`",
  BigQueryError: "The error of every call: a closed list of reasons, each with a remedy",
  CallPolicy:
    "`make({ rateLimit, retries, maximumBytesBilled, … })`: the policy of calls, for an engine of your own",
  BigQueryTest:
    "`fromRows(tables, { delays, errors, policy })`: tables given as rows, answered by the embedded engine; `adjust` moves the test's clock; `scripted(given)`: given answers, and a defect for every other call",
  BigQuery: "The port: the tag of the service `BigQueryService`, which is all that a program requires",
  TableReference: "`parse` and `format` of references as people write them",
  TableSchema: "Fields, types and paths in BigQuery's terms",
  Value: "Values as reports hold them: `toNumber`, `fromDigits`, …",
  version: "The version of bqkit",
};

/** An example with the import path of a user. */
const example = (name: string): string =>
  `\`\`\`ts\n${readFileSync(join(root, "examples", name), "utf8")
    .replaceAll('"../src/index.ts"', '"bqkit"')
    .trim()}\n\`\`\``;

export const library = (): string => {
  const missing = Object.keys(exported).filter((name) => !(name in modules));
  if (missing.length > 0) throw new Error(`scripts/docs/library.ts says nothing of ${missing.join(", ")}`);
  return page(
    generated,
    "# The library",
    `The programs are thin: what they do is a library for scripts in [Effect](https://effect.website) 3, run by Bun. A check is an
Effect that requires \`BigQuery\`; which engine answers is decided at the edge. Nothing is read or connected before it is asked for.`,
    table(["Export", "What it is"], Object.entries(modules).map(([name, text]) => [code(name), text])),
    `\`Profile.run\` takes what the command line takes: \`columns\`, \`exclude\`, \`where\`, \`partitions\`, \`asOf\`, \`samplePercent\`,
\`sampleSize\`, \`top\`, \`exact\`, \`detectAnomalies\`, \`values\`, \`baseline\`, \`driftThreshold\`. What the
local engine holds for it is freed when it ends. Its result is the \`profile\` of [REPORT.md](REPORT.md).

Failures are \`BigQueryError\`s: \`reason\` to decide by, \`message\` for people, with what to do next. They are retried
already where that helps.`,
    `## Two schemas

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
    `## A folder of files

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
    `## A test without an account, and without waiting

${example("deterministic.test.ts")}`,
    `## Many tables

\`Batch.run\` is what the command line runs. An item that fails is a result like others; only what concerns the whole batch is an
error. Results are kept in a temporary file until the scope ends, so that memory stays flat. Options: \`parallel\` (4; or \`auto\`), \`timeout\` for one item,
\`failFast\`, \`stop\` (an Effect: when it completes, the rest is skipped), \`budget\`, \`shard\`, \`journal\`, \`verify\`, \`onResult\`.`,
    `${example("resumable-batch.ts")}

\`\`\`sh
bun examples/resumable-batch.ts profiles.ndjson data/airports.csv data/zipcodes.csv
bun examples/resumable-batch.ts profiles.ndjson data/airports.csv data/zipcodes.csv data/movies.json
\`\`\`

\`\`\`text
2 of 2 profiled, 0 of them earlier
3 of 3 profiled, 2 of them earlier
\`\`\``,
    `## A program of your own

A batch runs anything of the type \`Program\`, with the same concurrency, budget, journal and shards.

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
