/** Detects the last use of each key in a batch, so that memory does not grow with the batch. */
import { Effect, Option, Scope } from "effect";
import { ItemScope } from "../../../services/ItemScope.ts";

/**
 * Counts the uses of an item when its scope closes, once per item however often it is called.
 * Calls `forget` with a key when all announced items that use it have ended.
 */
export const make = (
  announced: Iterable<ReadonlyArray<string>>,
  forget: (key: string) => void,
): ((keys: ReadonlyArray<string>) => Effect.Effect<void>) => {
  const left = new Map<string, number>();
  for (const keys of announced) for (const key of keys) left.set(key, (left.get(key) ?? 0) + 1);
  const counted = new WeakSet<Scope.Scope>();

  const countOff = (keys: ReadonlyArray<string>) => {
    for (const key of keys) {
      const uses = (left.get(key) ?? 0) - 1;
      if (uses > 0) left.set(key, uses);
      else if (left.delete(key)) forget(key);
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
