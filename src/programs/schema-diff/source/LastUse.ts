/** Detects the last use of each key in a batch, so that memory does not grow with the batch. */
import { Effect, Option, Scope } from "effect";
import { hash } from "../../../domain/Hash.ts";
import { ItemScope } from "../../../services/ItemScope.ts";

/** Hash buckets of the filter per item. */
const bucketsPerItem = 16;

/**
 * Counts the uses of an item when its scope closes, once per item however often it is called.
 * Calls `forget` with a key when all announced items that use it have ended.
 */
export const make = <Item>(
  announced: Iterable<Item>,
  keysOf: (item: Item) => ReadonlyArray<string>,
  forget: (key: string) => void,
): ((keys: ReadonlyArray<string>) => Effect.Effect<void>) => {
  const left = new Map<string, number>();
  // Most keys of a large batch have one use. Those that a filter of hashes proves to be unique are not stored.
  let items = 0;
  for (const _ of announced) items += 1;
  const uses = new Uint8Array(2 ** Math.ceil(Math.log2(bucketsPerItem * (items + 1))));
  const bucketOf = (key: string) => hash(key) & (uses.length - 1);
  for (const item of announced)
    for (const key of keysOf(item)) uses[bucketOf(key)] = Math.min(2, uses[bucketOf(key)]! + 1);
  for (const item of announced)
    for (const key of keysOf(item)) if (uses[bucketOf(key)] === 2) left.set(key, (left.get(key) ?? 0) + 1);
  const counted = new WeakSet<Scope.Scope>();

  const countOff = (keys: ReadonlyArray<string>) => {
    for (const key of keys) {
      const remaining = (left.get(key) ?? 1) - 1;
      if (remaining > 0) left.set(key, remaining);
      else if (left.delete(key) || uses[bucketOf(key)] === 1) forget(key);
    }
  };

  return (keys) =>
    Effect.flatMap(ItemScope, (item) => {
      if (Option.isNone(item) || counted.has(item.value)) return Effect.void;
      counted.add(item.value);
      return Scope.addFinalizer(
        item.value,
        Effect.sync(() => countOff(keys)),
      );
    });
};
