/** Who may run when: a fixed number of items at a time, or as many as the service and this machine bear. */
import { availableParallelism, totalmem } from "node:os";
import { Clock, Effect, Runtime } from "effect";
import { ThrottleListener } from "../services/ThrottleListener.ts";
import * as Concurrency from "./Concurrency.ts";

/** Items in flight: so many, or found out. */
export type Parallel = number | "auto";

/** Most items in flight that anybody may ask for. */
export const mostParallel = 256;

export interface Slots {
  /** The items that may wait for each other's slots, and how many fibers may wait or run. */
  readonly lanes: <A>(
    all: ReadonlyArray<A>,
    isLocal: (one: A) => boolean,
  ) => ReadonlyArray<{ readonly items: ReadonlyArray<A>; readonly width: number }>;
  /** The effect, when there is room for it. */
  readonly hold: <A, E, R>(isLocal: boolean, effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>;
  /** How the limit moved; empty where it is fixed, or was never asked for. */
  readonly path: () => ReadonlyArray<Concurrency.Step>;
}

export interface LocalRoom {
  /** Threads of the local engine (all cores). */
  readonly threads?: number | undefined;
  /** Bytes of memory of the local engine (80% of what there is). */
  readonly memory?: number | undefined;
}

/** What a statement over local files needs, in bytes, to be quick. */
const memoryPerItem = 256 * 2 ** 20;

/** Local items at a time: one a core, and no more than memory is there for. */
export const localLimit = ({ threads, memory }: LocalRoom): number => {
  const there = memory ?? 0.8 * Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.max(1, Math.min(threads ?? availableParallelism(), Math.floor(there / memoryPerItem)));
};

export const make = (parallel: Parallel, room: LocalRoom = {}): Effect.Effect<Slots> =>
  parallel === "auto" ? adaptive(room) : Effect.succeed(fixed(parallel));

const fixed = (parallel: number): Slots => ({
  lanes: (items) => [{ items, width: parallel }],
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
    const follow = () => resize(slots.resize(concurrency.limit()));

    const pressure: typeof ThrottleListener.Service = {
      send: () => {
        const sent = { inFlight: ++inFlight, epoch: concurrency.epoch() };
        return (answer) => {
          inFlight -= 1;
          if (answer !== "refused") return;
          concurrency.refused(sent.inFlight, sent.epoch);
          follow();
        };
      },
    };

    const remote = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      Effect.suspend(() => {
        used = true;
        inUse += 1;
        return effect;
      }).pipe(
        Effect.provideService(ThrottleListener, pressure),
        Effect.ensuring(
          Effect.map(Clock.currentTimeMillis, (now) => {
            concurrency.finished(now, inUse);
            inUse -= 1;
            follow();
          }),
        ),
      );

    return {
      // Neither kind is to wait behind the other.
      lanes: (all, isLocal) => [
        { items: all.filter(isLocal), width: localSlots },
        { items: all.filter((one) => !isLocal(one)), width: mostParallel },
      ],
      hold: (isLocal, effect) =>
        isLocal ? local.withPermits(1)(effect) : slots.withPermits(1)(remote(effect)),
      path: () => (used ? concurrency.path() : []),
    };
  });
