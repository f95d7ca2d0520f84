/**
 * Runs every item with bounded concurrency, each with its own scope, cost meter and time limit. A failure is confined to
 * its item, and each item is reported as soon as it ends.
 */
import { Clock, Context, type Duration, Effect, Fiber, Option, Scope } from "effect";
import type { Versions } from "../domain/TableVersion.ts";
import type { BigQueryError } from "../services/BigQueryError.ts";
import { CostMeter } from "../services/CostMeter.ts";
import { ItemScope } from "../services/ItemScope.ts";
import { Progress } from "../services/Progress.ts";
import type { Step } from "./concurrency/Concurrency.ts";
import { scheduler } from "./concurrency/FairScheduler.ts";
import * as Slots from "./concurrency/Slots.ts";
import * as Cost from "./cost/Cost.ts";
import * as Failures from "./Failures.ts";
import * as ItemQueue from "./ItemQueue.ts";
import type { Items } from "./Items.ts";
import type { Failure, Status } from "./Result.ts";
import { type Ending, type ItemError, type OnCancel, runItem, type TimeLimit } from "./RunItem.ts";

export interface RunnerOptions {
  /** Items in flight (4). */
  readonly parallel?: Slots.Parallel;
  /** The resources for local items, with `auto`. */
  readonly room?: Slots.LocalRoom;
  /** The time limit of each item, excluding its wait for the budget; absent for none. */
  readonly timeout?: Duration.DurationInput;
  /** Start no more items after the first failure. */
  readonly failFast?: boolean;
  /** When this completes, running items are interrupted and no others start; the batch still ends with its summary. */
  readonly stop?: Effect.Effect<void>;
}

/** An item with its index in the whole batch, from 0. */
export interface Indexed<Item> {
  readonly item: Item;
  readonly index: number;
}

export interface Ended<A> {
  readonly index: number;
  readonly ending: Ending<A>;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly cost: Cost.Cost;
  /** The versions of the tables that the item read, keyed by its names for them. */
  readonly seen: Versions;
}

/** Statistics of the whole batch. */
export interface Load {
  readonly interrupted: boolean;
  /** Items that had not started when the run was interrupted, beyond those that have a result. */
  readonly unlisted: number;
  readonly wallMs: number;
  readonly workMs: number;
  readonly retries: number;
  readonly maxInFlight: number;
  /** How `auto` changed the limit of items in flight; empty if it is fixed. */
  readonly path: ReadonlyArray<Step>;
}

/** The work on every item. */
export interface Job<Item, A, R, E, R2> {
  /** Whether the item runs; absent: all run. */
  readonly isSelected: ((item: Item, index: number) => boolean) | undefined;
  readonly label: (item: Item) => string;
  readonly isLocal: (item: Item) => boolean;
  readonly status: (value: A) => Status;
  /** Applies the time limit to its parts, except while it waits for other items. */
  readonly work: (one: Indexed<Item>, timeLimit: TimeLimit) => Effect.Effect<A, ItemError, R>;
  /** Called for one item at a time. */
  readonly onEnded: (ended: Ended<A>, item: Item) => Effect.Effect<void, E | Failures.EndBatch, R2>;
}

/** Items that an interruption kept from starting and that have a result each: a million results would take a minute. */
const mostListed = 1000;

/** Why no more items start. */
type Halt = { readonly failure: Failure; readonly interrupted: boolean };

