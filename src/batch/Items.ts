/** The items of a batch. */
import type { Effect } from "effect";

/** The items in order: an array, or a list that builds each item when it is needed and may still grow. */
export interface Items<Item> {
  /** The number of items so far. */
  readonly length: number;
  readonly at: (index: number) => Item | undefined;
  /** Waits for more than `count` items; succeeds with false if there are no more. Absent: all items are known. */
  readonly more?: (count: number) => Effect.Effect<boolean>;
}

/** The items so far, one after the other. */
export function* iterate<Item>(items: Items<Item>): Generator<Item> {
  for (let i = 0; i < items.length; i++) yield items.at(i)!;
}

/** Applies `f` to an item whenever it is needed. */
export const map = <A, B>(items: Items<A>, f: (item: A) => B): Items<B> => ({
  get length() {
    return items.length;
  },
  at: (index) => {
    const item = items.at(index);
    return item === undefined ? undefined : f(item);
  },
  ...(items.more === undefined ? {} : { more: items.more }),
});
