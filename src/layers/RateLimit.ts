/** Limits request starts per second, evenly spaced. */
import { Duration, type Effect, RateLimiter, type Scope } from "effect";

/** The fraction of the limit that is used: timers are sometimes late, and late requests may bunch. */
const margin = 0.96;
/**
 * Timers have a resolution of one millisecond and may be late: above
 * this rate, requests start in small bursts.
 */
const mostPerSecond = 500;
const burstMs = 20;

/**
 * Fixed windows of one request each. Windows of one second and a token bucket let
 * through almost twice the limit in some seconds.
 */
export const make = (perSecond: number): Effect.Effect<RateLimiter.RateLimiter, never, Scope.Scope> => {
  const rate = margin * perSecond;
  const limit = rate <= mostPerSecond ? 1 : Math.ceil((rate * burstMs) / 1000);
  return RateLimiter.make({
    limit,
    interval: Duration.millis(Math.ceil((1000 * limit) / rate)),
    algorithm: "fixed-window",
  });
};
