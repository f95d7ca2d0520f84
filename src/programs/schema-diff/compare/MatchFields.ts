/** Which fields of one STRUCT, or of the table, are the same in A and B. */
import * as FieldPath from "../../../domain/FieldPath.ts";
import type { Field } from "../../../domain/TableSchema.ts";
import type { Rename } from "../Options.ts";
import { moved } from "./Order.ts";

export interface Matched {
  readonly a: number;
  readonly b: number;
  /** Matched by a stated rename. */
  readonly mapped: boolean;
  /** Its order changed. */
  readonly moved: boolean;
}

export interface FieldMatches {
  /** In B's order. */
  readonly matched: ReadonlyArray<Matched>;
  readonly onlyA: ReadonlyArray<number>;
  readonly onlyB: ReadonlyArray<number>;
}

/** Matches by stated renames first, then by name, then by name ignoring case. */
export const matchFields = (
  as: ReadonlyArray<Field>,
  bs: ReadonlyArray<Field>,
  parentA: FieldPath.FieldPath,
  parentB: FieldPath.FieldPath,
  renames: ReadonlyArray<Rename>,
): FieldMatches => {
  const found = new Map<number, { readonly a: number; readonly mapped: boolean }>();
  const taken = new Set<number>();
  const pair = (a: number, b: number, mapped = false): void => {
    if (taken.has(a) || found.has(b)) return;
    taken.add(a);
    found.set(b, { a, mapped });
  };
  for (const { from, to } of renames) {
    const a = find(as, parentA, from, false);
    const b = find(bs, parentB, to, true);
    if (a >= 0 && b >= 0) pair(a, b, true);
  }
  for (const key of [(name: string) => name, (name: string) => name.toLowerCase()]) {
    const places = new Map<string, number>();
    as.forEach(({ name }, i) => {
      if (!taken.has(i) && !places.has(key(name))) places.set(key(name), i);
    });
    bs.forEach(({ name }, i) => {
      const a = places.get(key(name));
      if (a !== undefined) pair(a, i);
    });
  }
  const labelled = bs.flatMap((_, b) => {
    const one = found.get(b);
    return one === undefined ? [] : [{ ...one, b, label: label(as[one.a]!, bs[b]!) }];
  });
  // Renames that exchange two names result in two pairs with the same label. Their places distinguish them,
  // regardless of the sides; if the places are exchanged, too, the old names do.
  const ofPlaces = unique(labelled, (one) => `${Math.min(one.a, one.b)}\u0001${Math.max(one.a, one.b)}`);
  const matched = unique(ofPlaces, (one) => as[one.a]!.name);
  const moves = moved(
    [...matched].sort((x, y) => x.a - y.a).map((one) => one.label),
    matched.map((one) => one.label),
  );
  return {
    matched: matched.map(({ label, ...one }) => ({ ...one, moved: moves.has(label) })),
    onlyA: as.flatMap((_, i) => (taken.has(i) ? [] : [i])),
    onlyB: bs.flatMap((_, i) => (found.has(i) ? [] : [i])),
  };
};

/** Members with one label get more of it. */
const unique = <A extends { readonly label: string }>(
  all: ReadonlyArray<A>,
  more: (one: A) => string,
): ReadonlyArray<A> => {
  const seen = new Map<string, number>();
  for (const { label: one } of all) seen.set(one, (seen.get(one) ?? 0) + 1);
  return all.map((one) =>
    seen.get(one.label) === 1 ? one : { ...one, label: `${one.label}\u0001${more(one)}` },
  );
};

/** A label that is the same in both directions. */
export const label = (a: Pick<Field, "name">, b: Pick<Field, "name">): string =>
  [a.name, b.name].sort().join("\u0001");

const find = (
  fields: ReadonlyArray<Field>,
  parent: FieldPath.FieldPath,
  path: string,
  bare: boolean,
): number => {
  const wanted = path.toLowerCase();
  return fields.findIndex(({ name }) => {
    const leaf = FieldPath.name(name);
    const full = FieldPath.format([...parent, leaf]).toLowerCase();
    return full === wanted || (bare && FieldPath.format([leaf]).toLowerCase() === wanted);
  });
};
