/** Splits a batch into N disjoint shards, identically on every machine and independently of the other items. */
import { sha256 } from "../services/Hash.ts";
import type { Indexed } from "./ItemRunner.ts";

/** Shard `part` of `of`, counted from 1. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

/** The shard of an item: the SHA-256 of its identity modulo the number of shards. */
export const partOf = (identity: string, of: number): number =>
  Number(BigInt(`0x${sha256(identity)}`) % BigInt(of)) + 1;

/** The items of the shard, or all items without one, with their indexes in the whole batch. */
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
