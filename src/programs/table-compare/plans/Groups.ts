/** Groups of rows with one digest per side: selects those to fetch, and derives counts for the others. */

import type { RowComparison } from "../Comparison.ts";
import type { ComparedColumn } from "../columns/Columns.ts";
import { compareFetched, type FetchedDiff, type FetchedRow } from "./DiffFetchedRows.ts";
import { bucketOf, type Cut } from "./Digests.ts";

/** A bucket, or a part of one, with the number of its rows on both sides. */
export interface Group {
  readonly bucket: number;
  readonly part?: number;
  readonly a: number;
  readonly b: number;
  readonly isEqual: boolean;
}

/** The maximum rows returned by one statement, below its limit of 10,000. */
const mostParts = 8192;

const sizeOf = ({ a, b }: Group): number => Math.max(a, b);

/** The groups that differ, the smallest first. */
export const differing = (groups: ReadonlyArray<Group>): ReadonlyArray<Group> =>
  groups
    .filter(({ isEqual }) => !isEqual)
    .sort((x, y) => sizeOf(x) - sizeOf(y) || x.bucket - y.bucket || (x.part ?? 0) - (y.part ?? 0));

/** The first groups whose total rows are within the limit. */
export const choose = (groups: ReadonlyArray<Group>, most: number) => {
  const chosen: Array<Group> = [];
  let rows = 0;
  for (const group of groups) {
    if (rows + sizeOf(group) > most) break;
    rows += sizeOf(group);
    chosen.push(group);
  }
  return { chosen, rows };
};

/** The differing buckets that are too large to fetch. */
export const cutOf = (buckets: ReadonlyArray<Group>, most: number): Cut | undefined => {
  const large = differing(buckets)
    .filter((group) => sizeOf(group) > most)
    .slice(0, mostParts / 2);
  if (large.length === 0) return undefined;
  const parts = 2 ** Math.floor(Math.log2(mostParts / large.length));
  return { buckets: large.map(({ bucket }) => bucket), parts };
};

export interface Reads {
  readonly buckets: ReadonlyArray<Group>;
  /** The parts of the split buckets. */
  readonly parts: ReadonlyArray<Group>;
  readonly chosen: ReadonlySet<Group>;
  readonly bucketCount: number;
}

const surplus = (groups: ReadonlyArray<Group>) => ({
  a: groups.reduce((sum, { a, b }) => sum + Math.max(0, a - b), 0),
  b: groups.reduce((sum, { a, b }) => sum + Math.max(0, b - a), 0),
});

const rowsIn = (groups: ReadonlyArray<Group>, which: "a" | "b"): number =>
  groups.reduce((sum, group) => sum + group[which], 0);

/**
 * The counts that equal groups, fetched rows and the sizes of unread groups prove. With a key, a row may have its
 * counterpart in an unread part, so rows of a partly read bucket count as changed, or as the surplus of the bucket.
 */
export const countsOf = (
  { buckets, parts, chosen, bucketCount }: Reads,
  a: ReadonlyArray<FetchedRow>,
  b: ReadonlyArray<FetchedRow>,
  key: ReadonlyArray<ComparedColumn>,
  compared: ReadonlyArray<ComparedColumn>,
  examples: number,
): FetchedDiff & Pick<RowComparison, "unread"> => {
  const cut = new Set(parts.map(({ bucket }) => bucket));
  const groups = [...buckets.filter(({ bucket }) => !cut.has(bucket)), ...parts];
  const unread = groups.filter((group) => !group.isEqual && !chosen.has(group));
  const equal = rowsIn(
    groups.filter(({ isEqual }) => isEqual),
    "a",
  );
  const unreadBuckets = new Set(unread.map(({ bucket }) => bucket));
  const isOpen = ({ km }: FetchedRow) => key.length > 0 && unreadBuckets.has(bucketOf(km, bucketCount));
  const closed = (row: FetchedRow) => !isOpen(row);
  const complete = compareFetched(a.filter(closed), b.filter(closed), key, compared, examples);
  const open = compareFetched(a.filter(isOpen), b.filter(isOpen), key, compared, examples);
  const more = surplus(key.length === 0 ? unread : buckets.filter(({ bucket }) => unreadBuckets.has(bucket)));
  return {
    same: equal + complete.same + open.same,
    changed: complete.changed === null ? null : complete.changed + (open.changed ?? 0),
    onlyA: complete.onlyA + more.a,
    onlyB: complete.onlyB + more.b,
    counts: complete.counts.map((count, i) => count + open.counts[i]!),
    examples: {
      ...complete.examples,
      changed: [...complete.examples.changed, ...open.examples.changed].slice(0, examples),
    },
    ...(unread.length === 0 ? {} : { unread: { a: rowsIn(unread, "a"), b: rowsIn(unread, "b") } }),
  };
};
