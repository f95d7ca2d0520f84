/** The registry of rules by stable id: defines the classes, the values of `--ignore` and the docs. */
import { fieldRules } from "./FieldRules.ts";
import type { Rule } from "./Rule.ts";
import { tableRules } from "./TableRules.ts";

export type { Class, Rule } from "./Rule.ts";

export type RuleId = keyof typeof fieldRules | keyof typeof tableRules;

export const rules: Readonly<Record<RuleId, Rule>> = { ...fieldRules, ...tableRules };

export const ruleIds = Object.keys(rules) as ReadonlyArray<RuleId>;

/** The names of all attributes, those of fields first. */
export const attributes: ReadonlyArray<string> = [
  ...new Set(Object.values(rules).map(({ attribute }) => attribute)),
];

/** The rules with this ID or attribute; empty if the name is unknown. */
export const named = (name: string): ReadonlyArray<RuleId> => {
  const wanted = name.trim().toLowerCase().replaceAll("_", "-");
  return ruleIds.filter((id) => id === wanted || rules[id].attribute === wanted);
};
