/** How many requests may start in one second, evenly spaced. */
import { Duration, type Effect, RateLimiter, type Scope } from "effect";

/** The fraction of the limit that is used: timers are late now and then, and what is late may bunch. */
const margin = 0.96;
/** Timers count whole milliseconds: higher rates than this start several requests at once. */
const mostPerSecond = 500;

/**
 * Fixed windows of one request each: larger windows, and a token bucket, let through almost twice the limit in some
 * second.
 */
export const make = (perSecond: number): Effect.Effect<RateLimiter.RateLimiter, never, Scope.Scope> => {
  const rate = margin * perSecond;
  const limit = Math.ceil(rate / mostPerSecond);
  return RateLimiter.make({
    limit,
    interval: Duration.millis(Math.ceil((1000 * limit) / rate)),
    algorithm: "fixed-window",
  });
};
