/** docs/PROFILE.md: the statistics, findings and drift measures of bq-profile, from their registries. */
import { type TypeName, typeNames } from "../../src/domain/TableSchema.ts";
import { measures } from "../../src/programs/profile/drift/Drift.ts";
import { rules, tableRules } from "../../src/programs/profile/findings/Findings.ts";
import { defaults } from "../../src/programs/profile/Options.ts";
import { limits } from "../../src/programs/profile/scan/BigQueryScan.ts";
import { fewRows } from "../../src/programs/profile/scan/LocalScanParts.ts";
import type { Statistic } from "../../src/programs/profile/statistics/Statistic.ts";
import { statistics } from "../../src/programs/profile/statistics/Statistics.ts";
import { kindOf } from "../../src/scan/Kind.ts";
import { code, generated, page, table } from "./markdown.ts";

type Any = Statistic<unknown>;
const all = Object.values(statistics) as unknown as ReadonlyArray<Any>;

const families: ReadonlyArray<readonly [name: string, types: ReadonlyArray<TypeName>]> = [
  ["numbers", ["INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC"]],
  ["dates and times", ["DATE", "DATETIME", "TIME", "TIMESTAMP"]],
];

/** `numbers, STRING, arrays` */
const appliesTo = (statistic: Any): string => {
  const applies = (type: TypeName, mode: "NULLABLE" | "REPEATED") => {
    const field = { name: "x", type, mode };
    return statistic.applies({ field, kind: kindOf(field) });
  };
  const scalars = typeNames.filter((type) => type !== "STRUCT" && type !== "ARRAY");
  let types: ReadonlyArray<TypeName> = scalars.filter((type) => applies(type, "NULLABLE"));
  if (types.length === scalars.length) return "all but STRUCT and arrays";
  const words: Array<string> = [];
  for (const [name, members] of families) {
    if (!members.every((type) => types.includes(type))) continue;
    words.push(name);
    types = types.filter((type) => !members.includes(type));
  }
  return [...words, ...types, ...(applies("STRING", "REPEATED") ? ["arrays"] : [])].join(", ");
};

const exactness: Readonly<Record<Any["exactness"], string>> = {
  exact: "exact",
  approximate: "approximate",
  either: "the report says",
};

const shown: Readonly<Record<Any["reveals"], string>> = {
  counts: "always",
  aggregates: "all, aggregates",
  values: "all",
};

const statisticRows = all.map((statistic) => [
  code(statistic.id),
  appliesTo(statistic),
  exactness[statistic.exactness],
  shown[statistic.reveals],
  statistic.description,
]);

const findingRows = [...tableRules, ...rules].map(({ id, description }) => [code(id), description]);

const driftRows = Object.entries(measures).map(([id, { title, unit }]) => [code(id), title, unit]);

const count = (value: number): string => value.toLocaleString("en-US");

