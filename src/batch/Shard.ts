/** One of N parts of a batch: disjoint, complete, and the same on every machine, whatever else the list holds. */
import { createHash } from "node:crypto";
import type { Indexed } from "./ItemRunner.ts";

/** The `part`-th of `of`, counted from 1. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

/** The part that an item belongs to: the SHA-256 of its identity modulo the number of parts. */
export const partOf = (identity: string, of: number): number =>
  Number(BigInt(`0x${createHash("sha256").update(identity).digest("hex")}`) % BigInt(of)) + 1;

/** The items of the shard, or all, with their places in the whole batch. */
export const select = <Item>(
  items: ReadonlyArray<Item>,
  identity: (item: Item) => string,
  shard: Shard | undefined,
): ReadonlyArray<Indexed<Item>> => {
  const all = items.map((item, index) => ({ item, index }));
  return shard === undefined
    ? all
    : all.filter(({ item }) => partOf(identity(item), shard.of) === shard.part);
};
