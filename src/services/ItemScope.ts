/** How long the local engine keeps what it holds for one item: staged copies of text files, open database files. */
import { Context, Effect, Option, Scope } from "effect";

/** The scope of the item that runs. Without one, the engine holds nothing beyond each call. */
export class ItemScope extends Context.Reference<ItemScope>()("bqkit/ItemScope", {
  defaultValue: (): Option.Option<Scope.Scope> => Option.none(),
}) {}

/** Runs the effect as one item, or as part of the item that it runs in. */
export const within = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(ItemScope, (outer) =>
    Option.isSome(outer)
      ? effect
      : Effect.acquireUseRelease(
          Scope.make(),
          (scope) => Effect.provideService(effect, ItemScope, Option.some(scope)),
          Scope.close,
        ),
  );
