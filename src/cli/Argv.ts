/**
 * The command line as it was typed, made plain for @effect/cli: options first and with a value each, operands last,
 * nothing that could be taken for something else. What it alone can tell (an unknown option, one given twice, a value
 * that is missing) is told here.
 */

import { Either } from "effect";
import { didYouMean } from "../domain/Suggestion.ts";
import type { Spec, Specs } from "./options/Spec.ts";

export type Request =
  | { readonly _tag: "Help"; readonly all: boolean }
  | { readonly _tag: "Version" }
  | {
      readonly _tag: "Run";
      /** Texts of the options that were given, by name. */
      readonly given: ReadonlyMap<string, string>;
      readonly operands: ReadonlyArray<string>;
    };

/** Options of other tools, and of @effect/cli, and what serves here. */
const hints: Readonly<Record<string, string>> = {
  "log-level": "--verbose or --quiet",
  workers: "--parallel",
  jobs: "--parallel",
  concurrency: "--parallel",
  limit: "--sample-size",
};

/** Reads the arguments after the program's name. */
export const read = (argv: ReadonlyArray<string>, specs: Specs): Either.Either<Request, string> => {
  const known = new Map<string, { readonly spec: Spec<unknown>; readonly negated: boolean }>();
  for (const spec of Object.values(specs)) {
    known.set(spec.name, { spec, negated: false });
    if (spec.negation !== undefined) known.set(spec.negation, { spec, negated: true });
  }
  const isOption = (text: string | undefined): boolean =>
    text !== undefined &&
    (text === "--" ||
      text === "-h" ||
      (text.startsWith("--") && (known.has(text.slice(2)) || isBuiltIn(text))));

  const given = new Map<string, string>();
  const operands: Array<string> = [];
  let help = false;
  let version = false;
  let wrong: string | undefined;

  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === "--") {
      operands.push(...argv.slice(i + 1));
      break;
    }
    if (!argument.startsWith("-") || argument === "-") {
      operands.push(argument);
      continue;
    }
    if (argument === "--help" || argument === "-h") {
      help = true;
      continue;
    }
    if (argument === "--version") {
      version = true;
      continue;
    }
    const [, name = "", value] = /^--([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    const found = known.get(name);
    if (found === undefined) {
      wrong ??= unknown(argument, name, [...known.keys(), "help", "version"]);
      continue;
    }
    const { spec, negated } = found;
    let text = value;
    if (spec.metavar === undefined) {
      if (negated && value !== undefined) wrong ??= `--${name} takes no value`;
      text = negated ? "false" : (value ?? "true");
    } else if (text === undefined) {
      if (i + 1 >= argv.length || isOption(argv[i + 1])) {
        wrong ??= `--${name} needs a value: --${name}=${spec.metavar}`;
        continue;
      }
      text = argv[++i]!;
    }
    if (given.has(spec.name)) wrong ??= `--${spec.name} is given more than once`;
    given.set(spec.name, text!);
  }

  if (help) return Either.right({ _tag: "Help", all: given.get("verbose") === "true" });
  if (wrong !== undefined) return Either.left(wrong);
  if (version) return Either.right({ _tag: "Version" });
  return Either.right({ _tag: "Run", given, operands });
};

const isBuiltIn = (text: string): boolean => text === "--help" || text === "--version";

const unknown = (argument: string, name: string, names: ReadonlyArray<string>): string => {
  const shown = argument.startsWith("--") ? `--${name}` : argument;
  const bare = argument.startsWith("--") ? name : argument.slice(1);
  const hint = hints[bare];
  if (hint !== undefined) return `unknown option ${shown}; use ${hint}`;
  const suggestion = didYouMean(bare, names, (name) => `--${name}`);
  if (suggestion !== undefined) return `unknown option ${shown}; ${suggestion}`;
  return /[./]/.test(bare)
    ? `unknown option ${shown}; if it is a table, put -- before it`
    : `unknown option ${shown}`;
};

/** A value in a form that @effect/cli can take for nothing but a value. */
export const shield = (text: string): string => `=${text}`;
export const unshield = (text: string): string => text.slice(1);

/** The arguments for the @effect/cli Command. */
export const canonical = (request: Extract<Request, { _tag: "Run" }>): ReadonlyArray<string> => [
  ...[...request.given].flatMap(([name, text]) => [`--${name}`, shield(text)]),
  ...request.operands.map(shield),
];
