/** A clock that advances to the next timer as soon as every fiber waits, without real time passing. */
import { Clock, Duration, Effect } from "effect";

interface Timer {
  readonly at: number;
  /** Orders timers of the same time. */
  readonly order: number;
  readonly ring: () => void;
}

export interface SimulatedClock {
  readonly clock: Clock.Clock;
  /** Advances until `isDone`; false if it never will be, because nothing waits for a timer. */
  readonly runUntil: (isDone: () => boolean) => Promise<boolean>;
  /** The number of sleeping fibers. */
  readonly sleeping: () => number;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Fibers run as microtasks; the scheduler of a batch sometimes lets the event loop have a turn. Then all of them wait. */
const settled = async (): Promise<void> => {
  await turn();
  await turn();
};

/** Timers of the same time ring in an order that `random` decides. */
export const make = (random: () => number): SimulatedClock => {
  let now = 0;
  const timers = new Set<Timer>();
  const sleep = (duration: Duration.Duration) =>
    Effect.async<void>((resume) => {
      const timer = {
        at: now + Math.ceil(Duration.toMillis(duration)),
        order: random(),
        ring: () => resume(Effect.void),
      };
      timers.add(timer);
      return Effect.sync(() => timers.delete(timer));
    });
  const nanos = () => BigInt(now) * 1_000_000n;
  return {
    clock: {
      ...Clock.make(),
      sleep,
      unsafeCurrentTimeMillis: () => now,
      unsafeCurrentTimeNanos: nanos,
      currentTimeMillis: Effect.sync(() => now),
      currentTimeNanos: Effect.sync(nanos),
    },
    runUntil: async (isDone) => {
      for (await settled(); !isDone(); await settled()) {
        let next: Timer | undefined;
        for (const timer of timers)
          if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order))
            next = timer;
        if (next === undefined) {
          // A pause of this process may have taken longer than those turns.
          for (let i = 0; i < 20 && timers.size === 0 && !isDone(); i++) await settled();
          if (timers.size > 0 || isDone()) continue;
          return false;
        }
        now = next.at;
        timers.delete(next);
        next.ring();
      }
      return true;
    },
    sleeping: () => timers.size,
  };
};
