/** docs/REPORT.md: the result objects, from the JSON Schemas of the reports. */
import { schemaVersion } from "../../src/batch/Result.ts";
import { statistics } from "../../src/programs/profile/statistics/Statistics.ts";
import { code, generated, page, table } from "./markdown.ts";
import { type Json, schemas } from "./schemas.ts";

const definitionsOf = (program: string) =>
  schemas[`${program}.report.schema.json`]!.$defs as Readonly<Record<string, Json>>;

const asJson = (value: unknown): Json => value as Json;

/** `integer`, `string or null`, `array of Result`. */
const typeOf = (schema: Json): string => {
  const { type } = schema;
  if (typeof schema.$ref === "string") return link(schema.$ref.replace("#/$defs/", ""));
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (Array.isArray(schema.enum) && schema.enum.length > 20) return "string";
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => code(String(one))).join(", ");
  if (Array.isArray(type)) return type.join(" or ");
  if (type === "array") return `array of ${typeOf(asJson(schema.items))}`;
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map(typeOf).join(" or ");
  if (type !== "object" || schema.properties !== undefined) return String(type);
  const value = asJson(schema.additionalProperties);
  return Object.keys(value).length === 0 ? "object" : `object of ${typeOf(value)}`;
};

/** A link to the section of an object; values have a separate section. */
const link = (name: string): string => `[${name}](#${name === "Value" ? "values" : name.toLowerCase()})`;

/** The fields of an object, including those of unnamed inner objects: `error.reason`. */
const rowsOf = (schema: Json, prefix: string): ReadonlyArray<ReadonlyArray<string>> => {
  const required = (schema.required ?? []) as ReadonlyArray<string>;
  return Object.entries((schema.properties ?? {}) as Readonly<Record<string, Json>>).flatMap(
    ([name, property]) => {
      const inner = property.type === "array" ? asJson(property.items) : property;
      const path = `${prefix}${name}${property.type === "array" && inner.properties !== undefined ? "[]" : ""}`;
      const type = `${typeOf(property)}${required.includes(name) ? "" : ", may be absent"}`;
      return [[code(path), type, String(property.description)], ...rowsOf(inner, `${path}.`)];
    },
  );
};

const statisticIds: ReadonlySet<string> = new Set(Object.keys(statistics));

const fieldsOf = (name: string, without: ReadonlySet<string> = new Set(), program = "bq-profile"): string =>
  table(
    ["Field", "Type", "Meaning"],
    rowsOf(definitionsOf(program)[name]!, "").filter(([path]) => !without.has(path!.replaceAll("`", ""))),
  );

const files = Object.keys(schemas).map((name) => `[${name}](schema/${name})`);

const values = [
  ["INT64", "A number; beyond ±2^53 a string with all digits"],
  ["NUMERIC, BIGNUMERIC", "A number if it keeps all digits, else a string"],
  ["FLOAT64", "A number; `\"NaN\"`, `\"Infinity\"` and `\"-Infinity\"` are strings"],
  ["BOOL", "`true` or `false`"],
  ["STRING, JSON, GEOGRAPHY", "A string"],
  ["BYTES", "Base64"],
  ["TIMESTAMP", "ISO 8601 in UTC: `2024-01-02T03:04:05.6Z`"],
  ["DATE, DATETIME, TIME, INTERVAL, RANGE", "A string in BigQuery's format; a DATETIME has a `T`"],
  ["STRUCT, ARRAY", "An object, an array; in sample rows only"],
]; // biome-ignore format: one table

const objects: ReadonlyArray<readonly [name: string, about: string]> = [
  ["Result", "One table."],
  ["Profile", ""],
  ["TableFacts", "The table's metadata. Values that the engine does not provide are null."],
  ["ColumnProfile", "One column, STRUCT field (`address.city`) or array element (`items[].sku`). The statistics that apply to its type are further fields; the others are absent, never 0. [PROFILE.md](PROFILE.md#statistics) describes each."],
  ["Finding", ""],
  ["DriftMeasure", ""],
  ["BaselineColumn", "The baseline's distribution, which reports draw next to that of the column: extremes, quantiles, top values, histogram, and counts of true and false, if the column has them too."],
  ["Summary", "Unknown figures are null, never 0; a sum excludes unknown ones."],
]; // biome-ignore format: one table

const ofDiff: ReadonlyArray<readonly [name: string, about: string]> = [
  ["SchemaDiff", "The `diff` of a bq-schema-diff result, whose `item` is the pair: `{\"a\": …, \"b\": …}`."],
  ["SchemaChange", "[SCHEMA_DIFF.md](SCHEMA_DIFF.md) lists the rules. Fields that do not apply to a change are absent."],
  ["PerhapsRenamed", ""],
  ["DdlLine", ""],
  ["Field", "Attributes that are not set are absent."],
]; // biome-ignore format: one table

const ofCompare: ReadonlyArray<readonly [name: string, about: string]> = [
  ["Comparison", "The `comparison` of a bq-table-compare result, whose `item` is the pair: `{\"a\": …, \"b\": …}`."],
  ["ComparedSide", ""],
  ["DifferenceReason", ""],
  ["RowComparison", ""],
  ["ChangedRow", ""],
  ["ChangedCell", ""],
  ["OneSidedRow", ""],
  ["ComparedColumnStatistics", ""],
  ["ComparedFigure", ""],
  ["Concentration", ""],
]; // biome-ignore format: one table

const parts = ["Distinct", "Quantiles", "Lengths", "TopValues", "Histogram", "Outliers"];