export const profile = (): string =>
  page(
    generated,
    "# What bq-profile reports",
    `For each table: its metadata, every column with its statistics, findings, and sample rows.
Columns are named by path: \`address.city\` is a field of a STRUCT, \`items[]\` the elements of an array, \`items[].sku\` a field of
the elements. Each is a separate column, with statistics over its elements.

\`\`\`sh
bq-profile examples/data/orders.ndjson
\`\`\`

\`\`\`sh
bq-profile --format json --columns items --sample-size 0 examples/data/orders.ndjson |
  jq -r '.results[].profile.columns[] | "\\(.name) \\(.type) \\(.rows)"'
\`\`\`

\`\`\`text
items ARRAY<STRUCT<sku STRING, quantity INT64, price FLOAT64>> 6
items[] STRUCT<sku STRING, quantity INT64, price FLOAT64> 8
items[].sku STRING 8
items[].quantity INT64 8
items[].price FLOAT64 8
\`\`\``,
    `## Statistics

Every column has \`rows\` (rows that could have a value) and \`nulls\`, both exact. A statistic that does not apply to a type, or has
no value, is absent. The column \`--values\` lists the choices of that option that show it.

${table(["Statistic", "Types", "Exactness", "--values", "Meaning"], statisticRows)}`,
    `## Findings

Ordered by severity: warning, notice, info. If the evidence is approximate, the message says "probably" or "about".

${table(["Finding", "When"], findingRows)}`,
    `## Drift

\`--baseline FILE\` compares with an earlier report (json or ndjson) of the same tables. If the run and the report have one table each, they are compared even if the names differ, with a note. Paths may be relative or absolute, and names may
omit the default project. A change above
\`--drift-threshold\` (${defaults.driftThreshold}) sets exit status 1. The stated errors of both figures are subtracted from the
change first (\`error\` in the report): estimates and samples vary, and a table never drifts from itself.

\`\`\`sh status=1
bq-profile --where "year(date) = 2012" --format json --output 2012.json data/seattle-weather.csv
bq-profile --where "year(date) = 2015" --baseline 2012.json data/seattle-weather.csv
\`\`\`

${table(["Measure", "Title", "Change"], driftRows)}

Measures that cannot be compared are listed with the reason (\`notCompared\`) and are not drift: measures of one side only, counts of
samples at different rates, samples of BigQuery, whose blocks have no stated error, and top values estimated by BigQuery.

By convention, a stability index below 0.1 means no change, and one of 0.25 or more a major change. Small tables vary by
chance: for n and m values in B bins, by about (B - 1)(1/n + 1/m).`,
    `## How a BigQuery table is read

One metadata call, one query, one row listing; the calls and the listing are free. The query computes every statistic of every column, so
that each column is billed once. It never selects \`*\`.

- More than ${count(limits.columns)} columns, or a statement too long for BigQuery, become several statements over disjoint columns. A statement that
  is too complex for BigQuery is split in half.
- Sample rows are listed free of charge. If that is not possible (views, \`--where\`, \`--partitions\`, \`--as-of\`, unions), the query returns them.
- \`--detect-anomalies\` adds one query over the numeric columns, because the fences are only known after the first. Outliers
  are reported with values, so \`--values none\` excludes them.
- \`--partitions latest\` adds one small query for the list of partitions.
- \`--exact\` counts distinct values exactly in the same scan: the same bytes, more slot time.
- \`--dry-run\` shows the bytes and price of all these statements, with \`--verbose\` also their text, and runs none.

[BIGQUERY.md](BIGQUERY.md) describes the costs.`,
    `## How local files are read

An embedded DuckDB reads them in place. Scans are free, so it may use several.

- Up to ${count(fewRows)} rows, every value is counted: everything is exact but for the rounding of means and deviations.
- Beyond that, quantiles come from a random sample of the rows; all counts, those of bins among them, are of all rows. Distinct counts and top
  values are exact up to 100,000 distinct values; above, distinct counts are estimated, or counted with \`--exact\`.
- Types are shown as the nearest GoogleSQL types. \`--where\` is DuckDB's SQL for local files, GoogleSQL for BigQuery.`,
    `## Reading less

\`--columns\` and \`--exclude\` take paths, which include everything below them; \`--where\` takes a condition; \`--partitions\` selects
partitions of each table. \`--sample-percent P\` reads a random sample:

- In BigQuery, whole blocks are sampled (\`TABLESAMPLE SYSTEM\`): cheap, but rows of a block are related, and tables below about 1 GB
  are read entirely. Not for views or tables with row policies.
- Locally, each row is drawn separately, by a hash of its number: every run has the same sample of a file.

Counts cover only the rows that were read; they are not extrapolated. Findings mention the sample.

\`\`\`sh
bq-profile --columns origin,destination,delay --sample-percent 1 data/flights-3m.parquet
\`\`\``,
  ); // biome-ignore format: prose in lines
