/** Compares fetched rows of both sides by their digests. */
import type { Row } from "../../../domain/Value.ts";
import type { ChangedRow, OneSidedRow } from "../Comparison.ts";
import type { ComparedColumn } from "../columns/Columns.ts";
import { bothShown, shownValue } from "../Decode.ts";
import { oneSidedColumns } from "./SummaryStatement.ts";

/** A row returned by `bucketRows`. */
export interface FetchedRow {
  /** Digests of the key and of the whole row. */
  readonly km: string;
  readonly rm: string;
  /** A digest of each compared column. */
  readonly d?: ReadonlyArray<string>;
  readonly k?: ReadonlyArray<string | null>;
  readonly v?: ReadonlyArray<string | null>;
}

export interface FetchedDiff {
  readonly same: number;
  /** Null without a key. */
  readonly changed: number | null;
  readonly onlyA: number;
  readonly onlyB: number;
  /** Changed rows by column. */
  readonly counts: ReadonlyArray<number>;
  readonly examples: {
    readonly changed: ReadonlyArray<ChangedRow>;
    readonly onlyA: ReadonlyArray<OneSidedRow>;
    readonly onlyB: ReadonlyArray<OneSidedRow>;
  };
}

/** Equal rows of a key cancel out. The others are paired in the order of their digests. */
export const compareFetched = (
  a: ReadonlyArray<FetchedRow>,
  b: ReadonlyArray<FetchedRow>,
  key: ReadonlyArray<ComparedColumn>,
  compared: ReadonlyArray<ComparedColumn>,
  examples: number,
): FetchedDiff => {
  const [byA, byB] = [Map.groupBy(a, ({ km }) => km), Map.groupBy(b, ({ km }) => km)];
  const counts = compared.map(() => 0);
  const totals = { same: 0, changed: 0, onlyA: 0, onlyB: 0 };
  const found = {
    changed: [] as Array<ChangedRow>,
    onlyA: [] as Array<OneSidedRow>,
    onlyB: [] as Array<OneSidedRow>,
  };
  for (const km of [...new Set([...byA.keys(), ...byB.keys()])].sort()) {
    const left = cancel(byA.get(km) ?? [], byB.get(km) ?? []);
    const pairs = key.length === 0 ? 0 : Math.min(left.a.length, left.b.length);
    totals.same += left.same;
    totals.changed += pairs;
    for (let i = 0; i < pairs; i += 1) {
      const differing = compared.flatMap((_, n) => (left.a[i]!.d?.[n] === left.b[i]!.d?.[n] ? [] : [n]));
      for (const n of differing) counts[n]! += 1;
      if (found.changed.length < examples)
        found.changed.push(changedRow(left.a[i]!, left.b[i]!, differing, key, compared));
    }
    for (const [side, rows] of [["onlyA", left.a] as const, ["onlyB", left.b] as const]) {
      const rest = rows.slice(pairs);
      totals[side] += rest.length;
      for (const copies of Map.groupBy(rest, ({ rm }) => rm).values()) {
        if (found[side].length >= examples) break;
        const [{ k, v }] = copies as [FetchedRow];
        const row =
          key.length === 0
            ? named(compared, v)
            : { ...named(key, k), ...(v === undefined ? {} : named(oneSidedColumns(compared), v)) };
        found[side].push({ copies: copies.length, row });
      }
    }
  }
  return { ...totals, changed: key.length === 0 ? null : totals.changed, counts, examples: found };
};

const cancel = (a: ReadonlyArray<FetchedRow>, b: ReadonlyArray<FetchedRow>) => {
  const sorted = (rows: ReadonlyArray<FetchedRow>) =>
    [...rows].sort((x, y) => (x.rm < y.rm ? -1 : x.rm > y.rm ? 1 : 0));
  const [inA, inB] = [sorted(a), sorted(b)];
  const left = { a: [] as Array<FetchedRow>, b: [] as Array<FetchedRow>, same: 0 };
  let [i, j] = [0, 0];
  while (i < inA.length && j < inB.length) {
    const [x, y] = [inA[i]!, inB[j]!];
    if (x.rm === y.rm) {
      left.same += 1;
      i += 1;
      j += 1;
    } else if (x.rm < y.rm) {
      left.a.push(x);
      i += 1;
    } else {
      left.b.push(y);
      j += 1;
    }
  }
  left.a.push(...inA.slice(i));
  left.b.push(...inB.slice(j));
  return left;
};

const changedRow = (
  a: FetchedRow,
  b: FetchedRow,
  differing: ReadonlyArray<number>,
  key: ReadonlyArray<ComparedColumn>,
  compared: ReadonlyArray<ComparedColumn>,
): ChangedRow => ({
  key: named(key, a.k),
  cells: differing.map((n) => {
    const column = compared[n]!;
    return { column: column.name, ...bothShown(a.v?.[n] ?? null, b.v?.[n] ?? null, column.as) };
  }),
});

const named = (columns: ReadonlyArray<ComparedColumn>, values: ReadonlyArray<string | null> = []): Row =>
  Object.fromEntries(columns.map((column, i) => [column.name, shownValue(values[i] ?? null, column.as)]));
