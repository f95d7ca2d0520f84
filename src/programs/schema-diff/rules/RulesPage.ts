/** The page that lists every rule, generated from the rules. */
import { attributes, type Rule, type RuleId, ruleIds, rules } from "./Rules.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|");

const line = (id: RuleId): string => {
  const { class: kind, attribute, explanation, example } = rules[id];
  return `| \`${id}\` | ${kind} | \`${attribute}\` | ${cell(explanation)} | ${cell(example)} |`;
};

const table = (on: Rule["on"]): ReadonlyArray<string> => [
  "| rule | class | attribute | why | example |",
  "| --- | --- | --- | --- | --- |",
  ...ruleIds.filter((id) => rules[id].on === on).map(line),
];

/** docs/SCHEMA_DIFF.md. */
export const markdown = (): string =>
  `${[
    "# What bq-schema-diff compares",
    "",
    "Two schemas are compared field by field, by path through STRUCTs and arrays (`items[].sku`), in any order. Names are case-insensitive. Legacy and standard type names are equal: INTEGER and INT64, FLOAT and FLOAT64, BOOLEAN and BOOL, RECORD and STRUCT.",
    "",
    "Every difference is a change by one of the rules below. Its class is one of:",
    "",
    "- **safe**: BigQuery makes the change in place, and readers and writers keep working.",
    "- **breaking**: BigQuery rejects it in place, or a reader or writer may fail or see different values.",
    "- **metadata**: no effect on rows or queries.",
    "",
    "A type is widened if BigQuery changes it in place: INT64 to NUMERIC, BIGNUMERIC or FLOAT64, NUMERIC to BIGNUMERIC or FLOAT64, DATE to DATETIME, as long as the new precision and scale hold every digit. FLOAT64 rounds values of more than 15 digits; the explanation of such a change says so. BigQuery never changes the elements of an array, a REQUIRED column or the partitioning column this way.\n\nA is the current table, B the new one: a field that only B has was added. A data file has only names, types and the order of columns, so lengths, and the precision of NUMERIC and BIGNUMERIC, are not compared with it. A `.json` file whose rows are all fields of a schema, or that is a table resource of `bq show`, is read as a schema file.",
    "",
    "`--fail-on any` (the default) counts every change, `--fail-on breaking` those of that class, `--fail-on none` nothing. `--ignore` takes rules and attributes.",
    "",
    "## Fields",
    "",
    ...table("field"),
    "",
    "An added or removed field is one change, including its inner fields. Of several fields that changed places, the report lists the fewest that have to move to get B's order. A field only in A and one only in B that have the same type, and the same position or similar names, are reported as perhaps renamed; only `--map old=new` makes them a rename.",
    "",
    "## Tables",
    "",
    ...table("table"),
    "",
    "Table attributes are compared if both sides are BigQuery tables. Local data only has names, types, arrays and order. A clone counts as a table. Different locations are a note, not a change; rows, bytes, times and etags are not compared.",
    "",
    "## Attributes",
    "",
    `\`--ignore\` accepts these attributes: ${attributes.map((name) => `\`${name}\``).join(", ")}.`,
  ].join("\n")}\n`;
