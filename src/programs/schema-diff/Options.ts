/** The options of a diff. */

import { Either } from "effect";
import { didYouMean } from "../../domain/Suggestion.ts";
import { attributes, named, type RuleId, ruleIds } from "./rules/Rules.ts";

/** A rename that somebody states: paths as A and as B have them; `to` may be the bare new name. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

export interface DiffOptions {
  readonly map: ReadonlyArray<Rename>;
  readonly ignore: ReadonlyArray<RuleId>;
  /** Path patterns; empty for all fields and the table. `*` stands for anything; a path stands for all below it. */
  readonly only: ReadonlyArray<string>;
  /** Which changes break the threshold. */
  readonly failOn: "any" | "breaking" | "none";
  /** Keep both schemas, so that the report can show unchanged fields too. */
  readonly full: boolean;
}

export const defaults: DiffOptions = { map: [], ignore: [], only: [], failOn: "any", full: false };

/** The same as somebody writes it. */
export interface GivenOptions {
  /** `old=new` */
  readonly map?: ReadonlyArray<string>;
  /** Ids of rules, or names of attributes. */
  readonly ignore?: ReadonlyArray<string>;
  readonly only?: ReadonlyArray<string>;
  readonly failOn?: string;
  readonly full?: boolean;
}

export interface OptionProblem {
  readonly option: "map" | "ignore" | "only" | "failOn";
  readonly detail: string;
  readonly remedy: string;
}

/** Parses the options. The Left describes the first invalid one. */
export const read = (given: GivenOptions): Either.Either<DiffOptions, OptionProblem> =>
  Either.gen(function* () {
    const only = (given.only ?? []).map((pattern) => pattern.trim());
    if (only.includes("")) yield* problem("only", "a path pattern is empty", "write paths: id,items[].*");
    const map = yield* Either.all((given.map ?? []).map(rename));
    for (const side of ["from", "to"] as const) {
      const twice = repeated(map.map((one) => one[side].toLowerCase()));
      if (twice !== undefined)
        yield* problem("map", `"${twice}" is mapped more than once`, "map each field once: old=new");
    }
    return {
      map,
      ignore: [...new Set((yield* Either.all((given.ignore ?? []).map(ignored))).flat())],
      only,
      failOn: yield* threshold(given.failOn ?? defaults.failOn),
      full: given.full ?? defaults.full,
    };
  });

const problem = (option: OptionProblem["option"], detail: string, remedy: string) =>
  Either.left<OptionProblem>({ option, detail, remedy });

const repeated = (names: ReadonlyArray<string>): string | undefined =>
  names.find((name, i) => names.indexOf(name) !== i);

const rename = (text: string): Either.Either<Rename, OptionProblem> => {
  const parts = splitPair(text);
  return parts === undefined
    ? problem("map", `"${text}" is no rename`, "write old=new; put a name that holds = between backticks")
    : Either.right({ from: parts[0], to: parts[1] });
};

/** Splits at the only `=` outside backticks. */
const splitPair = (text: string): readonly [string, string] | undefined => {
  const parts = [""];
  let quoted = false;
  for (const char of text) {
    if (char === "`") quoted = !quoted;
    if (char === "=" && !quoted) parts.push("");
    else parts[parts.length - 1] += char;
  }
  const [from, to, ...rest] = parts.map((part) => part.trim());
  return rest.length > 0 || !from || !to ? undefined : [from, to];
};

const ignored = (name: string): Either.Either<ReadonlyArray<RuleId>, OptionProblem> => {
  const found = named(name);
  if (found.length > 0) return Either.right(found);
  const known = [...new Set([...attributes, ...ruleIds])];
  const remedy =
    didYouMean(name, known) ?? `attributes are ${attributes.join(", ")}; docs/SCHEMA_DIFF.md lists the rules`;
  return problem("ignore", `"${name}" is neither a rule nor an attribute`, remedy);
};

const threshold = (text: string): Either.Either<DiffOptions["failOn"], OptionProblem> =>
  text === "any" || text === "breaking" || text === "none"
    ? Either.right(text)
    : problem("failOn", `"${text}" is no threshold`, "write any, breaking or none");
