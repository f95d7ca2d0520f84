/** The items of a batch. */
import { Effect } from "effect";

/** The items in order: an array, or a list that builds each item when it is needed and may still grow. */
export interface Items<Item> {
  /** The number of items so far. */
  readonly length: number;
  readonly at: (index: number) => Item | undefined;
  /** Waits for more than `count` items; succeeds with false after the last item. Absent: all items are known. */
  readonly more?: (count: number) => Effect.Effect<boolean>;
}

/** The items so far, one after the other. */
export function* iterate<Item>(items: Items<Item>): Generator<Item> {
  for (let i = 0; i < items.length; i++) yield items.at(i)!;
}

/** Items that are added while others run. */
export interface Growing<Item> extends Required<Items<Item>> {
  readonly add: (item: Item) => void;
  /** No more items will be added. */
  readonly end: () => void;
}

export const growing = <Item>(): Growing<Item> => {
  const items: Array<Item> = [];
  const changed = Effect.unsafeMakeLatch(false);
  let hasEnded = false;
  const more = (count: number): Effect.Effect<boolean> =>
    Effect.suspend(() => {
      if (items.length > count) return Effect.succeed(true);
      if (hasEnded) return Effect.succeed(false);
      changed.unsafeClose();
      return Effect.zipRight(changed.await, more(count));
    });
  return {
    get length() {
      return items.length;
    },
    at: (index) => items[index],
    more,
    add: (item) => {
      items.push(item);
      changed.unsafeOpen();
    },
    end: () => {
      hasEnded = true;
      changed.unsafeOpen();
    },
  };
};

/** Waits until all items are known. */
export const complete = <Item>(items: Items<Item>): Effect.Effect<void> =>
  Effect.flatMap(
    Effect.suspend(() => items.more?.(items.length) ?? Effect.succeed(false)),
    (isMore) => (isMore ? complete(items) : Effect.void),
  );

/** Items between two turns of other fibers, such as those that wait for a signal. */
const turn = 1000;

/** Whether `f` is true of one of the items so far; calls it with all items before that one. */
export const some = <Item>(
  items: Items<Item>,
  f: (item: Item, index: number) => boolean,
): Effect.Effect<boolean> => {
  let next = 0;
  const step: Effect.Effect<boolean> = Effect.suspend(() => {
    for (const until = Math.min(items.length, next + turn); next < until; next++)
      if (f(items.at(next)!, next)) return Effect.succeed(true);
    return next < items.length ? Effect.zipRight(Effect.yieldNow(), step) : Effect.succeed(false);
  });
  return step;
};

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
