/** JSON documents as the local engine compares them: every path with its type and value, or the text itself. */
import { fromDigits, type Value } from "../../domain/Value.ts";

/** The document behind a comparable JSON value; text that is no JSON stays text. */
export const documentOf = (text: string): Value => {
  try {
    return text.startsWith("tree")
      ? fromPaths(JSON.parse(text.slice(4)) as ReadonlyArray<Entry>)
      : exact(text);
  } catch {
    return text;
  }
};

type Entry = readonly [path: string, type: string, atom: string | null];

const exact = (text: string): Value =>
  JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" && context?.source !== undefined && /^-?\d+(\.\d+)?$/.test(context.source)
      ? fromDigits(context.source)
      : value,
  ) as Value;

/** Names in such paths hold neither dots nor brackets. */
const fromPaths = (entries: ReadonlyArray<Entry>): Value => {
  const children = new Map<string, Array<readonly [step: string, entry: Entry]>>();
  for (const entry of entries) {
    const split = /^(.*)(\.[^.[]*|\[\d+\])$/s.exec(entry[0]);
    if (split === null) continue;
    const list = children.get(split[1]!) ?? [];
    list.push([split[2]!, entry]);
    children.set(split[1]!, list);
  }
  const value = ([path, type, atom]: Entry): Value => {
    const below = children.get(path) ?? [];
    if (type === "ARRAY") {
      return [...below]
        .sort(([one], [other]) => Number(one.slice(1, -1)) - Number(other.slice(1, -1)))
        .map(([, entry]) => value(entry));
    }
    if (type === "OBJECT")
      return Object.fromEntries(below.map(([step, entry]) => [step.slice(1), value(entry)]));
    return atom === null ? null : exact(atom);
  };
  const root = entries.find(([path]) => path === "$");
  return root === undefined ? null : value(root);
};
