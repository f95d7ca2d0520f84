/** docs/man: a manual page of each program, from its help and the schemas of its options. */
import * as Profile from "../../src/cli/Profile.ts";
import * as SchemaDiff from "../../src/cli/SchemaDiff.ts";
import * as TableCompare from "../../src/cli/TableCompare.ts";
import type { About } from "../../src/cli/Tool.ts";
import {
  expected,
  groups,
  type OptionField,
  optionFields,
  usage,
  variable,
} from "../../src/domain/options/OptionField.ts";
import { docs, released, version } from "../../src/version.ts";

/** Text as roff prints it: no request at the start of a line, and hyphens that can be copied. */
const plain = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/gm, "\\&");

const bold = (text: string): string => `\\fB${plain(text)}\\fR`;

const section = (title: string, ...lines: ReadonlyArray<string>): string =>
  [`.SH ${title.toUpperCase()}`, ...lines].join("\n");

const entry = (tag: string, ...lines: ReadonlyArray<string>): string => [".TP", tag, ...lines].join("\n");

const literal = (lines: ReadonlyArray<string>): ReadonlyArray<string> => [".nf", ...lines.map(plain), ".fi"];

const option = (field: OptionField): string => {
  const values = field.metavar === undefined ? "" : expected(field);
  const facts = [
    values === "" || field.description.includes(values) ? undefined : `Value: ${values}.`,
    field.shown === undefined ? undefined : `Default: ${field.shown}.`,
    field.environment ? `Environment: ${variable(field)}.` : undefined,
  ].filter((fact) => fact !== undefined);
  const [first = "", ...rest] = [field.description, ...facts];
  return entry(bold(usage(field)), plain(/[.?!]$/.test(first) ? first : `${first}.`), ...rest.map(plain));
};

const statuses: ReadonlyArray<readonly [string, string]> = [
  ["0", "All items ran without differences."],
  ["1", "There is a difference, or a threshold is exceeded."],
  ["2", "Bad usage, or an item failed, was skipped or did not run."],
  ["129, 130, 143", "The run was interrupted by SIGHUP, SIGINT or SIGTERM."],
  ["141", "The reader of standard output is gone."],
];

const manual = (about: About, fields: ReadonlyArray<OptionField>): string => {
  const options = groups.flatMap((group) => {
    const members = fields.filter((field) => field.group === group);
    return members.length === 0 ? [] : [`.SS ${plain(group)}`, ...members.map(option)];
  });
  return `${[
    `.TH ${about.name.toUpperCase()} 1 ${released} "bqkit ${version}" "User Commands"`,
    section("Name", `${plain(about.name)} \\- ${plain(about.summary.replace(/\.$/, ""))}`),
    section("Synopsis", ...literal(about.usage)),
    section("Description", plain(about.input)),
    section("Options", ...options),
    section("Examples", ...literal(about.examples)),
    section("Exit status", ...statuses.map(([status, meaning]) => entry(bold(status), plain(meaning)))),
    section("See also", plain(docs)),
  ].join("\n")}\n`;
};

export const manuals: Readonly<Record<string, string>> = Object.fromEntries(
  [Profile.tool, SchemaDiff.tool, TableCompare.tool].map((tool) => [
    `${tool.name}.1`,
    manual(tool, optionFields(tool.options.fields)),
  ]),
);
