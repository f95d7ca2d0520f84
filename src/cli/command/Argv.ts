/**
 * Reorders the arguments for @effect/cli 0.77 and rejects those that it would misread: unknown options, repeated
 * options and options without a value. Decodes no values.
 */
import { Either } from "effect";
import type { OptionField } from "../../domain/options/OptionField.ts";
import { didYouMean } from "../../domain/Suggestion.ts";

export type Request =
  | { readonly _tag: "Help"; readonly all: boolean }
  | { readonly _tag: "Version" }
  | { readonly _tag: "Completions"; readonly shell: string }
  | {
      readonly _tag: "Run";
      /** Keys of the options on the command line. */
      readonly given: ReadonlySet<string>;
      /** Options first; values and operands are marked by `asValue`. */
      readonly argv: ReadonlyArray<string>;
    };

/** Options of other tools and of @effect/cli, with our equivalents. */
const hints: Readonly<Record<string, string>> = {
  "log-level": "--verbose or --quiet",
  workers: "--parallel",
  jobs: "--parallel",
  concurrency: "--parallel",
  limit: "--sample-size",
};

const builtIns = ["--help", "--version", "--completions"];

/** @effect/cli treats a value that looks like an option as an option; the mark prevents this. */
const asValue = (text: string): string => `=${text}`;
export const valueOf = (marked: string): string => marked.slice(1);

/** Parses the arguments that follow the program's name. */
export const normalize = (
  args: ReadonlyArray<string>,
  fields: ReadonlyArray<OptionField>,
): Either.Either<Request, string> => {
  const known = new Map<string, OptionField>(
    fields.flatMap((field) => [
      [`--${field.name}`, field] as const,
      ...(field.alias === undefined ? [] : [[`-${field.alias}`, field] as const]),
      ...(field.negatable === true ? [[`--no-${field.name}`, field] as const] : []),
    ]),
  );
  const isOption = (text: string): boolean =>
    text === "--" || text === "-h" || builtIns.includes(text) || known.has(text);
  const builtInsGiven = new Map<string, string>();
  const given = new Set<string>();
  const [options, operands]: [Array<string>, Array<string>] = [[], []];
  const problems: Array<string> = [];

  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    if (argument === "--") {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (argument === "-" || !argument.startsWith("-")) {
      operands.push(argument);
      continue;
    }
    const [, name = "", inline] = /^([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    const next = args[i + 1];
    const value = inline ?? (next === undefined || isOption(next) ? undefined : next);
    if (name === "-h" || builtIns.includes(name)) {
      builtInsGiven.set(name === "-h" ? "--help" : name, value ?? "");
      if (name === "--completions" && inline === undefined && value !== undefined) i++;
      continue;
    }
    const field = known.get(name);
    if (field === undefined) {
      problems.push(unknown(name, [...known.keys(), ...builtIns]));
      continue;
    }
    if (given.has(field.key)) problems.push(`--${field.name} is given more than once`);
    given.add(field.key);
    if (field.metavar === undefined) {
      const word = inline?.toLowerCase();
      if (word !== undefined && name.startsWith("--no-")) problems.push(`${name} takes no value`);
      else if (word !== undefined && !/^(true|yes|on|1|false|no|off|0)$/.test(word))
        problems.push(`${name}: expected true or false, got ${JSON.stringify(inline)}`);
      const long = name.startsWith("--no-") ? name : `--${field.name}`;
      options.push(long, ...(word === undefined ? [] : [word]));
    } else if (value === undefined) problems.push(`${name} needs a value: ${name}=${field.metavar}`);
    else {
      options.push(`--${field.name}`, asValue(value));
      if (inline === undefined) i++;
    }
  }

  if (builtInsGiven.has("--help")) return Either.right({ _tag: "Help", all: given.has("verbose") });
  const [first] = problems;
  if (first !== undefined) return Either.left(first);
  if (builtInsGiven.has("--version")) return Either.right({ _tag: "Version" });
  const shell = builtInsGiven.get("--completions");
  if (shell !== undefined) return Either.right({ _tag: "Completions", shell });
  return Either.right({ _tag: "Run", given, argv: [...options, ...operands.map(asValue)] });
};

const unknown = (name: string, names: ReadonlyArray<string>): string => {
  const bare = name.replace(/^--?/, "");
  const hint = hints[bare];
  if (hint !== undefined) return `unknown option ${name}; use ${hint}`;
  const bareNames = names.filter((known) => known.startsWith("--")).map((known) => known.slice(2));
  const suggestion = didYouMean(bare, bareNames, (found) => `--${found}`);
  if (suggestion !== undefined) return `unknown option ${name}; ${suggestion}`;
  return /[./]/.test(bare)
    ? `unknown option ${name}; if it is a table, put -- before it`
    : `unknown option ${name}`;
};
