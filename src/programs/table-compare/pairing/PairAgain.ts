/** Pairs the rows of returned keys again, and corrects the counts and examples. */
import type { ChangedText } from "../Decode.ts";
import { isLong, mostAssigned } from "../plans/OpenKeys.ts";
import type { RowsRequest } from "../plans/SideRows.ts";
import { dominantColumnsOf, type TotalName } from "../plans/SummaryStatement.ts";
import { type KeyRow, KeyRows, type Pairing, type PairOfRows } from "./BestPairing.ts";

/** A key with several rows, as returned by the statement. */
export interface OpenKey {
  readonly k: ReadonlyArray<string | null>;
  /** `v` contains the values of columns whose `i` is a digest. */
  readonly r: ReadonlyArray<KeyRow & { readonly v?: ReadonlyArray<string | null> }>;
}

export interface Counted {
  readonly totals: Readonly<Record<TotalName, number>>;
  /** Changed rows by column. */
  readonly counts: ReadonlyArray<number>;
  readonly changed: ReadonlyArray<ChangedText>;
}

/** The maximum steps of all assignments; further keys stay paired in order. */
const mostSteps = 1e9;

const rowsOf = ({ r }: OpenKey, side: "a" | "b"): number => r.reduce((sum, row) => sum + row[side], 0);

const total = (pairs: ReadonlyArray<PairOfRows>): number =>
  pairs.reduce((sum, { copies }) => sum + copies, 0);

export const pairAgain = (
  request: Pick<RowsRequest, "compared" | "examples">,
  open: ReadonlyArray<OpenKey>,
  found: Counted,
  mostUnmatched: number,
): Counted => {
  const { compared, examples } = request;
  const totals = { ...found.totals };
  const counts = compared.map((_, i) => found.counts[i] ?? 0);
  const settled = new Set<string>();
  const changed: Array<ChangedText> = [];
  let steps = 0;
  for (const one of open) {
    const id = JSON.stringify(one.k);
    if (settled.has(id)) continue;
    const rows = new KeyRows(one.r, compared);
    const [a, b] = [rowsOf(one, "a"), rowsOf(one, "b")];
    const larger = Math.max(a, b);
    const isSmall = larger <= mostAssigned;
    if (isSmall) steps += larger ** 2 * (larger + compared.length);
    const best = isSmall && steps <= mostSteps ? rows.assigned() : rows.swept();
    if (best === undefined) continue;
    const ordered = rows.ordered(mostUnmatched);
    const surplus = (side: "a" | "b", other: "a" | "b") =>
      one.r.reduce((sum, row) => sum + Math.max(0, row[side] - row[other]), 0);
    const unmatched = Math.min(surplus("a", "b"), surplus("b", "a"));
    const unpaired = Math.max(0, unmatched - mostUnmatched);
    const better = total(ordered.changed) + unpaired - total(best.changed);
    totals.changed -= better;
    totals.same += better;
    totals.ambiguous -= total(ordered.changed);
    if (unpaired > 0) totals.capped -= 1;
    for (const [pairing, sign] of [
      [ordered, -1],
      [best, 1],
    ] as const satisfies ReadonlyArray<readonly [Pairing, number]>) {
      for (const pair of pairing.changed) {
        for (const i of rows.differing(pair.a, pair.b)) counts[i]! += sign * pair.copies;
      }
    }
    settled.add(id);
    if (examples > 0) changed.push(...best.changed.slice(0, examples).flatMap(exampleOf(one, rows, request)));
  }
  const others = found.changed.filter(({ k }) => !settled.has(JSON.stringify(k)));
  return { totals, counts, changed: [...others, ...changed].slice(0, examples) };
};

const exampleOf = (
  { k, r }: OpenKey,
  rows: KeyRows,
  { compared }: Pick<RowsRequest, "compared">,
): ((pair: PairOfRows) => ReadonlyArray<ChangedText>) => {
  const long = compared.flatMap(({ as }, i) => (isLong(as) ? [i] : []));
  const shown = (row: number, i: number): string | null => {
    const at = long.indexOf(i);
    return (at < 0 ? r[row]!.i[i] : r[row]!.v?.[at]) ?? null;
  };
  const dominantColumns = dominantColumnsOf(compared);
  return ({ a, b, copies }) => {
    const text: ChangedText = {
      k,
      c: rows.differing(a, b).map((i) => ({ i, a: shown(a, i), b: shown(b, i) })),
      a: dominantColumns.map((i) => shown(a, i)),
      b: dominantColumns.map((i) => shown(b, i)),
    };
    return Array.from({ length: Math.min(copies, 10) }, () => text);
  };
};
