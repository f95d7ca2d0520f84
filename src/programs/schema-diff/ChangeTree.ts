/** Changes as a tree of fields: only changed branches, or all of them. */
import { type Field, type TableSchema, typeText, walk } from "../../domain/TableSchema.ts";
import { type Mark, markOf, sentence } from "./DescribeChange.ts";
import type { Change } from "./SchemaDiff.ts";

export interface Row {
  readonly depth: number;
  readonly mark: Mark | " ";
  /** The field's name, with `[]` if the tree continues below an array. */
  readonly label: string;
  readonly text: string;
  readonly class: Change["class"] | "";
}

interface Node {
  readonly children: Map<string, Node>;
  label: string;
  readonly changes: Array<Change>;
  /** The type of a field without changes. */
  type: string;
}

const make = (label: string): Node => ({ children: new Map(), label, changes: [], type: "" });

/** The rows of the tree, parents first. `schemas` adds the unchanged fields. */
export const rows = (
  changes: ReadonlyArray<Change>,
  schemas?: { readonly a: TableSchema; readonly b: TableSchema },
): ReadonlyArray<Row> => {
  const root = make("");
  for (const { name, field } of schemas === undefined ? [] : walk(schemas.b)) {
    if (!name.endsWith("[]")) nodeAt(root, name).type = shortType(field);
  }
  for (const change of changes) {
    if (change.path === null) continue;
    nodeAt(root, change.path, change.rule === "removed").changes.push(change);
  }
  return [...root.children.values()].flatMap((node) => rowsOf(node, 0));
};

/** Fields inside an added field are part of its change. */
const rowsOf = (node: Node, depth: number, inherited: Mark | " " = " "): ReadonlyArray<Row> => {
  const { label, changes, type } = node;
  const children = [...node.children.values()];
  const own: ReadonlyArray<Row> =
    changes.length === 0
      ? [{ depth, mark: inherited, label, text: type, class: "" }]
      : changes.flatMap(
          (change): ReadonlyArray<Row> => [
            { depth, mark: markOf(change), label, text: sentence(change), class: change.class },
            ...(children.length === 0 ? within(change, depth + 1) : []),
          ],
        );
  const mark = changes.some((change) => markOf(change) === "+") ? "+" : inherited;
  return [...own, ...children.flatMap((child) => rowsOf(child, depth + 1, mark))];
};

/** Without the fields of a STRUCT, which are its children. */
export const shortType = (field: Field): string =>
  field.type === "STRUCT" ? (field.mode === "REPEATED" ? "ARRAY<STRUCT>" : "STRUCT") : typeText(field);

/** The fields of a STRUCT that was added or removed as a whole. */
const within = (change: Change, depth: number): ReadonlyArray<Row> => {
  const mark = markOf(change);
  const whole = mark === "+" ? change.fieldAfter : mark === "-" ? change.fieldBefore : undefined;
  const below = (field: Field, at: number): ReadonlyArray<Row> =>
    (field.type === "STRUCT" ? (field.fields ?? []) : []).flatMap((inner) => [
      { depth: at, mark, label: inner.name, text: shortType(inner), class: "" as const },
      ...below(inner, at + 1),
    ]);
  return whole === undefined ? [] : below(whole, depth);
};

/** A removed field has its own node: an added field may have the same name. */
const nodeAt = (root: Node, path: string, isGone = false): Node => {
  const names = steps(path);
  return names.reduce((node, step, i) => {
    const key = step.replace(/(\[\])+$/, "") + (isGone && i === names.length - 1 ? "\0" : "");
    const child = node.children.get(key) ?? make(step);
    node.children.set(key, child);
    if (step.endsWith("[]")) child.label = step;
    return child;
  }, root);
};

/** A path's names, each with the `[]` that follows it; a quoted dot is part of a name. */
const steps = (path: string): ReadonlyArray<string> => {
  const found = [""];
  let quoted = false;
  for (const char of path) {
    if (char === "`") quoted = !quoted;
    if (char === "." && !quoted) found.push("");
    else found[found.length - 1] += char;
  }
  return found;
};
