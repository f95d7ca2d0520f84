/** Detects the last use of each key in a batch, so that memory does not grow with the batch. */
import { Effect, Hash, Option, Scope } from "effect";
import { ItemScope } from "../../../services/ItemScope.ts";

/** Hash buckets of the filter per item. */
const bucketsPerItem = 16;

/** Items between two turns of other fibers. */
const turn = 1000;

/** Calls `f` with every item; lets other fibers run in between. */
const visit = <Item>(items: Iterable<Item>, f: (item: Item) => void): Effect.Effect<void> =>
  Effect.suspend(() => {
    const rest = items[Symbol.iterator]();
    const step: Effect.Effect<void> = Effect.suspend(() => {
      for (let i = 0; i < turn; i++) {
        const next = rest.next();
        if (next.done) return Effect.void;
        f(next.value);
      }
      return Effect.zipRight(Effect.yieldNow(), step);
    });
    return step;
  });

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
  let uses = new Uint8Array(1);
  const bucketOf = (key: string) => Hash.string(key) & (4 * uses.length - 1);
  /** The uses of a bucket, at most 2: a byte has four of them. */
  const usesOf = (bucket: number) => (uses[bucket >> 2]! >> (2 * (bucket & 3))) & 3;
  const addUse = (bucket: number): void => {
    if (usesOf(bucket) < 2) uses[bucket >> 2]! += 1 << (2 * (bucket & 3));
  };
  const count = Effect.gen(function* () {
    let items = 0;
    yield* visit(announced, () => void items++);
    uses = new Uint8Array(2 ** Math.ceil(Math.log2((bucketsPerItem / 4) * (items + 1))));
    yield* visit(announced, (item) => {
      for (const key of keysOf(item)) addUse(bucketOf(key));
    });
    yield* visit(announced, (item) => {
      for (const key of keysOf(item))
        if (usesOf(bucketOf(key)) === 2) left.set(key, (left.get(key) ?? 0) + 1);
    });
  });
  const counted = new WeakSet<Scope.Scope>();

  const countOff = (keys: ReadonlyArray<string>): void => {
    for (const key of keys) {
      const remaining = (left.get(key) ?? 1) - 1;
      if (remaining > 0) left.set(key, remaining);
      else if (left.delete(key) || usesOf(bucketOf(key)) === 1) forget(key);
    }
  };

  /** Items that ended before all uses were counted; undefined from then on. */
  let ended: Array<ReadonlyArray<string>> | undefined = [];
  let isStarted = false;
  // No item waits for it: an item has a time limit.
  const start = Effect.suspend(() => {
    if (isStarted) return Effect.void;
    isStarted = true;
    return Effect.forkDaemon(
      Effect.map(count, () => {
        ended?.forEach(countOff);
        ended = undefined;
      }),
    );
  });

  return (keys) =>
    Effect.flatMap(ItemScope, (item) => {
      if (Option.isNone(item) || counted.has(item.value)) return Effect.void;
      counted.add(item.value);
      const end = Effect.sync(() => void (ended === undefined ? countOff(keys) : ended.push(keys)));
      return Effect.zipRight(start, Scope.addFinalizer(item.value, end));
    });
};
