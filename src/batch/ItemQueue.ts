/** Hands the selected items of a batch to its workers, in order, as soon as the items are known. */
import { Effect } from "effect";
import type { Items } from "./Items.ts";
import * as NumberList from "./NumberList.ts";

/** Items that share workers. */
export interface Lane<Item> {
  readonly accepts: (item: Item) => boolean;
  /** The number of workers. */
  readonly width: number;
}

export interface ItemQueue<Item> {
  /** Selects the items that are known now, until the queue is closed. */
  readonly fill: Effect.Effect<void>;
  /** Waits for further items and selects them; false if there are none. */
  readonly fillNext: Effect.Effect<boolean>;
  /** The number of selected items so far. */
  readonly selected: () => number;
  /**
   * The index of the next item of a lane; undefined after the last, and once the queue is closed. Waits while items
   * may be added.
   */
  readonly take: (lane: Lane<Item>) => Effect.Effect<number | undefined>;
  readonly close: () => void;
  /** The indexes of the selected items that were not taken, in order. */
  readonly rest: () => ReadonlyArray<number>;
}

/** Items that are selected between two turns of other fibers. */
const turn = 500;

export const make = <Item>(
  items: Items<Item>,
  /** Absent: all items. */
  isSelected: ((item: Item, index: number) => boolean) | undefined,
  lanes: ReadonlyArray<Lane<Item>>,
): ItemQueue<Item> => {
  const queues = lanes.map((lane) => ({
    lane,
    indexes: NumberList.indexes(),
    next: 0,
    arrived: Effect.unsafeMakeLatch(false),
  }));
  let [seen, isComplete, isClosed] = [0, false, false];

  const queueOf = (index: number) => {
    if (isSelected === undefined && queues.length === 1) return queues[0];
    const item = items.at(index)!;
    if (isSelected?.(item, index) === false) return undefined;
    return queues.find(({ lane }) => lane.accepts(item));
  };

  const add = (): void => {
    for (const until = Math.min(items.length, seen + turn); seen < until; seen++)
      queueOf(seen)?.indexes.push(seen);
    isComplete ||= seen === items.length && items.more === undefined;
    for (const { arrived } of queues) arrived.unsafeOpen();
  };

  const fill: Effect.Effect<void> = Effect.suspend(() => {
    add();
    return seen < items.length && !isClosed ? Effect.zipRight(Effect.yieldNow(), fill) : Effect.void;
  });

  const fillNext: Effect.Effect<boolean> = Effect.flatMap(
    Effect.suspend(() => items.more?.(seen) ?? Effect.succeed(false)),
    (isMore) => {
      isComplete ||= !isMore;
      return Effect.as(fill, isMore);
    },
  );

  const take = (lane: Lane<Item>): Effect.Effect<number | undefined> => {
    const queue = queues.find((one) => one.lane === lane)!;
    const next: Effect.Effect<number | undefined> = Effect.suspend(() => {
      if (isClosed) return Effect.succeed(undefined);
      if (queue.next < queue.indexes.length) return Effect.succeed(queue.indexes.at(queue.next++));
      if (isComplete) return Effect.succeed(undefined);
      queue.arrived.unsafeClose();
      return Effect.zipRight(queue.arrived.await, next);
    });
    return next;
  };

  return {
    fill,
    fillNext,
    selected: () => queues.reduce((sum, { indexes }) => sum + indexes.length, 0),
    take,
    close: () => {
      isClosed = true;
      for (const { arrived } of queues) arrived.unsafeOpen();
    },
    rest: () => {
      const left = queues.map(({ indexes, next }) => [...indexes].slice(next));
      const rest = left.length === 1 ? left[0]! : left.flat().sort((a, b) => a - b);
      for (; seen < items.length; seen++) if (isSelected?.(items.at(seen)!, seen) ?? true) rest.push(seen);
      return rest;
    },
  };
};
