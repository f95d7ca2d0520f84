/** Forgetting what no pair of the batch will use again. */
import { expect } from "bun:test";
import { Effect, Exit, Option, Scope } from "effect";
import * as LastUse from "../../../../src/programs/schema-diff/source/LastUse.ts";
import { ItemScope } from "../../../../src/services/ItemScope.ts";
import { it } from "../../../support/effect.ts";

it.effect("each key is forgotten when its last item ends, and not before", () =>
  Effect.gen(function* () {
    const count = 5000;
    // Most keys have one use, some have several.
    const items = Array.from({ length: count }, (_, i) => [`one ${i}`, `shared ${i % 50}`]);
    const forgotten = new Set<string>();
    const use = LastUse.make(
      items,
      (keys) => keys,
      (key) => {
        expect(forgotten.has(key)).toBe(false);
        forgotten.add(key);
      },
    );
    const scope = yield* Scope.make();
    yield* Effect.provideService(use([]), ItemScope, Option.some(scope));
    yield* Scope.close(scope, Exit.void);
    // The uses are counted in the background.
    for (let i = 0; i < 100; i++) yield* Effect.yieldNow();
    for (const [i, keys] of items.entries()) {
      const scope = yield* Scope.make();
      yield* Effect.provideService(use(keys), ItemScope, Option.some(scope));
      expect(forgotten.has(`one ${i}`)).toBe(false);
      yield* Scope.close(scope, Exit.void);
      expect(forgotten.has(`one ${i}`)).toBe(true);
      expect(forgotten.has(`shared ${i % 50}`)).toBe(i >= count - 50);
    }
    expect(forgotten.size).toBe(count + 50);
  }),
);

it.effect("keys of items that ended before all uses were counted are forgotten, too", () =>
  Effect.gen(function* () {
    const forgotten: Array<string> = [];
    const items = Array.from({ length: 3000 }, (_, i) => [`one ${i}`, "shared"]);
    const use = LastUse.make(
      items,
      (keys) => keys,
      (key) => void forgotten.push(key),
    );
    for (const keys of items)
      yield* Effect.scoped(
        Effect.flatMap(Effect.scope, (scope) =>
          Effect.provideService(use(keys), ItemScope, Option.some(scope)),
        ),
      );
    for (let i = 0; i < 100; i++) yield* Effect.yieldNow();
    expect(forgotten.toSorted()).toEqual([...items.map(([key]) => key!), "shared"].toSorted());
  }),
);
