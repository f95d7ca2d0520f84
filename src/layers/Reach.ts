/**
 * Limits the time until a service responds for the first time: requests to an unreachable host fail within it,
 * whatever the retries. Has no effect afterwards.
 */
import { Cause, Clock, Duration, Effect, Exit, Option } from "effect";
import { BigQueryError } from "../services/BigQueryError.ts";

type Call<A> = Effect.Effect<A, BigQueryError>;

export interface Reach {
  /** Limits one attempt to a third of the time, in whole seconds; calls `onEnd` with its end. */
  readonly attempt: <A>(send: Call<A>, onEnd: (exit: Exit.Exit<A, BigQueryError>) => void) => Call<A>;
  /** Limits a request with its retries. After it fails, requests of the same length of time fail at once. */
  readonly request: <A>(retried: Call<A>) => Call<A>;
  /** Whether the service has responded, even with an error. */
  readonly hasResponded: () => boolean;
  /** The time of the last successful attempt, in milliseconds since 1970; undefined before the first. */
  readonly lastSuccess: () => number | undefined;
}

const attempts = 3;

/** `limit`: the time for the first response. */
export const make = (limit: Duration.Duration): Reach => {
  const attemptLimit = Duration.seconds(Math.ceil(Duration.toSeconds(limit) / attempts));
  let hasResponded = false;
  let lastSuccess: number | undefined;
  let last: BigQueryError | undefined;
  let failure: { readonly error: BigQueryError; readonly at: number } | undefined;

  /** Fails after `duration` unless the service has responded by then. */
  const unlessReached = <A>(
    call: Call<A>,
    duration: Duration.Duration,
    error: () => BigQueryError,
  ): Call<A> =>
    Effect.raceFirst(
      call,
      Effect.flatMap(Effect.sleep(duration), () =>
        hasResponded ? Effect.never : Effect.suspend(() => Effect.fail(error())),
      ),
    );
  const note = (exit: Exit.Exit<unknown, BigQueryError>, now: number): void => {
    if (Exit.isSuccess(exit)) {
      hasResponded = true;
      lastSuccess = now;
    } else {
      const error = Option.getOrUndefined(Cause.failureOption(exit.cause));
      if (error !== undefined && error.reason !== "connection") hasResponded = true;
      last = error ?? last;
    }
  };
  const silent = () => {
    last = BigQueryError.of("connection", `BigQuery did not respond within ${Duration.format(attemptLimit)}`);
    return last;
  };
  const unreachable = () => {
    const { detail } = last ?? silent();
    return BigQueryError.of("connection", `${detail}; gave up after ${Duration.format(limit)}`, {
      remedy: "check the network and --endpoint, or raise --connect-timeout",
    });
  };

  return {
    attempt: (send, onEnd) =>
      Effect.suspend(() => {
        const noted = Effect.onExit(send, (exit) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            note(exit, now);
            onEnd(exit);
          }),
        );
        return hasResponded ? noted : unlessReached(noted, attemptLimit, silent);
      }),
    request: (retried) =>
      Effect.flatMap(Clock.clockWith(Effect.succeed), (clock) => {
        if (hasResponded) return retried;
        const now = () => clock.unsafeCurrentTimeMillis();
        if (failure !== undefined && now() - failure.at < Duration.toMillis(limit)) return failure.error;
        return unlessReached(retried, limit, () => {
          failure = { error: unreachable(), at: now() };
          return failure.error;
        });
      }),
    hasResponded: () => hasResponded,
    lastSuccess: () => lastSuccess,
  };
};
