/**
 * Limits the items in flight: to a fixed number, or adaptively to the capacity of the service and of this machine.
 */

import { Clock, Effect, Runtime } from "effect";
import { availableParallelism, totalmem } from "../../services/OperatingSystem.ts";
import { ThrottleListener } from "../../services/ThrottleListener.ts";
import type { Lane } from "../ItemQueue.ts";
import * as Concurrency from "./Concurrency.ts";

/** Items in flight: a fixed number, or adaptive. */
export type Parallel = number | "auto";

/** The maximum number of items in flight. */
export const mostParallel = 256;

export interface Slots {
  /** Groups of items that share slots, with the concurrency of each group. */
  readonly lanes: <Item>(isLocal: (item: Item) => boolean) => ReadonlyArray<Lane<Item>>;
  /** Runs the effect as soon as a slot is free. */
  readonly hold: <A, E, R>(isLocal: boolean, effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>;
  /** Every change of the limit; empty if it is fixed or was never used. */
  readonly path: () => ReadonlyArray<Concurrency.Step>;
}

export interface LocalRoom {
  /** Threads of the local engine (all cores). */
  readonly threads?: number | undefined;
  /** Memory of the local engine in bytes (80% of the machine's). */
  readonly memory?: number | undefined;
}

/** Memory in bytes that a statement over local files needs to be fast. */
const memoryPerItem = 256 * 2 ** 20;

/** Local items in flight: one per core, as far as memory allows. */
export const localLimit = ({ threads, memory }: LocalRoom): number => {
  const available = memory ?? 0.8 * Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.max(1, Math.min(threads ?? availableParallelism(), Math.floor(available / memoryPerItem)));
};

export const make = (parallel: Parallel, room: LocalRoom = {}): Effect.Effect<Slots> =>
  parallel === "auto" ? adaptive(room) : Effect.succeed(fixed(parallel));

const fixed = (parallel: number): Slots => ({
  lanes: () => [{ accepts: () => true, width: parallel }],
  hold: (_, effect) => effect,
  path: () => [],
});

const adaptive = (room: LocalRoom): Effect.Effect<Slots> =>
  Effect.gen(function* () {
    const concurrency = Concurrency.make({ most: mostParallel });
    const slots = yield* Effect.makeSemaphore(concurrency.limit());
    const localSlots = localLimit(room);
    const local = yield* Effect.makeSemaphore(localSlots);
    const resize = Runtime.runSync(yield* Effect.runtime<never>());
    let [inUse, inFlight, used] = [0, 0, false];
    const applyLimit = () => resize(slots.resize(concurrency.limit()));

    const listener: typeof ThrottleListener.Service = {
      onRequest: () => {
        const sent = { inFlight: ++inFlight, epoch: concurrency.epoch() };
        return (outcome) => {
          inFlight -= 1;
          if (outcome !== "throttled") return;
          concurrency.refused(sent.inFlight, sent.epoch);
          applyLimit();
        };
      },
    };

    const remote = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      Effect.suspend(() => {
        used = true;
        inUse += 1;
        return effect;
      }).pipe(
        Effect.provideService(ThrottleListener, listener),
        Effect.ensuring(
          Effect.map(Clock.currentTimeMillis, (now) => {
            concurrency.finished(now, inUse);
            inUse -= 1;
            applyLimit();
          }),
        ),
      );

    return {
      // Neither group waits for the other.
      lanes: <Item>(isLocal: (item: Item) => boolean) => [
        { accepts: isLocal, width: localSlots },
        { accepts: (item: Item) => !isLocal(item), width: mostParallel },
      ],
      hold: (isLocal, effect) =>
        isLocal ? local.withPermits(1)(effect) : slots.withPermits(1)(remote(effect)),
      path: () => (used ? concurrency.path() : []),
    };
  });
