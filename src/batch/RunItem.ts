/** Runs one item to success, failure, timeout or cancellation. */
import { Cause, Clock, Data, Deferred, Duration, Effect, Exit, Fiber, FiberId, Option } from "effect";
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

/** Calls the listener once when all items are cancelled, at once if they are; returns how to remove it. */
export type OnCancel = (listener: (failure: Failure) => void) => () => void;

/** Applies a time limit to the parts of an item's work: it limits the sum of their durations. */
export type TimeLimit = <A, E, R>(part: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>;

/** Runs the item's work until it ends, exceeds its time limit or is cancelled. */
export const runItem = <A, R>(
  work: (timeLimit: TimeLimit) => Effect.Effect<A, ItemError, R>,
  limit: Duration.DurationInput | undefined,
  onCancel: OnCancel,
): Effect.Effect<ItemExit<A>, never, R> =>
  // One fiber per item: combinators such as `raceFirst` and `timeoutFail` would start six.
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const ended = Deferred.unsafeMake<A, ItemError | Cancelled>(FiberId.none);
      const stop = (error: TimedOut | Cancelled) => Deferred.unsafeDone(ended, Exit.fail(error));
      return Effect.flatMap(Effect.forkDaemon(restore(work(timeLimit(limit, stop)))), (fiber) => {
        fiber.addObserver((exit) => Deferred.unsafeDone(ended, exit));
        const forget = onCancel((failure) => stop(new Cancelled({ failure })));
        return restore(Deferred.await(ended)).pipe(
          Effect.exit,
          Effect.tap(() => {
            forget();
            return fiber.unsafePoll() === null ? interruptWithGrace(fiber) : Effect.void;
          }),
        );
      });
    }),
  ).pipe(
    Effect.tap((exit) =>
      Exit.isFailure(exit) && Cause.isDie(exit.cause)
        ? Effect.logDebug(Cause.pretty(exit.cause))
        : Effect.void,
    ),
    Effect.map(toItemExit),
  );

/** Waits for an interrupted fiber to clean up, but no longer than the grace period. */
const interruptWithGrace = <A, E>(fiber: Fiber.RuntimeFiber<A, E>): Effect.Effect<unknown> =>
  Fiber.interrupt(fiber).pipe(Effect.disconnect, Effect.interruptible, Effect.timeoutOption(grace));

const timeLimit = (limit: Duration.DurationInput | undefined, stop: (error: TimedOut) => void): TimeLimit => {
  if (limit === undefined) return (part) => part;
  const decoded = Duration.decode(limit);
  let leftMs = Duration.toMillis(decoded);
  const alarm = Effect.suspend(() => Clock.sleep(leftMs)).pipe(
    Effect.map(() => stop(new TimedOut({ limit: decoded }))),
  );
  const start = Effect.zip(Clock.currentTimeMillis, Effect.forkDaemon(Effect.interruptible(alarm)));
  return (part) =>
    Effect.acquireUseRelease(
      start,
      () => part,
      ([begun, timer]) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          timer.unsafeInterruptAsFork(FiberId.none);
          leftMs -= now - begun;
        }),
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
