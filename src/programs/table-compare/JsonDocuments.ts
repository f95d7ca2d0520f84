/** JSON documents as the local engine compares them: every path with its type and value, or the text itself. */
import { fromDigits, type Value } from "../../domain/Value.ts";

/**
 * Decodes a comparable JSON value. It stays a text if a Value cannot represent its numbers digit by digit (1.0 is not
 * 1), or if it is not JSON.
 */
export const documentOf = (text: string): Value => {
  const json = documentText(text);
  try {
    let isPlain = true;
    const value = JSON.parse(json, (_name, inner: unknown, context?: { readonly source?: string }) => {
      if (typeof inner !== "number" || context?.source === undefined) return inner;
      const number = /^-?\d+(\.\d+)?$/.test(context.source) ? fromDigits(context.source) : inner;
      isPlain &&= String(number) === context.source;
      return number;
    }) as Value;
    return isPlain ? value : json;
  } catch {
    return json;
  }
};

/** The document as JSON text with its original digits; other text unchanged. */
export const documentText = (text: string): string => {
  if (!text.startsWith("tree")) return text;
  try {
    return fromPaths(JSON.parse(text.slice(4)) as ReadonlyArray<Entry>);
  } catch {
    return text;
  }
};

type Entry = readonly [path: string, type: string, atom: string | null];

/** Names in such paths contain neither dots nor brackets. */
const fromPaths = (entries: ReadonlyArray<Entry>): string => {
  const children = new Map<string, Array<readonly [step: string, entry: Entry]>>();
  for (const entry of entries) {
    const split = /^(.*)(\.[^.[]*|\[\d+\])$/s.exec(entry[0]);
    if (split === null) continue;
    const list = children.get(split[1]!) ?? [];
    list.push([split[2]!, entry]);
    children.set(split[1]!, list);
  }
  const json = ([path, type, atom]: Entry): string => {
    const below = children.get(path) ?? [];
    if (type === "ARRAY") {
      const sorted = [...below].sort(
        ([one], [other]) => Number(one.slice(1, -1)) - Number(other.slice(1, -1)),
      );
      return `[${sorted.map(([, entry]) => json(entry)).join(",")}]`;
    }
    if (type === "OBJECT")
      return `{${below.map(([step, entry]) => `${JSON.stringify(step.slice(1))}:${json(entry)}`).join(",")}}`;
    return atom ?? "null";
  };
  const root = entries.find(([path]) => path === "$");
  return root === undefined ? "null" : json(root);
};
