/** Removes repeated items of a batch. */
import { Effect } from "effect";
import { type Growing, type Items, some } from "../../batch/Items.ts";
import * as NumberList from "../../batch/NumberList.ts";
import { Stderr } from "../output/Stderr.ts";
import { numbering } from "./Numbering.ts";

/** The number of repeated items that the note names. */
const mostNames = 5;

/** Decides for each item, in order, whether it is new; `note` lists the repeated items. */
const filter = <Item>(
  newItem: (number: number) => Item,
  identity: (item: Item) => string,
  nameOf: (item: Item) => string,
) => {
  const find = numbering((number) => identity(newItem(number)));
  const repeated = new Set<number>();
  const names = new Set<string>();
  return {
    isNew: (item: Item): boolean => {
      const earlier = find(identity(item));
      if (earlier === undefined) return true;
      repeated.add(earlier);
      if (names.size < mostNames) names.add(nameOf(item));
      return false;
    },
    hasRepeated: () => repeated.size > 0,
    note: Effect.suspend(() => {
      if (repeated.size === 0) return Effect.void;
      const more = repeated.size - names.size;
      const list = `${[...names].join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
      return Effect.flatMap(Stderr, (stderr) => stderr.note(`duplicates run once: ${list}`));
    }),
  };
};

/** The items without those that an earlier one repeats, by their identities; a note lists the repeated items. */
export const distinct = <Item>(
  items: Items<Item>,
  identity: (item: Item) => string,
  nameOf: (item: Item) => string,
): Effect.Effect<Items<Item>, never, Stderr> =>
  Effect.gen(function* () {
    const kept = NumberList.indexes();
    const { isNew, hasRepeated, note } = filter<Item>(
      (number) => items.at(kept.at(number)!)!,
      identity,
      nameOf,
    );
    yield* some(items, (item, index) => {
      if (isNew(item)) kept.push(index);
      return false;
    });
    yield* note;
    return hasRepeated()
      ? {
          length: kept.length,
          at: (index) => (index < kept.length ? items.at(kept.at(index)!) : undefined),
        }
      : items;
  });

/** Adds an item unless it is there. */
export const distinctly = <Item>(
  items: Growing<Item>,
  identity: (item: Item) => string,
  nameOf: (item: Item) => string,
) => {
  const { isNew, note } = filter<Item>((number) => items.at(number)!, identity, nameOf);
  return {
    note,
    add: (item: Item): void => {
      if (isNew(item)) items.add(item);
    },
  };
};
