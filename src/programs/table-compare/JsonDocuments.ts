/**
 * JSON documents as the local engine compares them: every path with its type and value, or the text itself.
 */
import { fromDigits, type Value } from "../../domain/Value.ts";

/**
 * Decodes a comparable JSON value. It stays a text if a Value cannot represent its numbers digit by
 * digit (1.0 is not 1), or if it is not JSON.
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
  const steps = forms[text.slice(0, 4)];
  if (steps === undefined) return text;
  try {
    return fromPaths(JSON.parse(text.slice(4)) as ReadonlyArray<Entry>, steps);
  } catch {
    return text;
  }
};

type Entry = readonly [path: string, type: string, atom: string | null];

/** How the last step of a path is split off, and its name as a JSON string. */
interface Steps {
  readonly last: RegExp;
  readonly name: (step: string) => string;
}

/**
 * The format of paths: names in `tree` paths contain no dots or
 * brackets; names in `deep` paths are JSON strings.
 */
const forms: Readonly<Record<string, Steps>> = {
  tree: { last: /^(.*)(\.[^.[]*|\[\d+\])$/s, name: (step) => JSON.stringify(step.slice(1)) },
  deep: { last: /^(.*)(\."(?:[^"\\]|\\.)*"|\[\d+\])$/s, name: (step) => step.slice(1) },
};

const fromPaths = (entries: ReadonlyArray<Entry>, { last, name }: Steps): string => {
  const children = new Map<string, Array<readonly [step: string, entry: Entry]>>();
  for (const entry of entries) {
    const split = last.exec(entry[0]);
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
      return `{${below.map(([step, entry]) => `${name(step)}:${json(entry)}`).join(",")}}`;
    return atom ?? "null";
  };
  const root = entries.find(([path]) => path === "$");
  return root === undefined ? "null" : json(root);
};
