/** Turns for signals, timers and the bar, which wait while one piece of synchronous work follows the other. */
import { Effect } from "effect";

/** Milliseconds of work between two turns. */
const patienceMs = 40;

let last = 0;

/** Lets others have their turn, if they have waited long enough. */
export const breathe: Effect.Effect<void> = Effect.suspend(() => {
  const now = performance.now();
  if (now - last < patienceMs) return Effect.void;
  return Effect.async<void>((resume) => {
    setImmediate(() => {
      last = performance.now();
      resume(Effect.void);
    });
  });
});
