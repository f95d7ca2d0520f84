/** Both schemas side by side as one tree: each field of A next to its counterpart in B. */
import type { ItemName } from "../../../batch/Result.ts";
import * as FieldPath from "../../../domain/FieldPath.ts";
import { elementOf, type Field, type TableSchema } from "../../../domain/TableSchema.ts";
import { shortType } from "../../../programs/schema-diff/ChangeTree.ts";
import { below } from "../../../programs/schema-diff/compare/CompareFields.ts";
import { matchFields } from "../../../programs/schema-diff/compare/MatchFields.ts";
import { sentence } from "../../../programs/schema-diff/DescribeChange.ts";
import type { Rename } from "../../../programs/schema-diff/Options.ts";
import type { Change, SchemaDiff } from "../../../programs/schema-diff/SchemaDiff.ts";
import type { Tree, TreeNode, TreeSide } from "../../Drawing.ts";

type Path = FieldPath.FieldPath;

/** A field with its position on its side. */
interface Standing {
  readonly field: Field;
  readonly path: Path;
}

/** Undefined if the result does not contain the schemas. */
export const sideBySide = ({ changes, schemas }: SchemaDiff, item: ItemName): Tree | undefined => {
  if (schemas === undefined) return undefined;
  const changesByKey = Map.groupBy(changes, keyOf);
  const renames = changes.flatMap(
    ({ rule, path, oldPath }): ReadonlyArray<Rename> =>
      rule === "renamed" && path !== null && oldPath !== undefined ? [{ from: oldPath, to: path }] : [],
  );

  const level = (as: TableSchema, bs: TableSchema, parentA: Path, parentB: Path): ReadonlyArray<TreeNode> => {
    const matches = matchFields(as, bs, parentA, parentB, renames);
    const partner = new Map(matches.matched.map(({ a, b }) => [b, a]));
    const at = (field: Field, parent: Path): Standing => ({
      field,
      path: [...parent, FieldPath.name(field.name)],
    });
    return [
      ...bs.map((field, i) => {
        const a = partner.get(i);
        return node(a === undefined ? undefined : at(as[a]!, parentA), at(field, parentB));
      }),
      ...matches.onlyA.map((i) => node(at(as[i]!, parentA), undefined)),
    ];
  };

  const node = (a: Standing | undefined, b: Standing | undefined): TreeNode => {
    const [innerA, innerB] = [inner(a), inner(b)];
    return {
      a: sideOf(a),
      b: sideOf(b),
      changes: changesAt(changesByKey, a, b).map((change) => ({
        group: change.class,
        text: sentence(change),
      })),
      nodes: level(innerA.fields, innerB.fields, innerA.path, innerB.path),
    };
  };

  return {
    _tag: "Tree",
    title: "Fields",
    sides: typeof item === "string" ? [item, item] : [item.a, item.b],
    groups: ["breaking", "safe", "metadata"],
    nodes: level(schemas.a, schemas.b, [], []),
  };
};

/** A removed field has its own key: an added field may have the same name. */
const keyOf = ({ path, rule }: Pick<Change, "path" | "rule">): string =>
  `${rule === "removed" ? "-" : " "}${path}`;

/** A field's changes, including those of elements of an array of arrays, which are not fields. */
const changesAt = (
  changesByKey: ReadonlyMap<string, ReadonlyArray<Change>>,
  a: Standing | undefined,
  b: Standing | undefined,
): ReadonlyArray<Change> => {
  const one = b ?? a;
  if (one === undefined) return [];
  const paths = [one.path];
  for (let field = one.field; field.type === "ARRAY"; field = elementOf(field)) {
    paths.push([...paths.at(-1)!, FieldPath.elements]);
  }
  const mark = b === undefined ? "-" : " ";
  return paths.flatMap((path) => changesByKey.get(`${mark}${FieldPath.format(path)}`) ?? []);
};

const sideOf = (one: Standing | undefined): TreeSide | null =>
  one === undefined
    ? null
    : {
        name: one.field.name,
        type: `${shortType(one.field)}${one.field.mode === "REQUIRED" ? " REQUIRED" : ""}`,
      };

/** The fields of a STRUCT or of an array of STRUCTs, with the prefix of their paths. */
const inner = (one: Standing | undefined): { readonly fields: TableSchema; readonly path: Path } => {
  if (one === undefined) return { fields: [], path: [] };
  const path = below(one.field, one.path);
  if (one.field.type === "ARRAY") return inner({ field: elementOf(one.field), path });
  return { fields: one.field.type === "STRUCT" ? (one.field.fields ?? []) : [], path };
};
