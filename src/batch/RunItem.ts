/** Runs one item to success, failure, timeout or cancellation. */
import { Cause, Clock, Data, Duration, Effect, Exit, Fiber, Option } from "effect";
import type { BigQueryError } from "../services/BigQueryError.ts";
import * as Failures from "./Failures.ts";
import type { Failure } from "./Result.ts";

export type Ending<A> =
  | { readonly _tag: "Done"; readonly value: A }
  | { readonly _tag: "Failed"; readonly failure: Failure }
  | { readonly _tag: "Skipped"; readonly failure: Failure };

/** The errors of an item. */
export type ItemError = BigQueryError | Failures.NotRun | TimedOut;

/** The item took longer than its time limit. */
export class TimedOut extends Data.TaggedError("TimedOut")<{ readonly limit: Duration.Duration }> {}

/** The batch ended while the item was running. */
class Cancelled extends Data.TaggedError("Cancelled")<{ readonly failure: Failure }> {}

/** How long an interrupted item may take to clean up before the batch continues without it. */
const grace = Duration.millis(3500);

export interface ItemExit<A> {
  readonly ending: Ending<A>;
  readonly error?: BigQueryError;
  /** The item was interrupted, so its total cost is unknown. */
  readonly cut: boolean;
}

/** Runs the item's work until it ends or `cancelled` completes. */
export const runItem = <A, R>(
  work: Effect.Effect<A, ItemError, R>,
  cancelled: Effect.Effect<Failure>,
): Effect.Effect<ItemExit<A>, never, R> =>
  withGrace(work).pipe(
    Effect.raceFirst(Effect.flatMap(cancelled, (failure) => new Cancelled({ failure }))),
    Effect.tapDefect((cause) => Effect.logDebug(Cause.pretty(cause))),
    Effect.exit,
    Effect.map(toItemExit),
  );

/** Waits for an interrupted effect to clean up, but no longer than the grace period. */
const withGrace = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkDaemon(restore(effect)), (fiber) =>
      restore(Fiber.join(fiber)).pipe(
        Effect.onInterrupt(() =>
          Fiber.interrupt(fiber).pipe(Effect.disconnect, Effect.interruptible, Effect.timeoutOption(grace)),
        ),
      ),
    ),
  );

/** Applies a time limit to the parts of an item's work: it limits the sum of their durations. */
export type TimeLimit = <A, E, R>(part: Effect.Effect<A, E, R>) => Effect.Effect<A, E | TimedOut, R>;

export const timeLimit = (limit: Duration.DurationInput | undefined): TimeLimit => {
  if (limit === undefined) return (part) => part;
  let left = Duration.decode(limit);
  const onTimeout = () => new TimedOut({ limit: Duration.decode(limit) });
  return (part) =>
    Effect.flatMap(Clock.currentTimeMillis, (begun) =>
      withGrace(part).pipe(
        Effect.timeoutFail({ duration: left, onTimeout }),
        Effect.ensuring(
          Effect.map(Clock.currentTimeMillis, (now) => {
            left = Duration.subtract(left, now - begun);
          }),
        ),
      ),
    );
};

const toItemExit = <A>(exit: Exit.Exit<A, ItemError | Cancelled>): ItemExit<A> => {
  if (Exit.isSuccess(exit)) return { ending: { _tag: "Done", value: exit.value }, cut: false };
  const failed = (failure: Failure) => ({ _tag: "Failed", failure }) as const;
  const error = Option.getOrUndefined(Cause.failureOption(exit.cause));
  if (error === undefined) return { ending: failed(Failures.internal(exit.cause)), cut: false };
  switch (error._tag) {
    case "NotRun":
      return { ending: { _tag: "Skipped", failure: error.failure }, cut: false };
    case "Cancelled":
      return { ending: { _tag: "Skipped", failure: error.failure }, cut: true };
    case "TimedOut":
      return { ending: failed(Failures.timeout(error.limit)), cut: true };
    default:
      return { ending: failed(Failures.fromError(error)), error, cut: false };
  }
};
