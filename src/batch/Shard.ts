/** Splits a batch into N disjoint shards, identically on every machine that has the same list of items. */
import { Effect } from "effect";
import { hasher, sha256 } from "../services/Hash.ts";
import type { Indexed } from "./ItemRunner.ts";
import { type Items, some } from "./Items.ts";

/**
 * Shard `part` of `of`, counted from 1. By default, the hash of its identity assigns an item, independently of other
 * items. `list` is the digest of all items, without which journals cannot show that no item was lost.
 */
export type Shard = { readonly part: number; readonly of: number } & (
  | { readonly by?: never; readonly list?: never }
  | { readonly by: "count"; readonly list?: string }
  | {
      readonly by: "bytes";
      readonly list?: string;
      /** The indexes of the shard's items. */
      readonly items: ReadonlyArray<number>;
      /** The digest of the assignment of all items. */
      readonly assignment?: string;
    }
);

/** The shard of an item: the SHA-256 of its identity modulo the number of shards. */
export const partOf = (identity: string, of: number): number =>
  Number(BigInt(`0x${sha256(identity)}`) % BigInt(of)) + 1;

/** Whether the shard has an item, by the item and its index in the whole batch. */
export const has = <Item>(
  shard: Shard,
  identity: (item: Item) => string,
): ((item: Item, index: number) => boolean) => {
  const { part, of } = shard;
  if (shard.by === "count") return (_, index) => index % of === part - 1;
  if (shard.by === undefined) return (item) => partOf(identity(item), of) === part;
  const own = new Set(shard.items);
  return (_, index) => own.has(index);
};

/** The items of the shard, or all items without one, with their indexes in the whole batch. */
export const select = <Item>(
  items: ReadonlyArray<Item>,
  identity: (item: Item) => string,
  shard: Shard | undefined,
): ReadonlyArray<Indexed<Item>> => {
  const all = items.map((item, index) => ({ item, index }));
  const isOwn = shard && has(shard, identity);
  return isOwn === undefined ? all : all.filter(({ item, index }) => isOwn(item, index));
};

/** The digest of the identities of all items, in order. */
export const listDigest = <Item>(
  items: Items<Item>,
  identity: (item: Item) => string,
): Effect.Effect<string> =>
  Effect.suspend(() => {
    const { add, digest } = hasher();
    const all = some(items, (item) => {
      add(`${JSON.stringify(identity(item))}\n`);
      return false;
    });
    return Effect.map(all, digest);
  });

/**
 * Assigns the items, largest first, each to the shard with the fewest bytes so far; items without bytes to the
 * shards with the fewest items. Returns the shard of each item, counted from 0.
 */
export const assignBySize = (sizes: ArrayLike<number>, of: number): Uint32Array => {
  const parts = new Uint32Array(sizes.length);
  const [bytes, counts] = [new Float64Array(of), new Float64Array(of)];
  const order = parts.map((_, index) => index).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  let least = leastOf(bytes);
  let isSized = true;
  for (const index of order) {
    const size = sizes[index]!;
    if (isSized && size === 0) [least, isSized] = [leastOf(counts), false];
    const part = least.first();
    parts[index] = part;
    bytes[part]! += size;
    counts[part]! += 1;
    least.grown();
  }
  return parts;
};

/** A heap of the shards by their loads, the least and then the first one on top. */
const leastOf = (loads: Float64Array) => {
  const isBefore = (a: number, b: number) => loads[a]! < loads[b]! || (loads[a] === loads[b] && a < b);
  // Sorted, which is a heap.
  const heap = new Uint32Array(loads.length)
    .map((_, part) => part)
    .sort((a, b) => loads[a]! - loads[b]! || a - b);
  return {
    first: () => heap[0]!,
    /** Restores the order after the load of the first has grown. */
    grown: (): void => {
      const moved = heap[0]!;
      let at = 0;
      for (;;) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
        if (child >= heap.length || isBefore(moved, heap[child]!)) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = moved;
    },
  };
};
