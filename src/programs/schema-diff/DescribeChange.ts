/** Describes changes as text; the marks and colours of a report only repeat it. */

import { counted, cut, quoted } from "../../domain/Phrases.ts";
import type { Value } from "../../domain/Value.ts";
import type { Change, SchemaDiff } from "./SchemaDiff.ts";

/** `+` only in B, `-` only in A, `±` in both. */
export type Mark = "+" | "-" | "±";

export const markOf = ({ rule }: Change): Mark =>
  rule === "added" || rule === "added-required" ? "+" : rule === "removed" ? "-" : "±";

const quotes: ReadonlySet<string> = new Set(["description", "friendly-name", "view-query"]);

const shown = (value: Value, attribute: string): string => {
  if (value === null) return "none";
  if (typeof value === "string") return quotes.has(attribute) ? quoted(value) : cut(value, 80);
  if (Array.isArray(value)) return `(${value.map(plain).join(", ")})`;
  return cut(plain(value), 80);
};

const plain = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .filter(([, inner]) => inner !== null)
    .map(([key, inner]) => `${key}: ${Array.isArray(inner) ? inner.map(plain).join(", ") : plain(inner)}`)
    .join(", ");
};

/** `type INT64 → NUMERIC`, `added: STRING`, `moved from place 3 to place 1`. */
export const sentence = ({ rule, attribute, before, after }: Change): string => {
  switch (rule) {
    case "added":
    case "added-required":
      return `added: ${shown(after, attribute)}`;
    case "removed":
      return `removed: ${shown(before, attribute)}`;
    case "renamed":
      return `renamed from ${shown(before, attribute)}`;
    case "case-changed":
      return `case changed: was ${shown(before, attribute)}`;
    case "moved":
      return `moved from place ${String(before)} to place ${String(after)}`;
    case "only-in-a":
      return `only in A: ${shown(before, attribute)}`;
    case "only-in-b":
      return `only in B: ${shown(after, attribute)}`;
    default:
      return `${attribute} ${between(before, after, attribute)}`;
  }
};

const between = (before: Value, after: Value, attribute: string): string => {
  if (attribute === "partition-expiration") return `${days(before)} → ${days(after)}`;
  const [old, now] = parted(before, after, attribute);
  return `${shown(old, attribute)} → ${shown(now, attribute)}`;
};

/** Omits the common start of two long texts, because the difference may be far from the start. */
const parted = (before: Value, after: Value, attribute: string): readonly [Value, Value] => {
  if (!quotes.has(attribute) || typeof before !== "string" || typeof after !== "string")
    return [before, after];
  const [old, now] = [[...before], [...after]];
  if (Math.max(old.length, now.length) <= 60) return [before, after];
  const common = old.findIndex((char, i) => char !== now[i]);
  const from = (common < 0 ? old.length : common) - 15;
  return from <= 15 ? [before, after] : [`…${old.slice(from).join("")}`, `…${now.slice(from).join("")}`];
};

const days = (milliseconds: Value): string =>
  milliseconds === null ? "none" : counted(Number(milliseconds) / 86_400_000, "day");

/** `3 changes: 1 breaking, 2 safe`, or what was compared without a difference. */
export const headline = ({ changes, counts, compared, perhapsRenamed }: SchemaDiff): string => {
  const { ignored } = counts;
  const parts = (["breaking", "safe", "metadata"] as const).flatMap((kind) =>
    counts[kind] === 0 ? [] : [`${counts[kind]} ${kind}`],
  );
  return [
    changes.length === 0
      ? `no difference in ${counted(compared.fields, "field")}${compared.table ? " and the table's attributes" : ""}`
      : `${counted(changes.length, "change")}: ${parts.join(", ")}`,
    ...(ignored === 0 ? [] : [`${counted(ignored, "change")} ignored`]),
    ...(perhapsRenamed.length === 0 ? [] : [`${perhapsRenamed.length} perhaps renamed`]),
  ].join(" · ");
};