/** Runs the job for every item, in parallel. */
export const forEach = <Item, A, R, E, R2>(
  items: Items<Item>,
  options: RunnerOptions,
  job: Job<Item, A, R, E, R2>,
): Effect.Effect<Load, E, Exclude<R, Scope.Scope | ItemScope | CostMeter> | R2> =>
  Effect.gen(function* () {
    const progress = yield* Effect.serviceOption(Progress);
    const tell = (body: (service: typeof Progress.Service) => Effect.Effect<void>) =>
      Option.match(progress, { onNone: () => Effect.void, onSome: body });
    const reporting = yield* Effect.makeSemaphore(1);
    const slots = yield* Slots.make(options.parallel ?? 4, options.room);
    const listeners = new Set<(failure: Failure) => void>();
    let cancelled: Failure | undefined;
    let closed: Halt | undefined;
    let [inFlight, maxInFlight, workMs, retries] = [0, 0, 0, 0];

    const onCancel: OnCancel = (listener) => {
      if (cancelled !== undefined) listener(cancelled);
      else listeners.add(listener);
      return () => listeners.delete(listener);
    };

    const halt = (reason: Halt) =>
      Effect.sync(() => {
        if (closed?.interrupted !== true) closed = reason;
        cancelled ??= reason.failure;
        for (const listener of listeners) listener(cancelled);
      });

    const decide = (ended: Ended<A>, error: BigQueryError | undefined) => {
      if (error?.endsBatch) return halt({ failure: Failures.batchEnded(error), interrupted: false });
      if (options.failFast && ended.ending._tag === "Failed")
        closed ??= { failure: Failures.failFast, interrupted: false };
      return Effect.void;
    };

    const report = (ended: Ended<A>, item: Item) =>
      reporting.withPermits(1)(
        Effect.catchIf(
          job.onEnded(ended, item),
          (error) => error instanceof Failures.EndBatch,
          ({ failure }) => halt({ failure, interrupted: false }),
        ),
      ) as Effect.Effect<void, E, R2>;

    const skip = (item: Item, index: number, failure: Failure) =>
      Effect.gen(function* () {
        const startedAt = yield* Clock.currentTimeMillis;
        const ending: Ending<A> = { _tag: "Skipped", failure };
        yield* tell((service) => service.end(job.label(item), "skipped"));
        return yield* report({ index, ending, startedAt, durationMs: 0, cost: Cost.unknown, seen: {} }, item);
      });

    const runOne = (item: Item, index: number) =>
      Effect.gen(function* () {
        if (closed !== undefined) return yield* skip(item, index, closed.failure);
        const label = job.label(item);
        const startedAt = yield* Clock.currentTimeMillis;
        yield* tell((service) => service.begin(label));
        maxInFlight = Math.max(maxInFlight, ++inFlight);
        const meter = Cost.meter();
        const work = (timeLimit: TimeLimit) =>
          Effect.acquireUseRelease(
            Scope.make(),
            (scope) => Effect.provide(job.work({ item, index }, timeLimit), services(scope, meter)),
            Scope.close,
          );
        const { ending, error, cut } = yield* runItem(work, options.timeout, onCancel).pipe(
          Effect.ensuring(Effect.sync(() => inFlight--)),
        );
        const durationMs = (yield* Clock.currentTimeMillis) - startedAt;
        const cost = cut ? { ...Cost.unknown, ...keep(meter.read()) } : meter.read();
        workMs += durationMs;
        retries += cost.retries;
        const ended: Ended<A> = { index, ending, startedAt, durationMs, cost, seen: meter.seen() };
        yield* decide(ended, error);
        yield* tell((service) => service.end(label, statusOf(ending, job.status)));
        yield* report(ended, item);
      });

    const began = yield* Clock.currentTimeMillis;
    const lanes = slots.lanes<Item>(job.isLocal);
    const queue = ItemQueue.make(items, job.isSelected, lanes);
    const watcher = yield* (options.stop ?? Effect.never).pipe(
      Effect.zipRight(halt({ failure: Failures.interrupted, interrupted: true })),
      Effect.zipRight(Effect.sync(queue.close)),
      Effect.fork,
    );
    yield* queue.fill;
    yield* tell((service) => service.start(queue.selected()));
    const filler = yield* queue.fillNext.pipe(
      Effect.tap(() => tell((service) => service.grow(queue.selected()))),
      Effect.repeat({ while: (isMore) => isMore }),
      Effect.fork,
    );
    const worker = (lane: ItemQueue.Lane<Item>) => {
      let isLast = false;
      const next = Effect.flatMap(queue.take(lane), (index) => {
        isLast = index === undefined;
        if (index === undefined) return Effect.void;
        const item = items.at(index)!;
        return slots.hold(
          job.isLocal(item),
          Effect.suspend(() => runOne(item, index)),
        );
      });
      return Effect.whileLoop({ while: () => !isLast, body: () => next, step: () => {} });
    };
    const workers = lanes.flatMap((lane) => Array.from({ length: lane.width }, () => worker(lane)));
    yield* Effect.all(workers, { concurrency: "unbounded", discard: true }).pipe(
      Effect.ensuring(Fiber.interruptAll([watcher, filler])),
      Effect.ensuring(tell((service) => service.stop)),
    );
    const rest = closed === undefined ? [] : queue.rest();
    for (const index of rest.slice(0, mostListed))
      yield* skip(items.at(index)!, index, closed?.failure ?? Failures.interrupted);
    const wallMs = (yield* Clock.currentTimeMillis) - began;
    const path = slots.path();
    const interrupted = closed?.interrupted ?? false;
    return {
      interrupted,
      unlisted: Math.max(0, rest.length - mostListed),
      wallMs,
      workMs,
      retries,
      maxInFlight,
      path,
    };
  }).pipe(Effect.withScheduler(scheduler));

/** The services of one item. One context costs less than one per service. */
const services = (scope: Scope.Scope, { service }: Cost.MeterWithTotals) =>
  Context.make(Scope.Scope, scope).pipe(
    Context.add(ItemScope, Option.some(scope)),
    Context.add(CostMeter, service),
  );

const keep = (cost: Cost.Cost): Partial<Cost.Cost> => ({ retries: cost.retries, jobIds: cost.jobIds });

const statusOf = <A>(ending: Ending<A>, status: (value: A) => Status): Status =>
  ending._tag === "Done" ? status(ending.value) : ending._tag === "Failed" ? "failed" : "skipped";
