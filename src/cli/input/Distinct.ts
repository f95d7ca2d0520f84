/** Removes repeated items of a batch. */
import { Effect } from "effect";
import { type Items, some } from "../../batch/Items.ts";
import { numbering } from "../../domain/Hash.ts";
import { Stderr } from "../output/Stderr.ts";

/** The number of repeated items that the note names. */
const mostNames = 5;

/** The items without those that an earlier one repeats, by their identities; a note lists the repeated items. */
export const distinct = <Item>(
  items: Items<Item>,
  identity: (item: Item) => string,
  nameOf: (item: Item) => string,
): Effect.Effect<Items<Item>, never, Stderr> => {
  const kept: Array<number> = [];
  const find = numbering((number) => identity(items.at(kept[number]!)!));
  const repeated = new Set<number>();
  const names = new Set<string>();
  return Effect.gen(function* () {
    yield* some(items, (item, index) => {
      const earlier = find(identity(item));
      if (earlier === undefined) kept.push(index);
      else {
        repeated.add(earlier);
        if (names.size < mostNames) names.add(nameOf(item));
      }
      return false;
    });
    if (repeated.size === 0) return items;
    const more = repeated.size - names.size;
    yield* (yield* Stderr).note(
      `duplicates run once: ${[...names].join(", ")}${more > 0 ? ` and ${more} more` : ""}`,
    );
    return { length: kept.length, at: (index) => (index < kept.length ? items.at(kept[index]!) : undefined) };
  });
};