/** Objects whose statistics PROFILE.md describes. */
const hasStatistics: ReadonlySet<string> = new Set(["ColumnProfile", "BaselineColumn"]);

const propertyOf = (part: string): string => part.charAt(0).toLowerCase() + part.slice(1);

export const report = (): string =>
  page(
    generated,
    "# JSON reports",
    `\`--format json\` writes one object, for one item or many:

\`\`\`json
{"type": "run", "schemaVersion": ${schemaVersion}, "tool": "bq-profile", …, "results": [{"type": "result", …}, …], "summary": {"type": "summary", …}}
\`\`\`

\`--format ndjson\` writes the same objects as lines: the run first, each result as soon as it is complete, the summary last. The results of
\`json\` are in input order; \`index\` is a result's position in the input in both.`,
    `JSON Schemas (2020-12): ${files.join(", ")}. They describe the output of
this version exactly.`,
    `## Examples

The examples read files of the npm package [vega-datasets](https://www.npmjs.com/package/vega-datasets), in a folder named \`data\`.

Columns with more than 10% NULLs:

\`\`\`sh
bq-profile --format json --sample-size 0 data/movies.json |
  jq -r '.results[].profile.columns[] | select(.nulls > .rows / 10) | "\\(.name): \\(.nulls) of \\(.rows)"'
\`\`\`

\`\`\`text
US DVD Sales: 2637 of 3201
MPAA Rating: 605 of 3201
Running Time min: 1992 of 3201
Source: 365 of 3201
Creative Type: 446 of 3201
Director: 1331 of 3201
Rotten Tomatoes Rating: 880 of 3201
\`\`\`

Many tables, one line each, as they finish:

\`\`\`sh
bq-profile --format ndjson data/*.csv |
  jq -r 'select(.type == "result") | [.item, .status, .profile.rows, .durationMs] | @tsv'
\`\`\`

Failed items with the reason:

\`\`\`sh status=2
bq-profile --format json data/airports.csv no-such-file.csv |
  jq -r '.results[] | select(.error) | "\\(.item): \\(.error.reason)"'
\`\`\`

\`\`\`text
no-such-file.csv: notFound
\`\`\`

Every column that could be a key:

\`\`\`sh
bq-profile --format json --sample-size 0 data/airports.csv |
  jq -r '.results[].profile.findings[] | select(.id == "candidate-key") | .column'
\`\`\`

\`\`\`text
iata
\`\`\``,
    `## Values

Sample rows, extremes, quantiles and top values follow BigQuery's \`TO_JSON\`:

${table(["Type", "In JSON"], values)}

Strings and bytes are truncated to 1,000 characters or bytes. \`--values aggregates\` excludes sample rows, top values and
values in messages; \`--values none\` only includes counts and names.`,
    "## The report",
    fieldsOf("Report"),
    ...objects.map(
      ([name, about]) => `### ${name}\n\n${about}\n\n${fieldsOf(name, hasStatistics.has(name) ? statisticIds : new Set())}`.replaceAll("\n\n\n\n", "\n\n"),
    ),
    "### Statistics with parts",
    ...parts.map((part) => `\`${propertyOf(part)}\`\n\n${fieldsOf(part)}`),
    `## Schema diffs

Results of bq-schema-diff have a \`diff\` instead of a \`profile\`. Breaking changes of many pairs:

\`\`\`sh
printf '%s\\n' 'examples/data/orders-v1.schema.json:examples/data/orders-v2.schema.json' |
  bq-schema-diff --fail-on none --format ndjson |
  jq -r 'select(.diff) | .item.b as $b | .diff.changes[] | select(.class == "breaking") | "\\($b) \\(.rule) \\(.path)"'
\`\`\`

\`\`\`text
examples/data/orders-v2.schema.json moved items[].price
examples/data/orders-v2.schema.json type-changed items[].price
examples/data/orders-v2.schema.json type-changed items[].discounts[].percent
examples/data/orders-v2.schema.json type-changed shipping.address.zip
examples/data/orders-v2.schema.json removed cust
examples/data/orders-v2.schema.json removed note
\`\`\``,
    ...ofDiff.map(([name, about]) =>
      [`### ${name}`, ...(about === "" ? [] : [about]), fieldsOf(name, new Set(), "bq-schema-diff")].join("\n\n"),
    ),
    `## Table compares

Results of bq-table-compare have a \`comparison\`. The changed rows and columns:

\`\`\`sh status=1
printf 'id,city\\n1,Lyon\\n2,Porto\\n' > old.csv
printf 'id,city\\n1,Lyon\\n2,Braga\\n' > new.csv
bq-table-compare --key id --format json old.csv new.csv |
  jq -r '.results[].comparison.rows.examples.changed[] | .key as $key | .cells[] | "\\($key.id) \\(.column): \\(.a) to \\(.b)"'
\`\`\`

\`\`\`text
2 city: Porto to Braga
\`\`\``,
    ...ofCompare.map(([name, about]) =>
      [`### ${name}`, ...(about === "" ? [] : [about]), fieldsOf(name, new Set(), "bq-table-compare")].join("\n\n"),
    ),
    `## Dry runs

With \`--dry-run\` the run has \`"dryRun": true\`, and each result is a \`{"type": "plan", …}\` with the statements, their bytes and
their estimated cost: [bq-profile.plan.schema.json](schema/bq-profile.plan.schema.json). bq-schema-diff has no statements; its
summary counts the metadata calls.

\`\`\`sh
bq-profile --dry-run --format json data/airports.csv | jq '.summary.estimatedCost'
\`\`\`

\`\`\`text
0
\`\`\``,
  ); // biome-ignore format: prose in lines
