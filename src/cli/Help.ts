/** --help, rendered from the option table: plain text that fits a screen; with --verbose, every option. */

import { style } from "../reports/text/Style.ts";
import { groups, type Spec, type Specs, usage, variable } from "./options/Spec.ts";

export interface About {
  readonly name: string;
  readonly summary: string;
  readonly usage: ReadonlyArray<string>;
  /** Lines about operands. */
  readonly input: ReadonlyArray<string>;
  readonly examples: ReadonlyArray<string>;
  readonly options: Specs;
}

export interface HelpOptions {
  readonly all: boolean;
  readonly color: boolean;
  readonly width: number;
}

const description = (spec: Spec<unknown>): string =>
  `${spec.description}${spec.shown === undefined ? "" : ` (default ${spec.shown})`}`;

export const render = (about: About, { all, color, width }: HelpOptions): string => {
  const pen = style(color);
  const specs = Object.values(about.options).filter((spec) => all || spec.common);
  const room = Math.max(...specs.map((spec) => usage(spec).length));
  const entry = (spec: Spec<unknown>): ReadonlyArray<string> => {
    const text = all && spec.environment ? `${description(spec)} [${variable(spec)}]` : description(spec);
    const [first = "", ...rest] = Bun.wrapAnsi(text, Math.max(30, width - room - 4)).split("\n");
    return [`  ${usage(spec).padEnd(room)}  ${first}`, ...rest.map((line) => " ".repeat(room + 4) + line)];
  };
  const sections = all
    ? groups.flatMap((group) => {
        const members = specs.filter((spec) => spec.group === group);
        return members.length === 0 ? [] : ["", pen.strong(`${group}:`), ...members.flatMap(entry)];
      })
    : [
        "",
        pen.strong("Options:"),
        ...groups.flatMap((group) => specs.filter((s) => s.group === group).flatMap(entry)),
      ];
  const footer = all
    ? [
        "",
        "BQKIT_<OPTION> variables set the options that name one; an option given wins over them.",
        "Exit status: 0 all well, 1 a difference or a broken threshold, 2 trouble, 130/143 interrupted.",
      ]
    : ["", "  --help --verbose lists all options, --version prints the version"];
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
