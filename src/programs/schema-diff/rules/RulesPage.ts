/** The page that lists every rule, made from the rules themselves. */
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
    "Two schemas are compared field by field, by path through STRUCTs and arrays (`items[].sku`), whatever the order of the fields. Names are the same without regard to case. Legacy and standard names of types are one: INTEGER and INT64, FLOAT and FLOAT64, BOOLEAN and BOOL, RECORD and STRUCT.",
    "",
    "Every difference is a change by one of the rules below. Its class says what it means:",
    "",
    "- **safe**: BigQuery makes the change in place, and what reads or writes the table goes on working.",
    "- **breaking**: BigQuery refuses it in place, or a reader or writer may fail or see other values.",
    "- **metadata**: neither rows nor queries notice.",
    "",
    "A type is widened where BigQuery changes it in place: INT64 to NUMERIC, BIGNUMERIC or FLOAT64, NUMERIC to BIGNUMERIC or FLOAT64, DATE to DATETIME, as long as the new precision and scale hold every digit. FLOAT64 rounds values of more than 15 digits; the explanation of such a change says so. BigQuery never changes the elements of an array, a REQUIRED column or the partitioning column this way.\n\nLocal files hold shapes only: names, types and order. Lengths, and NUMERIC or BIGNUMERIC without parameters in a file, are not compared. A `.json` file whose rows are all fields of a schema, or that is a table resource of `bq show`, is read as a schema file.",
    "",
    "`--fail-on any` (the default) counts every change, `--fail-on breaking` those of that class, `--fail-on none` nothing. `--ignore` takes rules and attributes.",
    "",
    "## Fields",
    "",
    ...table("field"),
    "",
    "A field that came or went is one change, with all that is in it. Fields keep their place unless they must move: the moves are the fewest that turn the one order into the other. A field only in A and one only in B, of the same type and in the same place or with similar names, are pointed out as perhaps renamed; only `--map old=new` makes a rename of them.",
    "",
    "## Tables",
    "",
    ...table("table"),
    "",
    "The tables' own attributes are compared where both are tables of BigQuery. With local data on a side, names, types, arrays and order are compared, for it has nothing else. A clone counts as a table. Where a table lives is told in a note and is no change; rows, bytes, times and etags are no schema.",
    "",
    "## Attributes",
    "",
    `\`--ignore\` knows these: ${attributes.map((name) => `\`${name}\``).join(", ")}.`,
  ].join("\n")}\n`;
