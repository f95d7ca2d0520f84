/**
 * Manages the session and its relations. A fatal error of one statement ends every statement of its session:
 * the statement that caused it fails, and the others are retried in a new session.
 */
import { Effect, Exit, RcMap, Scope } from "effect";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import { isLost } from "./Errors.ts";
import * as Relations from "./Relations.ts";
import * as Session from "./Session.ts";

export interface Engine {
  readonly session: Session.Session;
  readonly relations: Effect.Effect.Success<ReturnType<typeof Relations.make>>;
}

const start = Effect.fn("DuckDb.Engine.start")(function* (config: Session.Config) {
  const session = yield* Session.make(config);
  return { session, relations: yield* Relations.make(session, config.types) } satisfies Engine as Engine;
});

/** Runs effects with the engine, and retries those that a fatal error of another statement ended. */
export type Use = <A>(
  body: (engine: Engine) => Effect.Effect<A, BigQueryError, Scope.Scope>,
) => Effect.Effect<A, BigQueryError>;

/** Starts the engine, which stops when the scope closes. */
export const make = Effect.fn("DuckDb.Engine.make")(function* (config: Session.Config) {
  const engines = yield* RcMap.make({ lookup: (_generation: number) => start(config) });
  let generation = 0;
  // Keeps the current engine open while nothing uses it.
  let held = yield* Scope.make();
  yield* Effect.addFinalizer((exit) => Scope.close(held, exit));
  yield* Scope.extend(RcMap.get(engines, generation), held);

  /** Replaces a lost engine, which stops when its last user has released it. */
  const replace = (lost: number) =>
    Effect.suspend(() => {
      if (lost !== generation) return Effect.void;
      generation += 1;
      const old = held;
      return Effect.gen(function* () {
        held = yield* Scope.make();
        yield* Scope.close(old, Exit.void);
        yield* Scope.extend(RcMap.get(engines, generation), held);
      });
    }).pipe(Effect.uninterruptible);

  const use: Use = (body) =>
    Effect.suspend(() => {
      const current = generation;
      return Effect.scoped(Effect.flatMap(RcMap.get(engines, current), body)).pipe(
        Effect.tapError((error) => (isLost(error) ? replace(current) : Effect.void)),
      );
    }).pipe(Effect.retry({ while: isLost }));
  return use;
});
