/** docs/OPTIONS.md: every option of every program, from the schemas of the options. */
import { options as profile } from "../../src/cli/Profile.ts";
import { options as schemaDiff } from "../../src/cli/SchemaDiff.ts";
import { pairOptions, options as tableCompare } from "../../src/cli/TableCompare.ts";
import {
  expected,
  groups,
  type OptionField,
  optionFields,
  usage,
  variable,
} from "../../src/domain/options/OptionField.ts";
import { code, generated, page, table } from "./markdown.ts";

const programs: Readonly<Record<string, ReadonlyArray<OptionField>>> = {
  "bq-profile": optionFields(profile.fields),
  "bq-schema-diff": optionFields(schemaDiff.fields),
  "bq-table-compare": optionFields(tableCompare.fields),
};

/** The options in a JSON line of bq-table-compare. */
const ofPairs = optionFields(pairOptions.fields)
  .map(({ name }) => code(name))
  .join(", ");

/** Whether every program has this option. */
const isShared = (spec: OptionField): boolean =>
  Object.values(programs).every((specs) =>
    specs.some((other) => other.name === spec.name && other.description === spec.description),
  );

/** The valid values, unless the description already has them. */
const value = (spec: OptionField): string => {
  const text = expected(spec);
  return spec.metavar === undefined || text.startsWith("one of ") ? "" : text;
};

const sections = (specs: ReadonlyArray<OptionField>): ReadonlyArray<string> =>
  groups.flatMap((group) => {
    const rows = specs
      .filter((spec) => spec.group === group)
      .map((spec) => [
        usage(spec).split(", --").map((name, i) => code(i === 0 ? name : `--${name}`)).join(" "),
        spec.description,
        value(spec),
        spec.shown ?? "",
        spec.environment ? code(variable(spec)) : "",
      ]); // biome-ignore format: one list
    const titles = ["Option", "Meaning", "Value", "Default", "Environment"];
    return rows.length === 0 ? [] : [`**${group}**\n\n${table(titles, rows)}`];
  });

const own = (program: string): ReadonlyArray<string> =>
  sections(programs[program]!.filter((spec) => !isShared(spec)));

export const options = (): string =>
  page(
    generated,
    "# Options",
    `\`bq-profile [OPTIONS] TABLE…\`, \`bq-schema-diff [OPTIONS] A B\`, \`bq-schema-diff [OPTIONS] A:B…\`; pairs for \`bq-table-compare\`,
too. Options and items can be in any order; \`--\` ends the options. A value follows its option as the next argument or after \`=\`. A repeated option is an error.
\`--help\` shows the common options, \`--help --verbose\` all of them, \`--version\` the version.`,
    `## Completions

\`--completions bash|zsh|fish\` prints a script that completes options, their values and files:

\`\`\`text
bash: bq-profile --completions bash > ~/.local/share/bash-completion/completions/bq-profile
zsh:  bq-profile --completions zsh > "\${fpath[1]}/_bq-profile"
fish: bq-profile --completions fish > ~/.config/fish/completions/bq-profile.fish
\`\`\`

The other programs have their own scripts.`,
    "## All programs",
    ...sections(programs["bq-profile"]!.filter(isShared)),
    "## bq-profile",
    ...own("bq-profile"),
    "## bq-schema-diff",
    ...own("bq-schema-diff"),
    `\`--ignore\` takes the rules and attributes of [SCHEMA_DIFF.md](SCHEMA_DIFF.md). In a list, quote names
that contain a comma or \`=\` with backticks.`,
    "## bq-table-compare",
    ...own("bq-table-compare"),
    `[TABLE_COMPARE.md](TABLE_COMPARE.md) explains keys, tolerances and thresholds. Use A's column names; use B's name for a column that
only B has. Put names that contain a comma or \`=\` between backticks. A tolerance for all columns can be combined with
tolerances for single ones: \`0.01,rate=1e-6\`.`,
    `## Environment

A \`BQKIT_…\` variable sets its option unless the command line does; an empty variable counts as unset. Options that select
rows, or define drift or differences, have no variable, so that reports do not change unnoticed. \`NO_COLOR\`,
\`GOOGLE_APPLICATION_CREDENTIALS\`, \`GOOGLE_CLOUD_PROJECT\`, \`GOOGLE_CLOUD_QUOTA_PROJECT\` and \`BIGQUERY_EMULATOR_HOST\` have
their usual meaning.`,
    `## Tables

${table(
  ["Form", "Meaning"],
  [
    ["`project.dataset.table`, `dataset.table`", "A BigQuery table; without a project, that of `--project` or of the credentials"],
    ["`project:dataset.table`", "The same, in the notation of `bq`"],
    ["`project.dataset.events_*`", "Every table that matches, or with `--union` all of them as one table"],
    ["`day.parquet`, `logs/*.csv.gz`", "A local file, or a glob of files as one table: .parquet .csv .tsv .json .ndjson .jsonl, also .gz and .zst"],
    ["`warehouse.duckdb#schema.table`", "A table of a DuckDB file, opened read-only; `main` is the default schema"],
  ],
)}

Tables come from the command line, from \`--tables-file\`, or from standard input: one per line; blank lines and \`#\`
comments are skipped. All lines are read before anything runs, and all bad lines are reported. Duplicates run once.`,
    `## Pairs

${table(
  ["Form", "Meaning"],
  [
    ["`A B` as two operands", "One pair, if neither operand is a pair itself"],
    ["`A:B`", "A pair, if the text contains exactly one colon. Give any number of pairs, as operands or lines"],
    ["`A,B`, `A -> B`, `A → B`", "A pair, if A and B contain no comma"],
    ["`A B` on a line", "A pair, even if the names contain colons: `example.com:project.dataset.table`, `C:\\data\\a.csv`; quote names with blanks"],
    ['`{"a": "A", "b": "B", "ignore": ["moved"]}` on a line', "A pair with its own options, which replace those of the command line"],
    ["`p.prod.*:p.staging.*`", "The BigQuery tables of both patterns, paired by the text that the stars match; tables without a counterpart are reported as only in A or only in B"],
    ["`schema.json`, `orders.json`", "For bq-schema-diff: a `.json` file with a schema in the format of `bq show --schema`, or with a table resource. A file named `schema.json` or `*.schema.json` must be one"],
  ],
)}

Pairs come from the command line, from \`--pairs-file\`, or from standard input, like tables. A pair can set these options:
for bq-schema-diff \`map\`, \`ignore\`, \`only\`, \`fail-on\` and \`full\`, and for bq-table-compare ${ofPairs}:
strings as on the command line, numbers, lists, or for \`map\` and tolerances objects, as in \`{"a": "A", "b": "B", "key": ["id"], "maxDiff": "1%"}\`.`,
    `## Exit status

${table(
  ["Status", "bq-profile", "bq-schema-diff", "bq-table-compare"],
  [
    ["0", "Every table was profiled, without drift", "Every pair was compared, without a change that `--fail-on` selects", "Every pair was compared, without differences above `--max-diff`"],
    ["1", "Every table was profiled, with drift above `--drift-threshold`", "Every pair was compared, with a change that `--fail-on` selects", "Every pair was compared, with differences above `--max-diff`"],
    ["2", "Bad usage, or a table failed or was skipped", "Bad usage, or a pair failed or was skipped", "The same"],
    ["130, 143, 129", "Interrupted by SIGINT, SIGTERM or SIGHUP, with a partial report", "The same", "The same"],
    ["141", "Standard output was closed", "The same", "The same"],
  ],
)}

Standard output contains only the report; messages and progress go to standard error.`,
  ); // biome-ignore format: prose in lines
