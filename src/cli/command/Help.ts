/** --help, rendered from the options: plain text that fits a screen; with --verbose, every option. */
import { groups, type OptionField, usage, variable } from "../../domain/OptionField.ts";
import { style } from "../../reports/text/Style.ts";
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
  const entry = (field: OptionField): ReadonlyArray<string> => {
    const text = all && field.environment ? `${description(field)} [${variable(field)}]` : description(field);
    const [first = "", ...rest] = Bun.wrapAnsi(text, Math.max(30, width - room - 4)).split("\n");
    return [`  ${usage(field).padEnd(room)}  ${first}`, ...rest.map((line) => " ".repeat(room + 4) + line)];
  };
  const sections = all
    ? groups.flatMap((group) => {
        const members = shown.filter((field) => field.group === group);
        return members.length === 0 ? [] : ["", pen.strong(`${group}:`), ...members.flatMap(entry)];
      })
    : [
        "",
        pen.strong("Options:"),
        ...groups.flatMap((group) => shown.filter((s) => s.group === group).flatMap(entry)),
      ];
  const footer = all
    ? [
        "",
        "Some options can be set by a BQKIT_<OPTION> variable; the command line takes precedence.",
        "Exit status: 0 success, 1 a difference or a broken threshold, 2 an error, 130/143 interrupted.",
      ]
    : ["", "  --help --verbose lists all options; --version; --completions bash, zsh or fish"];
  return [
    `${about.name}: ${about.summary}`,
    "",
    ...about.usage.map((line, i) => `${i === 0 ? pen.strong("Usage:") : "      "} ${line}`),
    ...about.input.map((line) => `  ${line}`),
    ...sections,
    ...footer,
    "",
    pen.strong("Examples:"),
    ...about.examples.map((line) => `  ${line}`),
    "",
  ].join("\n");
};
