/** The changes of all fields, by path through STRUCTs and arrays to any depth. */
import * as FieldPath from "../../../domain/FieldPath.ts";
import { elementOf, type Field, type TableSchema, typeText } from "../../../domain/TableSchema.ts";
import type { Rename } from "../Options.ts";
import { rules } from "../rules/Rules.ts";
import type { Change, PerhapsRenamed } from "../SchemaDiff.ts";
import { type Difference, differences, type Scope } from "./FieldAttributes.ts";
import { matchFields } from "./MatchFields.ts";
import { perhapsRenamed } from "./Renames.ts";

export interface FieldChanges {
  readonly changes: ReadonlyArray<Change>;
  readonly perhapsRenamed: ReadonlyArray<PerhapsRenamed>;
}

/** A field's position in both tables; absent on a side without the field. */
interface FieldPositions {
  readonly a?: FieldPath.FieldPath;
  readonly b?: FieldPath.FieldPath;
}

export const compareFields = (
  a: TableSchema,
  b: TableSchema,
  renames: ReadonlyArray<Rename>,
  scope: Scope,
): FieldChanges => {
  const changes: Array<Change> = [];
  const likely: Array<PerhapsRenamed> = [];

  const level = (
    as: ReadonlyArray<Field>,
    bs: ReadonlyArray<Field>,
    parentA: FieldPath.FieldPath,
    parentB: FieldPath.FieldPath,
    inArray: boolean,
  ): void => {
    const matches = matchFields(as, bs, parentA, parentB, renames);
    const inB = new Map(matches.matched.map((one) => [one.b, one]));
    bs.forEach((after, i) => {
      const one = inB.get(i);
      const pathB = [...parentB, FieldPath.name(after.name)];
      if (one === undefined) {
        changes.push(added(after, i, pathB));
        return;
      }
      const before = as[one.a]!;
      const place = { a: [...parentA, FieldPath.name(before.name)], b: pathB };
      if (before.name !== after.name) {
        const rule = one.mapped ? "renamed" : "case-changed";
        changes.push(change({ rule, before: before.name, after: after.name }, place));
      }
      if (one.moved) {
        const places = { placeBefore: one.a, placeAfter: i };
        changes.push({ ...change({ rule: "moved", before: one.a + 1, after: i + 1 }, place), ...places });
      }
      pair(before, after, place.a, place.b, inArray);
    });
    for (const i of matches.onlyA) {
      changes.push(removed(as[i]!, i, [...parentA, FieldPath.name(as[i]!.name)]));
    }
    likely.push(...perhapsRenamed(as, bs, parentA, parentB, matches));
  };

  const pair = (
    before: Field,
    after: Field,
    pathA: FieldPath.FieldPath,
    pathB: FieldPath.FieldPath,
    inArray: boolean,
  ): void => {
    for (const difference of differences(before, after, scope, inArray)) {
      changes.push(change(difference, { a: pathA, b: pathB }));
    }
    if (before.type !== after.type) return;
    const belowA = below(before, pathA);
    const belowB = below(after, pathB);
    const deeper = inArray || before.mode === "REPEATED" || after.mode === "REPEATED";
    if (before.type === "STRUCT") level(before.fields ?? [], after.fields ?? [], belowA, belowB, deeper);
    if (before.type === "ARRAY") pair(elementOf(before), elementOf(after), belowA, belowB, deeper);
  };

  level(a, b, [], [], false);
  return { changes, perhapsRenamed: likely };
};

/** The prefix of the paths of a field's own fields. */
export const below = (field: Field, path: FieldPath.FieldPath): FieldPath.FieldPath =>
  field.mode === "REPEATED" ? [...path, FieldPath.elements] : path;

const change = (difference: Difference, { a, b }: FieldPositions): Change => {
  const { class: kind, attribute, explanation } = rules[difference.rule];
  const path = FieldPath.format(b ?? a ?? []);
  const old = a === undefined || b === undefined ? path : FieldPath.format(a);
  const { rule, ...more } = difference;
  return {
    rule,
    class: kind,
    attribute,
    path,
    ...(old === path ? {} : { oldPath: old }),
    explanation,
    ...more,
  };
};

const added = (field: Field, place: number, b: FieldPath.FieldPath): Change => {
  const rule = field.mode === "REQUIRED" ? "added-required" : "added";
  const after = typeWithMode(field);
  return { ...change({ rule, before: null, after, fieldAfter: field }, { b }), placeAfter: place };
};

const removed = (field: Field, place: number, a: FieldPath.FieldPath): Change => {
  const before = typeWithMode(field);
  const one = change({ rule: "removed", before, after: null, fieldBefore: field }, { a });
  return { ...one, placeBefore: place };
};

const typeWithMode = (field: Field): string =>
  field.mode === "REQUIRED" ? `${typeText(field)} NOT NULL` : typeText(field);
