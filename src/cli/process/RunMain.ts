/** Runs a program as the process's main effect. Its value is the exit status; a signal requests it to stop. */
import { makeRunMain, type Teardown } from "@effect/platform/Runtime";
import { Deferred, Effect, Exit, FiberId } from "effect";
import { scheduler } from "../../batch/concurrency/FairScheduler.ts";
import * as Status from "./ExitStatus.ts";

/** Time limit for the partial report after a signal, in milliseconds. */
const patience = 5000;

/**
 * `BunRuntime.runMain` interrupts the fiber, exits with 130 for every signal, and waits forever for uninterruptible
 * effects. Here, a signal stops the batch, the partial report is written, and the signal decides the status.
 */
export const runMain = (program: (stop: Effect.Effect<void>) => Effect.Effect<number>): void => {
  const stopped = Deferred.unsafeMake<void>(FiberId.none);
  const run = makeRunMain(({ fiber, teardown }) => {
    let received: NodeJS.Signals | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      if (received !== undefined) return process.exit(Status.ofSignal(signal));
      received = signal;
      setTimeout(() => process.exit(Status.ofSignal(signal)), patience);
      Deferred.unsafeDone(stopped, Exit.void);
    };
    for (const signal of Status.signals) process.on(signal, onSignal);
    // Without it, a program that waits for something unknown to the event loop would exit with 0 instead of hanging.
    const keepAlive = setInterval(() => {}, 2 ** 31 - 1);
    fiber.addObserver((exit) => {
      clearInterval(keepAlive);
      teardown(exit, (status) =>
        process.exit(
          received === undefined || status === Status.readerGone ? status : Status.ofSignal(received),
        ),
      );
    });
  });
  // The signal handlers are installed once the fiber has yielded.
  const main = Effect.zipRight(Effect.yieldNow(), program(Deferred.await(stopped)));
  run(Effect.withScheduler(main, scheduler), {
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown,
  });
};

const teardown: Teardown = (exit, onExit) =>
  onExit(Exit.isSuccess(exit) && typeof exit.value === "number" ? exit.value : Status.trouble);
