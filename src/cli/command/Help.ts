/** --help, rendered from the options: plain text that fits a screen; with --verbose, every option. */
import { groups, type OptionField, usage, variable } from "../../domain/options/OptionField.ts";
import { style } from "../../reports/text/Style.ts";
import { wrapped } from "../../reports/text/Wrap.ts";
import { docs } from "../../version.ts";
import type { About } from "../Tool.ts";

export interface HelpOptions {
  readonly all: boolean;
  readonly color: boolean;
  readonly width: number;
}

const description = (field: OptionField): string =>
  `${field.description}${field.shown === undefined ? "" : ` (default ${field.shown})`}`;

export const render = (
  about: About,
  fields: ReadonlyArray<OptionField>,
  { all, color, width }: HelpOptions,
): string => {
  const pen = style(color);
  const shown = fields.filter((field) => all || field.common);
  const room = Math.max(...shown.map((field) => usage(field).length));
  const indented = (text: string) => wrapped(text, width - 2, "").map((line) => `  ${line}`);
  const entry = (field: OptionField): ReadonlyArray<string> => {
    const text = all && field.environment ? `${description(field)} [${variable(field)}]` : description(field);
    const [first = "", ...rest] = Bun.wrapAnsi(text, Math.max(30, width - room - 4)).split("\n");
    return [`  ${usage(field).padEnd(room)}  ${first}`, ...rest.map((line) => " ".repeat(room + 4) + line)];
  };
  const sections = groups.flatMap((group) => {
    const members = shown.filter((field) => field.group === group);
    return members.length === 0
      ? []
      : [...(all ? [""] : []), pen.strong(`${group}:`), ...members.flatMap(entry)];
  });
  const more = all
    ? "Options with a [BQKIT_…] variable can be set by it; the command line takes precedence."
    : `--help --verbose lists all ${fields.length} options; --version; --completions SHELL`;
  return [
    ...wrapped(`${about.name}: ${about.summary}`, width, ""),
    "",
    ...about.usage.map((line, i) => `${i === 0 ? pen.strong("Usage:") : "      "} ${line}`),
    ...indented(about.input),
    ...(all ? [] : [""]),
    ...sections,
    "",
    ...wrapped(more, width, ""),
    "",
    pen.strong("Examples:"),
    ...about.examples.flatMap(indented),
    "",
    pen.strong("Exit status:"),
    ...exitStatuses.map((line) => `  ${line}`),
    "",
    `${pen.strong("Docs:")} ${docs}`,
    "",
  ].join("\n");
};

const exitStatuses = [
  "0 equal, or within the threshold · 1 different",
  "2 bad usage, or an item failed, was skipped or did not run",
  "130, 143, 129 interrupted · 141 stdout was closed",
];
