/** Waits for one item: however its work ends, something ends it, and the batch goes on. */
import { Cause, Clock, Duration, Effect, Exit, Fiber, Option } from "effect";
import { BigQueryError } from "../services/BigQueryError.ts";
import * as Failures from "./Failures.ts";
import type { Failure } from "./Result.ts";

export type Ending<A> =
  | { readonly _tag: "Done"; readonly value: A }
  | { readonly _tag: "Failed"; readonly failure: Failure }
  | { readonly _tag: "Skipped"; readonly failure: Failure };

/** How long an item that was interrupted may take to clean up before it is left behind. */
const grace = Duration.millis(3500);

export interface Attended<A> {
  readonly ending: Ending<A>;
  readonly error?: BigQueryError;
  /** It did not end by itself: its figures are not complete. */
  readonly cut: boolean;
}

/** Runs an effect while which the item's time limit does not count: a wait for others. */
export type Aside = <A, E, R>(wait: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>;

export interface Limits {
  /** Completes when the batch is to end. */
  readonly halted: Effect.Effect<{ readonly failure: Failure }>;
  /** Absent for none. */
  readonly timeout?: Duration.DurationInput | undefined;
}

/** A time limit, and what stops its clock. */
const stopwatch = (timeout: Duration.DurationInput | undefined) => {
  let [asideMs, begun] = [0, 0];
  let since: number | undefined;
  const aside: Aside = (wait) =>
    Effect.acquireUseRelease(
      Effect.map(Clock.currentTimeMillis, (now) => (since = now)),
      () => wait,
      () =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          asideMs += now - (since ?? now);
          since = undefined;
        }),
    );
  const leftMs = (now: number, limitMs: number) =>
    begun + limitMs + asideMs + (since === undefined ? 0 : now - since) - now;
  const wait = (limitMs: number): Effect.Effect<void> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const left = leftMs(now, limitMs);
      return left <= 0 ? Effect.void : Effect.zipRight(Effect.sleep(left), wait(limitMs));
    });
  const over =
    timeout === undefined
      ? Effect.never
      : Effect.flatMap(Clock.currentTimeMillis, (now) => {
          begun = now;
          return wait(Duration.toMillis(timeout));
        });
  return { aside, over };
};

/** Waits for the work's own end, the batch's, or the time limit, whichever is first. */
export const runItem = <A, R>(
  work: (aside: Aside) => Effect.Effect<A, BigQueryError | Failures.NotRun, R>,
  { halted, timeout }: Limits,
): Effect.Effect<Attended<A>, never, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const { aside, over } = stopwatch(timeout);
      const fiber = yield* Effect.forkDaemon(restore(work(aside)));
      const letGo = Fiber.interruptFork(fiber).pipe(
        Effect.zipRight(Effect.timeoutOption(Effect.interruptible(Fiber.await(fiber)), grace)),
      );
      const end = (failure: Failure, tag: "Failed" | "Skipped") =>
        Effect.as(letGo, { ending: { _tag: tag, failure }, cut: true } satisfies Attended<A>);
      const limit =
        timeout === undefined
          ? Effect.never
          : Effect.as(over, end(Failures.timeout(Duration.decode(timeout)), "Failed"));
      const first = Effect.raceAll<Effect.Effect<Effect.Effect<Attended<A>>>>([
        Fiber.await(fiber).pipe(Effect.map((exit) => Effect.as(logBug(exit), settle(exit)))),
        halted.pipe(Effect.map(({ failure }) => end(failure, "Skipped"))),
        limit,
      ]);
      return yield* Effect.flatten(Effect.onInterrupt(restore(first), () => letGo));
    }),
  );

/** A defect's stack is for those who look for it. */
const logBug = <A, E>(exit: Exit.Exit<A, E>): Effect.Effect<void> =>
  Exit.isFailure(exit) && Cause.isDie(exit.cause) ? Effect.logDebug(Cause.pretty(exit.cause)) : Effect.void;

const settle = <A>(exit: Exit.Exit<A, BigQueryError | Failures.NotRun>): Attended<A> => {
  if (Exit.isSuccess(exit)) return { ending: { _tag: "Done", value: exit.value }, cut: false };
  const error = Option.getOrUndefined(Cause.failureOption(exit.cause));
  if (error instanceof BigQueryError) {
    return { ending: { _tag: "Failed", failure: Failures.fromError(error) }, error, cut: false };
  }
  if (error instanceof Failures.NotRun)
    return { ending: { _tag: "Skipped", failure: error.failure }, cut: false };
  return { ending: { _tag: "Failed", failure: Failures.internal(exit.cause) }, cut: false };
};
