/** The options of a diff. */
import { Either, Schema } from "effect";
import { flag, withDefault, withFallback } from "../../domain/options/OptionField.ts";
import { checked, list, members, oneOf } from "../../domain/options/OptionValues.ts";
import { didYouMean } from "../../domain/Suggestion.ts";
import { attributes, named, type RuleId, ruleIds } from "./rules/Rules.ts";

/** A stated rename: the path in A and the path in B; `to` may be just the new name. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

const renames = checked(
  "renames such as old=new,a.b=c",
  (given): Either.Either<ReadonlyArray<Rename>, string | undefined> =>
    Either.gen(function* () {
      const listed = members(given);
      if (listed === undefined) return yield* Either.left(undefined);
      const map = yield* Either.all(listed.map(rename));
      for (const side of ["from", "to"] as const) {
        const twice = repeated(map.map((one) => one[side].toLowerCase()));
        if (twice !== undefined)
          return yield* Either.left(`"${twice}" is mapped more than once; map each field once: old=new`);
      }
      return map;
    }),
);

/** Splits at the only `=` outside backticks, which are part of the path. */
const rename = (text: string): Either.Either<Rename, string> => {
  const [, from = "", to = ""] = /^((?:`[^`]*`|[^`=])+)=((?:`[^`]*`|[^`=])+)$/s.exec(text) ?? [];
  return from.trim() === "" || to.trim() === ""
    ? Either.left(`"${text}" is not a rename; write old=new, with backticks around a name that holds =`)
    : Either.right({ from: from.trim(), to: to.trim() });
};

const repeated = (names: ReadonlyArray<string>): string | undefined =>
  names.find((name, i) => names.indexOf(name) !== i);

const ignored = checked(
  "comma-separated rules or attributes",
  (given): Either.Either<ReadonlyArray<RuleId>, string | undefined> =>
    Either.gen(function* () {
      const listed = members(given);
      if (listed === undefined) return yield* Either.left(undefined);
      return [...new Set((yield* Either.all(listed.map(rulesOf))).flat())];
    }),
);

const rulesOf = (name: string): Either.Either<ReadonlyArray<RuleId>, string> => {
  const found = named(name);
  if (found.length > 0) return Either.right(found);
  const remedy =
    didYouMean(name, [...new Set([...attributes, ...ruleIds])]) ??
    `write one such as ${attributes.slice(0, 6).join(", ")} or description; docs/SCHEMA_DIFF.md lists all`;
  return Either.left(`"${name}" is neither a rule nor an attribute; ${remedy}`);
};

/** Options that a JSON line can set for its pair. */
export const fields = {
  map: withFallback(renames, [], {
    metavar: "OLD=NEW,…", description: "known renames, such as cust=customer,a.b=c",
    group: "Comparison", common: true,
  }),
  /** Ids of rules. */
  ignore: withFallback(ignored, [], {
    metavar: "WHAT,…", description: "changes to ignore, such as description,moved",
    group: "Comparison", common: true,
  }),
  /**
   * Path patterns: `*` matches any characters; a path includes everything below it. Empty: all fields and the table.
   */
  only: withFallback(list("path patterns such as id,items[].*"), [], {
    metavar: "PATH,…", description: "only these fields and those below; * matches anything",
    group: "Comparison", common: true,
  }),
  failOn: withDefault(oneOf("any", "breaking", "none"), "any", {
    metavar: "CLASS", description: "changes that set status 1: any, breaking, none",
    group: "Comparison", common: true,
  }),
  /** Keeps both schemas, so that the report can show unchanged fields, too. */
  full: flag({
    description: "show unchanged fields, and every item of a batch",
    group: "Output", common: true, decisive: true,
  }),
}; // biome-ignore format: one table

/** Decodes options as written: strings or lists. */
export const Options = Schema.Struct(fields);

export interface DiffOptions extends Schema.Schema.Type<typeof Options> {}

export const defaults: DiffOptions = Schema.decodeSync(Options)({});
