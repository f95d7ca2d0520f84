/** Gives signals, timers and the progress bar a turn while fibers are always ready to run. */
import { Scheduler } from "effect";

/** Milliseconds of consecutive fiber turns before the event loop gets one. */
const longestMs = 20;

let begun = 0;

/**
 * One queue for all fibers. `Scheduler.MixedScheduler` counts the turns of each fiber separately (effect 3.22). A
 * batch starts new fibers for every item, so their turns never add up, and the event loop starves.
 */
const queue = new Scheduler.SchedulerRunner((depth, drain) => {
  const now = performance.now();
  if (depth === 0) begun = now;
  if (now - begun < longestMs) queueMicrotask(() => drain(depth + 1));
  else setImmediate(() => drain(0));
});

export const scheduler: Scheduler.Scheduler = {
  shouldYield: (fiber) => Scheduler.defaultScheduler.shouldYield(fiber),
  scheduleTask: (task, priority) => queue.scheduleTask(task, priority),
};
