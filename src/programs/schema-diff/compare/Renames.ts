/** Finds probable renames, which are reported but never applied. */
import { distance } from "fastest-levenshtein";
import * as FieldPath from "../../../domain/FieldPath.ts";
import { type Field, typeText } from "../../../domain/TableSchema.ts";
import type { PerhapsRenamed } from "../SchemaDiff.ts";
import { type FieldMatches, label } from "./MatchFields.ts";

/** The minimum similarity of similar names. */
const similar = 0.65;

/** With more candidates, only those in the same position are compared. */
const mostPairs = 100_000;

interface Candidate {
  readonly field: Field;
  readonly path: FieldPath.FieldPath;
  readonly type: string;
  readonly place: string;
}

/**
 * Probable renames among the fields of one STRUCT, or of the table, the most probable first; each field at most once.
 */
export const perhapsRenamed = (
  as: ReadonlyArray<Field>,
  bs: ReadonlyArray<Field>,
  parentA: FieldPath.FieldPath,
  parentB: FieldPath.FieldPath,
  matches: FieldMatches,
): ReadonlyArray<PerhapsRenamed> => {
  const { onlyA, onlyB, matched } = matches;
  if (onlyA.length === 0 || onlyB.length === 0) return [];
  const fixed = matched.filter((one) => !one.moved);
  const labels = (side: "a" | "b") =>
    new Map(fixed.map((one) => [one[side], label(as[one.a]!, bs[one.b]!)] as const));
  const removed = candidates(as, onlyA, parentA, labels("a"));
  const added = candidates(bs, onlyB, parentB, labels("b"));
  const bySimilarity = removed.length * added.length <= mostPairs;
  const groups = Map.groupBy(added, ({ type, place }) => (bySimilarity ? type : `${type}\u0001${place}`));
  const likely = removed.flatMap((from) =>
    (groups.get(bySimilarity ? from.type : `${from.type}\u0001${from.place}`) ?? []).flatMap((to) => {
      const samePlace = from.place === to.place;
      const similarity = bySimilarity || samePlace ? alike(from.field.name, to.field.name) : 0;
      return samePlace || similarity >= similar ? [{ from, to, samePlace, similarity }] : [];
    }),
  );
  const key = ({ from, to }: (typeof likely)[number]): string => label(from.field, to.field);
  likely.sort(
    (x, y) =>
      y.similarity + (y.samePlace ? 0.5 : 0) - (x.similarity + (x.samePlace ? 0.5 : 0)) ||
      (key(x) < key(y) ? -1 : 1),
  );
  const taken = new Set<Candidate>();
  return likely.flatMap(({ from, to, samePlace, similarity }) => {
    if (taken.has(from) || taken.has(to)) return [];
    taken.add(from).add(to);
    return [
      {
        from: FieldPath.format(from.path),
        to: FieldPath.format(to.path),
        type: typeText(to.field),
        samePlace,
        similarity: Math.round(similarity * 100) / 100,
      },
    ];
  });
};

/** A position is the last common sibling before the field, and the distance from that sibling. */
const candidates = (
  fields: ReadonlyArray<Field>,
  alone: ReadonlyArray<number>,
  parent: FieldPath.FieldPath,
  fixed: ReadonlyMap<number, string>,
): ReadonlyArray<Candidate> => {
  const wanted = new Set(alone);
  let [before, offset] = ["", 0];
  return fields.flatMap((field, i) => {
    const anchor = fixed.get(i);
    if (anchor !== undefined) [before, offset] = [anchor, 0];
    if (!wanted.has(i)) return [];
    const place = `${before}\u0001${offset}`;
    offset += 1;
    const path = [...parent, FieldPath.name(field.name)];
    return [{ field, path, type: `${field.mode} ${typeText(field)}`, place }];
  });
};

/** The similarity of two names, from 0 to 1, ignoring case and separators. */
const alike = (a: string, b: string): number => {
  const [x, y] = [plain(a), plain(b)];
  const longest = Math.max(x.length, y.length);
  return longest === 0 ? 0 : 1 - distance(x, y) / longest;
};

const plain = (name: string): string => name.toLowerCase().replace(/[_\-\s.]/g, "");
