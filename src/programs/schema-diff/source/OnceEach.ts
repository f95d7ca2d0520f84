/**
 * Loads a value once per key and shares it. `Cache` is unsuitable: it interrupts all waiters when the first is
 * interrupted, and it captures the services of its creator.
 */
import { Deferred, Effect, Exit, FiberId, Option } from "effect";

export interface OnceEach<K, A, E, R> {
  /** The value for the key, loaded by the first caller. */
  readonly get: (key: K) => Effect.Effect<A, E, R>;
  /** Removes the value; the next call loads it again. */
  readonly forget: (text: string) => void;
}

/** Failures are kept, too. If a load is interrupted, one of the waiting callers repeats it. */
export const make = <K, A, E, R>(
  keyOf: (key: K) => string,
  load: (key: K) => Effect.Effect<A, E, R>,
): OnceEach<K, A, E, R> => {
  const known = new Map<string, Deferred.Deferred<Option.Option<Exit.Exit<A, E>>>>();

  // Uninterruptible once the entry exists: otherwise, callers could wait forever for an entry that nobody completes.
  const get = (key: K): Effect.Effect<A, E, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const id = keyOf(key);
        const running = known.get(id);
        if (running !== undefined) {
          return Effect.flatMap(
            restore(Deferred.await(running)),
            Option.match({ onNone: () => restore(get(key)), onSome: (exit) => exit }),
          );
        }
        const answer = Deferred.unsafeMake<Option.Option<Exit.Exit<A, E>>>(FiberId.none);
        known.set(id, answer);
        return Effect.onExit(restore(load(key)), (exit) => {
          const isGone = Exit.isInterrupted(exit);
          if (isGone) known.delete(id);
          return Deferred.succeed(answer, isGone ? Option.none() : Option.some(exit));
        });
      }),
    );

  return { get, forget: (text) => void known.delete(text) };
};
