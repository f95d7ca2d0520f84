/** The lifetime of the local engine's resources for one item: staged copies of text files, open database files. */
import { Context, Effect, Option, Scope } from "effect";

/** The scope of the running item. Without one, the engine keeps resources only for each call. */
export class ItemScope extends Context.Reference<ItemScope>()("bqkit/ItemScope", {
  defaultValue: (): Option.Option<Scope.Scope> => Option.none(),
}) {}

/** Runs the effect as one item, or as part of the enclosing item. */
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
