/** The retry schedule, and the predicate for transient errors. */
import { Duration, Effect, Random, Schedule, ScheduleDecision } from "effect";
import type { BigQueryError } from "../services/BigQueryError.ts";
import { CostMeter } from "../services/CostMeter.ts";

export interface RetryOptions {
  /** Retries after the first attempt. */
  readonly retries: number;
  /** An error with a longer Retry-After than this is final. */
  readonly patience: Duration.DurationInput;
  /** The wait before the second attempt; doubles with each attempt. */
  readonly firstWait: Duration.DurationInput;
  /** Reports the second failed attempt of a request that will be retried. */
  readonly onSecond?: (error: BigQueryError) => Effect.Effect<void>;
}

/** The maximum wait. */
const longestWait = Duration.seconds(32);
/** Longer waits than this are logged as warnings. */
const longWait = Duration.minutes(1);

/** A failed job is final; only a new job with a new id may succeed. */
export const needsNewJob = (error: BigQueryError): boolean => error.reason === "jobFailed";

/** Whether the same request may succeed later. */
export const isTransient = (error: BigQueryError): boolean => error.retryable && !needsNewJob(error);

/**
 * Google's exponential back-off, min(2^n s + up to 1 s of jitter, 32 s), but at least the server's
 * Retry-After and at most the patience. Counts and logs each retry.
 */
export const schedule = (
  { retries, patience, firstWait, onSecond = () => Effect.void }: RetryOptions,
  isRetryable: (error: BigQueryError) => boolean,
) =>
  Schedule.exponential(firstWait).pipe(
    Schedule.addDelayEffect(() => Effect.map(Random.next, (jitter) => Duration.times(firstWait, jitter))),
    Schedule.union(Schedule.spaced(longestWait)),
    Schedule.zipRight(Schedule.identity<BigQueryError>()),
    Schedule.modifyDelay((error, delay) => Duration.max(delay, Duration.millis(error.retryAfterMs ?? 0))),
    withDelay,
    Schedule.whileOutput(({ delay }) => Duration.lessThanOrEqualTo(delay, patience)),
    Schedule.zipWith(Schedule.recurs(retries), (failure, retry) => ({ ...failure, retry })),
    // Part of the schedule, so that an error that is not retried is not counted.
    Schedule.whileInput(isRetryable),
    Schedule.onDecision(({ error, delay, retry }, decision) =>
      ScheduleDecision.isContinue(decision)
        ? Effect.zipRight(onRetry(error, delay), retry === 1 ? onSecond(error) : Effect.void)
        : Effect.void,
    ),
  );

/** `Effect.retry` by a schedule that starts at the first failure: starting it costs more than the rest of a short request. */
export const retry =
  <R>(schedule: Schedule.Schedule<unknown, BigQueryError, R>) =>
  <A, R2>(attempt: Effect.Effect<A, BigQueryError, R2>): Effect.Effect<A, BigQueryError, R | R2> =>
    Effect.catchAll(attempt, (first) => {
      let isFirst = true;
      const next = Effect.suspend(() => {
        if (!isFirst) return attempt;
        isFirst = false;
        return first;
      });
      return Effect.retry(next, schedule);
    });

/** Each error with the wait that follows it. */
const withDelay = <R>(errors: Schedule.Schedule<BigQueryError, BigQueryError, R>) =>
  Schedule.zipWith(Schedule.identity<BigQueryError>(), Schedule.delays(errors), (error, delay) => ({
    error,
    delay,
  }));

const onRetry = (error: BigQueryError, delay: Duration.Duration) =>
  Effect.gen(function* () {
    (yield* CostMeter).addRetry();
    const wait = Duration.format(Duration.millis(Math.round(Duration.toMillis(delay))));
    yield* Duration.lessThan(delay, longWait)
      ? Effect.logDebug(`${error.reason}: retrying in ${wait}`)
      : Effect.logWarning(`${error.detail}: retrying in ${wait}`);
  });
