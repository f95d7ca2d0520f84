/**
 * Runs a piece of work for every item: so many at a time, each with its own scope, meter and time limit, and none able
 * to harm another. Every item ends in one of three ways, and is told of as soon as it does.
 */
import { Cause, Clock, Deferred, Duration, Effect, Exit, Fiber, Option, type Scope } from "effect";
import { BigQueryError } from "../services/BigQuery.ts";
import { Meter } from "../services/Meter.ts";
import { Progress } from "../services/Progress.ts";
import * as Cost from "./Cost.ts";
import * as Failures from "./Failures.ts";
import type { Failure, Status } from "./Result.ts";

export interface WorkOptions {
  /** Items in flight (4). */
  readonly parallel?: number;
  /** Limit for one item; absent for none. */
  readonly timeout?: Duration.DurationInput;
  /** Start no more items after the first failure. */
  readonly failFast?: boolean;
  /** When this completes, running items are interrupted and the rest is skipped; the batch still ends with its summary. */
  readonly stop?: Effect.Effect<void>;
}

export type Ending<A> =
  | { readonly _tag: "Done"; readonly value: A }
  | { readonly _tag: "Failed"; readonly failure: Failure }
  | { readonly _tag: "Skipped"; readonly failure: Failure };

export interface Ended<A> {
  readonly index: number;
  readonly ending: Ending<A>;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly cost: Cost.Cost;
}

/** How the batch as a whole went. */
export interface Load {
  readonly interrupted: boolean;
  readonly wallMs: number;
  readonly workMs: number;
  readonly retries: number;
  readonly maxInFlight: number;
}

/** How long an item that was interrupted may take to clean up before it is left behind. */
const grace = Duration.seconds(3);

/** Why no more items start. */
type Halt = { readonly failure: Failure; readonly interrupted: boolean };

/** Runs `work` for every item; `onEnded` is told of one ended item at a time. */
export const forEach = <Item, A, R, E, R2>(
  items: ReadonlyArray<Item>,
  options: WorkOptions & {
    readonly label: (item: Item) => string;
    readonly status: (value: A) => Status;
    readonly work: (item: Item) => Effect.Effect<A, BigQueryError, R>;
    readonly onEnded: (ended: Ended<A>, item: Item) => Effect.Effect<void, E, R2>;
  },
): Effect.Effect<Load, E, Exclude<R, Scope.Scope> | R2> =>
  Effect.gen(function* () {
    const progress = yield* Effect.serviceOption(Progress);
    const tell = (body: (service: typeof Progress.Service) => Effect.Effect<void>) =>
      Option.match(progress, { onNone: () => Effect.void, onSome: body });
    const telling = yield* Effect.makeSemaphore(1);
    const halted = yield* Deferred.make<Halt>();
    let closed: Halt | undefined;
    let [inFlight, maxInFlight, workMs, retries] = [0, 0, 0, 0];

    const halt = (reason: Halt) =>
      Effect.suspend(() => {
        if (closed?.interrupted !== true) closed = reason;
        return Deferred.succeed(halted, reason);
      });

    const decide = (ended: Ended<A>, error: BigQueryError | undefined) => {
      if (error?.endsBatch) return halt({ failure: Failures.batchEnded(error), interrupted: false });
      if (options.failFast && ended.ending._tag === "Failed")
        closed ??= { failure: Failures.failFast, interrupted: false };
      return Effect.void;
    };

    const runItem = (item: Item, index: number) =>
      Effect.gen(function* () {
        const label = options.label(item);
        const startedAt = yield* Clock.currentTimeMillis;
        if (closed !== undefined) {
          const ending: Ending<A> = { _tag: "Skipped", failure: closed.failure };
          yield* tell((service) => service.end(label, "skipped"));
          const skipped = { index, ending, startedAt, durationMs: 0, cost: Cost.unknown };
          return yield* telling.withPermits(1)(options.onEnded(skipped, item));
        }
        yield* tell((service) => service.begin(label));
        maxInFlight = Math.max(maxInFlight, ++inFlight);
        const meter = Cost.meter();
        const work = Effect.suspend(() => options.work(item)).pipe(
          Effect.scoped,
          Effect.provideService(Meter, meter.service),
        );
        const { ending, error, cut } = yield* attend(work, Deferred.await(halted), options.timeout).pipe(
          Effect.ensuring(Effect.sync(() => inFlight--)),
        );
        const durationMs = (yield* Clock.currentTimeMillis) - startedAt;
        const cost = cut ? { ...Cost.unknown, ...keep(meter.read()) } : meter.read();
        workMs += durationMs;
        retries += cost.retries;
        const ended: Ended<A> = { index, ending, startedAt, durationMs, cost };
        yield* decide(ended, error);
        yield* tell((service) => service.end(label, statusOf(ending, options.status)));
        yield* telling.withPermits(1)(options.onEnded(ended, item));
      });

    const watch = (options.stop ?? Effect.never).pipe(
      Effect.zipRight(halt({ failure: Failures.interrupted, interrupted: true })),
    );
    const began = yield* Clock.currentTimeMillis;
    yield* tell((service) => service.start(items.length));
    const watcher = yield* Effect.fork(watch);
    yield* Effect.forEach(items, runItem, { concurrency: options.parallel ?? 4, discard: true }).pipe(
      Effect.ensuring(
        Effect.zipRight(
          Fiber.interrupt(watcher),
          tell((service) => service.stop),
        ),
      ),
    );
    const wallMs = (yield* Clock.currentTimeMillis) - began;
    return { interrupted: closed?.interrupted ?? false, wallMs, workMs, retries, maxInFlight };
  });

