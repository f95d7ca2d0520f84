/** When a failed call is retried: the schedule, and which errors are transient. */
import { Duration, Effect, Random, Schedule, ScheduleDecision } from "effect";
import type { BigQueryError } from "../services/BigQueryError.ts";
import { CostMeter } from "../services/CostMeter.ts";

export interface RetryOptions {
  /** Attempts after the first. */
  readonly retries: number;
  /** An error that asks for a longer wait than this is final. */
  readonly patience: Duration.DurationInput;
  /** The wait before the second attempt; it doubles with every further one. */
  readonly firstWait: Duration.DurationInput;
}

/** Waits double up to this. */
const longestWait = Duration.seconds(32);
/** Longer waits than this are logged as warnings. */
const longWait = Duration.minutes(1);

/** A failed job is final; only a new job, with an id of its own, may succeed. */
export const needsNewJob = (error: BigQueryError): boolean => error.reason === "jobFailed";

/** Whether the same request may succeed later. */
export const isTransient = (error: BigQueryError): boolean => error.retryable && !needsNewJob(error);

/**
 * Exponential back-off as Google documents it, min(2^n s + up to 1 s of jitter, 32 s), but never shorter than the
 * server's Retry-After, and never longer than the patience. Counts and logs each retry.
 */
export const schedule = (
  { retries, patience, firstWait }: RetryOptions,
  isRetryable: (error: BigQueryError) => boolean,
) =>
  Schedule.exponential(firstWait).pipe(
    Schedule.addDelayEffect(() => Effect.map(Random.next, (jitter) => Duration.times(firstWait, jitter))),
    Schedule.union(Schedule.spaced(longestWait)),
    Schedule.zipRight(Schedule.identity<BigQueryError>()),
    Schedule.modifyDelay((error, delay) => Duration.max(delay, Duration.millis(error.retryAfterMs ?? 0))),
    withDelay,
    Schedule.whileOutput(({ delay }) => Duration.lessThanOrEqualTo(delay, patience)),
    Schedule.zipLeft(Schedule.recurs(retries)),
    // Part of the schedule, so that an error that is not retried is not counted.
    Schedule.whileInput(isRetryable),
    Schedule.onDecision(({ error, delay }, decision) =>
      ScheduleDecision.isContinue(decision) ? onRetry(error, delay) : Effect.void,
    ),
  );

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
