/** A diff done to the side that it starts from. */
import * as FieldPath from "../../../domain/FieldPath.ts";
import { elementOf, type Field, type TableSchema } from "../../../domain/TableSchema.ts";
import { below } from "../compare/CompareFields.ts";
import { textAttributes } from "../compare/FieldAttributes.ts";
import type { Change, SchemaDiff } from "../SchemaDiff.ts";
import type { Side } from "../source/SchemaSource.ts";
import { applyToTable } from "./ApplyToTable.ts";

/** Returns B if the diff started from A and nothing was ignored; else A with the remaining changes. */
export const apply = (diff: Pick<SchemaDiff, "changes">, a: Side): Side => ({
  ...a,
  schema: applyToFields(diff.changes, a.schema),
  ...(a.table === undefined
    ? {}
    : { table: { ...applyToTable(diff.changes, a.table), schema: applyToFields(diff.changes, a.schema) } }),
});

/** Applies the changes of fields only. */
export const applyToFields = (changes: ReadonlyArray<Change>, schema: TableSchema): TableSchema => {
  const isAdded = ({ rule }: Change): boolean => rule === "added" || rule === "added-required";
  const added = changes.filter(isAdded);
  const others = changes.filter((change) => change.path !== null && !isAdded(change));
  const ofField = Map.groupBy(others, ({ path, oldPath }) => oldPath ?? path);
  const addedBelow = Map.groupBy(added, parentOf);

  const level = (
    fields: ReadonlyArray<Field>,
    parentA: FieldPath.FieldPath,
    parentB: FieldPath.FieldPath,
  ): ReadonlyArray<Field> => {
    const staying: Array<Field> = [];
    const placed: Array<readonly [number, Field]> = [];
    for (const field of fields) {
      const path = [...parentA, FieldPath.name(field.name)];
      const own = ofField.get(FieldPath.format(path)) ?? [];
      if (own.some(({ rule }) => rule === "removed")) continue;
      const after = one(field, path, parentB, own);
      const place = own.find(({ rule }) => rule === "moved")?.placeAfter;
      if (place === undefined) staying.push(after);
      else placed.push([place, after]);
    }
    for (const { fieldAfter, placeAfter } of addedBelow.get(FieldPath.format(parentB)) ?? []) {
      if (fieldAfter !== undefined) placed.push([placeAfter ?? staying.length, fieldAfter]);
    }
    placed.sort(([x], [y]) => x - y);
    for (const [place, field] of placed) staying.splice(place, 0, field);
    return staying;
  };

  const one = (
    field: Field,
    pathA: FieldPath.FieldPath,
    parentB: FieldPath.FieldPath | undefined,
    own: ReadonlyArray<Change>,
  ): Field => {
    const after = own.reduce(applyOne, field);
    if (own.some(({ attribute }) => attribute === "type")) return after;
    const pathB = parentB === undefined ? pathA : [...parentB, FieldPath.name(after.name)];
    return inside(field, after, pathA, pathB);
  };

  const inside = (
    field: Field,
    after: Field,
    pathA: FieldPath.FieldPath,
    pathB: FieldPath.FieldPath,
  ): Field => {
    const [belowA, belowB] = [below(field, pathA), below(after, pathB)];
    if (field.type === "STRUCT" && field.fields !== undefined)
      return { ...after, fields: level(field.fields, belowA, belowB) };
    if (field.type !== "ARRAY" || field.fields === undefined) return after;
    const element = elementOf(field);
    const own = ofField.get(FieldPath.format(belowA)) ?? [];
    const changed = own.reduce(applyOne, element);
    const isOther = own.some(({ attribute }) => attribute === "type");
    return { ...after, fields: [isOther ? changed : inside(element, changed, belowA, belowB)] };
  };

  return level(schema, [], []);
};

/** The path of the STRUCT that contains a new field: `items[]` for `items[].sku`, empty for a column. */
const parentOf = ({ path, fieldAfter }: Change): string => {
  const leaf = FieldPath.format([FieldPath.name(fieldAfter?.name ?? "")]);
  return (path ?? "").slice(0, -leaf.length).replace(/\.$/, "");
};

const applyOne = (field: Field, change: Change): Field => {
  const { attribute, after } = change;
  switch (attribute) {
    case "field":
    case "case":
      return { ...field, name: String(after) };
    case "mode":
      return { ...field, mode: after as Field["mode"] };
    case "type":
      return change.fieldAfter === undefined ? field : retyped(field, change.fieldAfter);
    case "policy-tags":
      return set(field, "policyTags", after);
    case "data-policies":
      return set(field, "dataPolicies", after);
    default:
      return Object.hasOwn(textAttributes, attribute)
        ? set(field, textAttributes[attribute as keyof typeof textAttributes], after)
        : field;
  }
};

const set = (field: Field, key: keyof Field, value: unknown): Field => {
  const { [key]: _, ...rest } = field;
  return { ...rest, ...(value === null ? {} : { [key]: value }) } as Field;
};

/** Takes the type, parameters and fields of the other field; keeps the rest. */
const retyped = (field: Field, like: Field): Field => {
  const parameters = [
    "fields",
    "precision",
    "scale",
    "maxLength",
    "rangeElementType",
    "timestampPrecision",
  ] as const;
  const other = parameters.reduce<Field>((all, key) => set(all, key, like[key] ?? null), field);
  return { ...other, type: like.type };
};