interface Attended<A> {
  readonly ending: Ending<A>;
  readonly error?: BigQueryError;
  /** It did not end by itself: its figures are not complete. */
  readonly cut: boolean;
}

/** Waits for the work's own end, the batch's, or the time limit, whichever is first. */
const attend = <A, R>(
  work: Effect.Effect<A, BigQueryError, R>,
  halted: Effect.Effect<Halt>,
  timeout: Duration.DurationInput | undefined,
): Effect.Effect<Attended<A>, never, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkDaemon(restore(work));
      const letGo = Fiber.interruptFork(fiber).pipe(
        Effect.zipRight(Effect.timeoutOption(Effect.interruptible(Fiber.await(fiber)), grace)),
      );
      const end = (failure: Failure, tag: "Failed" | "Skipped") =>
        Effect.as(letGo, { ending: { _tag: tag, failure }, cut: true } satisfies Attended<A>);
      const limit =
        timeout === undefined
          ? Effect.never
          : Effect.sleep(timeout).pipe(Effect.as(end(Failures.timeout(Duration.decode(timeout)), "Failed")));
      const first = Effect.raceAll<Effect.Effect<Effect.Effect<Attended<A>>>>([
        Fiber.await(fiber).pipe(Effect.map((exit) => Effect.as(logBug(exit), settle(exit)))),
        halted.pipe(Effect.map(({ failure }) => end(failure, "Skipped"))),
        limit,
      ]);
      return yield* Effect.flatten(Effect.onInterrupt(restore(first), () => letGo));
    }),
  );

/** A defect's stack is for those who look for it. */
const logBug = <A>(exit: Exit.Exit<A, BigQueryError>): Effect.Effect<void> =>
  Exit.isFailure(exit) && Cause.isDie(exit.cause) ? Effect.logDebug(Cause.pretty(exit.cause)) : Effect.void;

const settle = <A>(exit: Exit.Exit<A, BigQueryError>): Attended<A> => {
  if (Exit.isSuccess(exit)) return { ending: { _tag: "Done", value: exit.value }, cut: false };
  const error = Option.getOrUndefined(Cause.failureOption(exit.cause));
  if (error instanceof BigQueryError) {
    return { ending: { _tag: "Failed", failure: Failures.fromError(error) }, error, cut: false };
  }
  return { ending: { _tag: "Failed", failure: Failures.internal(exit.cause) }, cut: false };
};

const keep = (cost: Cost.Cost): Partial<Cost.Cost> => ({ retries: cost.retries, jobIds: cost.jobIds });

const statusOf = <A>(ending: Ending<A>, status: (value: A) => Status): Status =>
  ending._tag === "Done" ? status(ending.value) : ending._tag === "Failed" ? "failed" : "skipped";
