/** What differs between a field of A and the same field of B, its name, place and fields aside. */
import { type Field, typeText } from "../../../domain/TableSchema.ts";
import type { Value } from "../../../domain/Value.ts";
import type { RuleId } from "../rules/Rules.ts";
import { holdsDigits, holdsLength, isLossy, isTypeWidening } from "./Widening.ts";

export interface Difference {
  readonly rule: RuleId;
  readonly before: Value;
  readonly after: Value;
  readonly fieldBefore?: Field;
  readonly fieldAfter?: Field;
  /** Replaces the rule's explanation. */
  readonly explanation?: string;
}

/** Attributes that are a single text, with their accessors. */
export const textAttributes = {
  description: "description",
  collation: "collation",
  precision: "precision",
  scale: "scale",
  "max-length": "maxLength",
  "rounding-mode": "roundingMode",
  default: "defaultValueExpression",
  "range-element-type": "rangeElementType",
  "timestamp-precision": "timestampPrecision",
  "generated-column": "generatedColumn",
  "foreign-type": "foreignTypeDefinition",
} as const;

type TextAttribute = keyof typeof textAttributes;

/** An unspecified or absent mode means half away from zero. */
export const isDefaultRoundingMode = (mode: string | undefined): boolean =>
  !mode || mode === "ROUNDING_MODE_UNSPECIFIED" || mode === "ROUND_HALF_AWAY_FROM_ZERO";

/** The attributes to compare: all, or those that local data has. */
export type Scope = "all" | "shape";

export const differences = (
  a: Field,
  b: Field,
  scope: Scope,
  inArray: boolean,
): ReadonlyArray<Difference> => {
  const sameType = a.type === b.type;
  const all = scope === "all";
  return [
    ...(sameType ? [] : [typeChange(a, b, inArray)]),
    ...modeChange(a, b, scope),
    ...(sameType ? parameterChanges(a, b, scope) : []),
    ...(all ? text(a, b, "collation", () => "collation-changed") : []),
    ...(all ? text(a, b, "rounding-mode", () => "rounding-mode-changed") : []),
    ...(all ? text(a, b, "default", defaultRule) : []),
    ...(all ? text(a, b, "generated-column", () => "generated-column-changed") : []),
    ...(all ? text(a, b, "foreign-type", () => "foreign-type-changed") : []),
    ...(all ? texts(a, b, "policyTags", "policy-tags-changed") : []),
    ...(all ? texts(a, b, "dataPolicies", "data-policies-changed") : []),
    ...(all ? text(a, b, "description", () => "description-changed") : []),
  ];
};

const lossy = "BigQuery makes the change in place, but FLOAT64 rounds values of more than 15 digits";

const typeChange = (a: Field, b: Field, inArray: boolean): Difference => {
  const isArray = inArray || a.mode === "REPEATED" || b.mode === "REPEATED";
  const staysRequired = a.mode === "REQUIRED" && b.mode === "REQUIRED";
  const rule =
    isArray || !isTypeWidening(a, b)
      ? "type-changed"
      : staysRequired
        ? "type-widening-refused"
        : "type-widened";
  return {
    rule,
    before: elementText(a),
    after: elementText(b),
    fieldBefore: a,
    fieldAfter: b,
    ...(rule === "type-widened" && isLossy(a, b) ? { explanation: lossy } : {}),
  };
};

/** The mode is compared separately. */
const elementText = (field: Field): string => typeText({ ...field, mode: "NULLABLE" });

const modeChange = (a: Field, b: Field, scope: Scope): ReadonlyArray<Difference> => {
  if (a.mode === b.mode) return [];
  const isRepeated = a.mode === "REPEATED" || b.mode === "REPEATED";
  if (scope === "shape" && !isRepeated) return [];
  const rule = isRepeated ? "mode-repeated" : b.mode === "NULLABLE" ? "mode-relaxed" : "mode-tightened";
  return [{ rule, before: a.mode, after: b.mode }];
};

/**
 * Files have no lengths, and BigQuery exports every NUMERIC at its maximum precision: an absent parameter has no
 * meaning there.
 */
const parameterChanges = (a: Field, b: Field, scope: Scope): ReadonlyArray<Difference> => {
  const fits = holdsDigits(a, b);
  const hasDigits = scope === "all" || (a.precision !== undefined && b.precision !== undefined);
  return [
    ...(hasDigits ? text(a, b, "precision", () => (fits ? "precision-widened" : "precision-narrowed")) : []),
    ...(hasDigits ? text(a, b, "scale", () => (fits ? "scale-widened" : "scale-narrowed")) : []),
    ...(scope === "all"
      ? text(a, b, "max-length", () => (holdsLength(a, b) ? "max-length-widened" : "max-length-narrowed"))
      : []),
    ...text(a, b, "timestamp-precision", (before) =>
      before === null ? "timestamp-precision-widened" : "timestamp-precision-narrowed",
    ),
    ...text(a, b, "range-element-type", () => "range-element-type-changed"),
  ];
};

const defaultRule = (before: string | null, after: string | null): RuleId =>
  before === null ? "default-added" : after === null ? "default-removed" : "default-changed";

/** An empty text counts as absent, and so does BigQuery's default. */
const textOf = (field: Field, attribute: TextAttribute): string | null => {
  const text = field[textAttributes[attribute]] || null;
  return text !== null && isAssumed(field, attribute, text) ? null : text;
};

const isAssumed = (field: Field, attribute: TextAttribute, text: string): boolean => {
  switch (attribute) {
    case "rounding-mode":
      return isDefaultRoundingMode(text);
    case "scale":
      return field.precision !== undefined && Number(text) === 0;
    case "timestamp-precision":
      return Number(text) === 6;
    default:
      return false;
  }
};

const text = (
  a: Field,
  b: Field,
  attribute: TextAttribute,
  rule: (before: string | null, after: string | null) => RuleId,
): ReadonlyArray<Difference> => {
  const [before, after] = [textOf(a, attribute), textOf(b, attribute)];
  return before === after ? [] : [{ rule: rule(before, after), before, after }];
};

/** Unordered lists. */
const texts = (
  a: Field,
  b: Field,
  key: "policyTags" | "dataPolicies",
  rule: RuleId,
): ReadonlyArray<Difference> => {
  const [before, after] = [sorted(a[key]), sorted(b[key])];
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ rule, before, after }];
};

const sorted = (all: ReadonlyArray<string> = []): ReadonlyArray<string> | null =>
  all.length === 0 ? null : [...all].sort();
