/** Answers that are asked for once and then shared, also by those who ask meanwhile. */
import { Deferred, Effect, Exit, FiberId, Option } from "effect";

export interface OnceEach<K, A, E, R> {
  /** The answer for the key, from whoever asked first. */
  readonly get: (key: K) => Effect.Effect<A, E, R>;
  /** Lets the answer for a key of this text go; who asks again gets a new one. */
  readonly forget: (text: string) => void;
}

/**
 * Runs `load` once for each key, whoever asks and however often; failures are kept too. Only an interrupted load is
 * forgotten: the next who waits for it takes over.
 */
export const make = <K, A, E, R>(
  keyOf: (key: K) => string,
  load: (key: K) => Effect.Effect<A, E, R>,
): OnceEach<K, A, E, R> => {
  const known = new Map<string, Deferred.Deferred<Option.Option<Exit.Exit<A, E>>>>();

  // Uninterruptible from the entry on: an entry that nobody completes would be waited for without end.
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
