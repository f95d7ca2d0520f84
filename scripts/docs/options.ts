/** docs/OPTIONS.md: every option of bq-profile, from the option table. */
import { profile } from "../../src/cli/options/profile.ts";
import { expected, type Group, type Spec, type Specs, usage, variable } from "../../src/cli/options/Spec.ts";
import { code, generated, page, table } from "./markdown.ts";

const specs = Object.values(profile as Specs);

/** As in --help --verbose. */
const groups: ReadonlyArray<Group> = [
  "Input", "Which rows and columns", "Profile", "Output", "Cost and load", "Connection",
]; // biome-ignore format: one list

/** What may be given, where the description does not say it already. */
const value = (spec: Spec<unknown>): string => {
  const text = expected(spec);
  return spec.metavar === undefined || text.startsWith("one of ") ? "" : text;
};

const section = (group: Group): string => {
  const rows = specs
    .filter((spec) => spec.group === group)
    .map((spec) => [
      usage(spec).split(", --").map((name, i) => code(i === 0 ? name : `--${name}`)).join(" "),
      spec.description,
      value(spec),
      spec.shown ?? "",
      spec.environment ? code(variable(spec)) : "",
    ]); // biome-ignore format: one list
  return `## ${group}\n\n${table(["Option", "Meaning", "Value", "Default", "Environment"], rows)}`;
};

export const options = (): string => {
  const listed = groups.reduce((n, group) => n + specs.filter((spec) => spec.group === group).length, 0);
  if (listed !== specs.length) throw new Error("scripts/docs/options.ts does not list every group");
  return page(
    generated,
    "# Options of bq-profile",
    `\`bq-profile [OPTIONS] TABLE…\`. Options and tables may stand in any order; \`--\` ends the options. A value follows its
option or stands behind \`=\`. An option given twice is an error.`,
    ...groups.map(section),
    `\`--help\` shows the common options, \`--help --verbose\` all of them, \`--version\` the version.`,
    `## Environment

A \`BQKIT_…\` variable sets its option where the command line does not; an empty one counts as unset. Options that choose
what is read, or what counts as drift, have none: a report must not change unseen. \`NO_COLOR\`,
\`GOOGLE_APPLICATION_CREDENTIALS\`, \`GOOGLE_CLOUD_PROJECT\`, \`GOOGLE_CLOUD_QUOTA_PROJECT\` and \`BIGQUERY_EMULATOR_HOST\` mean
what they mean elsewhere.`,
    `## Tables

${table(
  ["Written", "Means"],
  [
    ["`project.dataset.table`, `dataset.table`", "A BigQuery table; without a project, that of `--project` or of the credentials"],
    ["`project:dataset.table`", "The same, as `bq` writes it"],
    ["`project.dataset.events_*`", "Every table that matches, or with `--union` all of them as one table"],
    ["`day.parquet`, `logs/*.csv.gz`", "A local file, or a glob of files as one table: .parquet .csv .tsv .json .ndjson .jsonl, also .gz and .zst"],
    ["`warehouse.duckdb#schema.table`", "A table of a DuckDB file, opened read-only; `main` where no schema is named"],
  ],
)}

Tables come from the command line, else from \`--tables-file\`, else from standard input: one a line, blank lines and \`#\`
comments skipped. Every line is read before anything runs, and all bad ones are named at once.`,
    `## Exit status

${table(
  ["Status", "Means"],
  [
    ["0", "Every table has a profile, and none drifted"],
    ["1", "Every table has a profile, and at least one drifted past `--drift-threshold`"],
    ["2", "Bad usage, or a table failed or was skipped"],
    ["130, 143", "Interrupted by SIGINT or SIGTERM, after the report of what was done"],
    ["141", "The reader of standard output went away"],
  ],
)}

Standard output holds the report and nothing else; messages and progress go to standard error.`,
  );
}; // biome-ignore format: prose in lines
