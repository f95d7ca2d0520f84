/** Runs a program as the process's main effect: its value is the exit status, and a signal asks it to stop. */
import { makeRunMain, type Teardown } from "@effect/platform/Runtime";
import { Deferred, Effect, Exit, FiberId } from "effect";
import { scheduler } from "../../batch/concurrency/FairScheduler.ts";
import * as Status from "./ExitStatus.ts";

/** How long the partial report may take after a signal, in milliseconds. */
const patience = 5000;

/**
 * `BunRuntime.runMain` interrupts the fiber, ends with 130 for every signal, and waits for ever for what cannot be
 * interrupted; here the batch stops, the report of what was done is written, and the signal decides the status.
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
    // A program that waits for nothing the event loop knows of must hang, not end with 0.
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
  // The handlers are there once the fiber has yielded.
  const main = Effect.zipRight(Effect.yieldNow(), program(Deferred.await(stopped)));
  run(Effect.withScheduler(main, scheduler), {
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown,
  });
};

const teardown: Teardown = (exit, onExit) =>
  onExit(Exit.isSuccess(exit) && typeof exit.value === "number" ? exit.value : Status.trouble);
