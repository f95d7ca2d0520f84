/**
 * The one place for the policy of calls: requests are paced, sent again while their faults heal, and queries are capped.
 * An engine sends each HTTP request through `policy`; `service` wraps the whole engine.
 */
import { Cause, Clock, Duration, Effect, Exit, Option, Random } from "effect";
import type { BigQueryService, QueryStatistics, Statement } from "../services/BigQuery.ts";
import { BigQueryError } from "../services/BigQueryError.ts";
import { CostMeter } from "../services/CostMeter.ts";
import { QueryBudget, type QueryBudgetService } from "../services/QueryBudget.ts";
import { ThrottleListener } from "../services/ThrottleListener.ts";

export interface Options {
  /** Requests that may start in one second (50). */
  readonly rateLimit?: number;
  /** Attempts after the first (8). */
  readonly retries?: number;
  /** No query may be billed more bytes than this; null for no limit (100 GB). */
  readonly maximumBytesBilled?: number | null;
  /** A fault that asks for a longer wait than this is final (5 minutes). */
  readonly patience?: Duration.DurationInput;
  /** The wait before the second attempt, which doubles from then on (1 s). */
  readonly firstWait?: Duration.DurationInput;
}

/** What every request of an engine passes. */
export interface Policy {
  /** The request at its turn, and again while it fails in a way that the same request mends. */
  readonly request: <A>(send: Effect.Effect<A, BigQueryError>) => Effect.Effect<A, BigQueryError>;
  /** The request at its turn, once. */
  readonly once: <A>(send: Effect.Effect<A, BigQueryError>) => Effect.Effect<A, BigQueryError>;
}

export interface Governed {
  readonly policy: Policy;
  /** The engine with capped queries, failed jobs run anew, and costs reported to the item's Meter. */
  readonly service: (engine: BigQueryService) => BigQueryService;
}

const defaults = {
  rateLimit: 50,
  retries: 8,
  maximumBytesBilled: 100e9,
  patience: "5 minutes",
  firstWait: "1 second",
} as const;

/** Waits double up to this. */
const longestWaitMs = 32_000;
/** A longer wait than this is told of. */
const longWaitMs = 60_000;

export const make = (options: Options = {}): Effect.Effect<Governed> =>
  Effect.gen(function* () {
    const given = { ...defaults, ...options };
    const paced = yield* pacer(given.rateLimit);
    const patient = retrying({
      retries: given.retries,
      patienceMs: Duration.toMillis(given.patience),
      firstWaitMs: Duration.toMillis(given.firstWait),
    });
    return {
      policy: {
        request: (send) => patient(sameRequestHeals, paced(heard(send))),
        once: (send) => paced(heard(send)),
      },
      service: (engine) => ({
        ...engine,
        query: (statement) =>
          Effect.flatMap(QueryBudget, (allowance) =>
            metered(patient(newJobHeals, allowed(engine, statement, given.maximumBytesBilled, allowance))),
          ),
      }),
    };
  });

/** The engine as it is, but with its costs reported to the item's Meter. */
export const measured = (engine: BigQueryService): BigQueryService => ({
  ...engine,
  query: (statement) => metered(engine.query(statement)),
});

type Combinator = <A>(effect: Effect.Effect<A, BigQueryError>) => Effect.Effect<A, BigQueryError>;

/** The request, with whoever adapts the concurrency told of it. */
const heard: Combinator = (send) =>
  Effect.flatMap(ThrottleListener, (pressure) =>
    Effect.suspend(() => {
      const answered = pressure.send();
      return Effect.onExit(send, (exit) =>
        Effect.sync(() => answered(isRefusal(exit) ? "refused" : "other")),
      );
    }),
  );

const isRefusal = (exit: Exit.Exit<unknown, BigQueryError>): boolean => {
  const error = Option.getOrUndefined(Exit.causeOption(exit).pipe(Option.flatMap(Cause.failureOption)));
  return error?.reason === "rateLimited" || error?.reason === "quotaExceeded";
};

/**
 * Starts are evenly spaced: a window or a bucket lets twice the limit through within some second. The spacing is
 * measured from the last actual start, so that a late timer does not bunch them. Timers know whole milliseconds: what
 * is due within the present one starts at once, and is counted as if it had waited.
 */
const pacer = (rateLimit: number): Effect.Effect<Combinator> =>
  Effect.map(Effect.makeSemaphore(1), (turn) => {
    const spacingMs = 1000 / (0.96 * rateLimit);
    let last = Number.NEGATIVE_INFINITY;
    const wait = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const ready = last + spacingMs;
      if (ready - now < 1) {
        last = Math.max(ready, now);
        return Effect.void;
      }
      return Effect.zipRight(
        Effect.sleep(Duration.millis(Math.ceil(ready - now))),
        Effect.map(Clock.currentTimeMillis, (started) => {
          last = Math.max(ready, started);
        }),
      );
    });
    return (effect) => Effect.zipRight(turn.withPermits(1)(wait), effect);
  });

/** A job that failed has failed; only a new one, with an id of its own, can do better. */
const newJobHeals = (error: BigQueryError): boolean => error.reason === "jobFailed";
const sameRequestHeals = (error: BigQueryError): boolean => error.retryable && !newJobHeals(error);

const retrying =
  (limits: { readonly retries: number; readonly patienceMs: number; readonly firstWaitMs: number }) =>
  <A>(
    heals: (error: BigQueryError) => boolean,
    effect: Effect.Effect<A, BigQueryError>,
  ): Effect.Effect<A, BigQueryError> => {
    const attempt = (number: number): Effect.Effect<A, BigQueryError> =>
      Effect.catchAll(effect, (error) =>
        Effect.gen(function* () {
          const wait = Math.max(yield* backoffMs(number, limits.firstWaitMs), error.retryAfterMs ?? 0);
          if (!heals(error) || number >= limits.retries || wait > limits.patienceMs) return yield* error;
          const meter = yield* CostMeter;
          meter.retry();
          yield* wait < longWaitMs
            ? Effect.logDebug(`${error.reason}: attempt ${number + 2} in ${Math.round(wait)} ms`)
            : Effect.logWarning(
                `${error.detail}: asked again in ${Duration.format(Duration.millis(Math.round(wait)))}`,
              );
          yield* Effect.sleep(Duration.millis(wait));
          return yield* attempt(number + 1);
        }),
      );
    return attempt(0);
  };

/** min(2^n s + up to 1 s, 32 s), as Google documents it. */
const backoffMs = (number: number, firstWaitMs: number): Effect.Effect<number> =>
  Effect.map(Random.next, (jitter) => Math.min(firstWaitMs * (2 ** number + jitter), longestWaitMs));

/**
 * The query, which may be billed no more than the statement, the policy and the item's allowance all grant; what it was
 * billed goes off the allowance.
 */
const allowed = (
  engine: BigQueryService,
  statement: Statement,
  most: number | null,
  allowance: QueryBudgetService,
): ReturnType<BigQueryService["query"]> =>
  Effect.suspend(() => {
    const left = allowance.left();
    const limit = Math.min(statement.maximumBytesBilled ?? Infinity, most ?? Infinity, left ?? Infinity);
    const query = engine.query(limit === Infinity ? statement : { ...statement, maximumBytesBilled: limit });
    return (left === null || left > limit ? query : Effect.mapError(query, overEstimate)).pipe(
      Effect.onExit((exit) => Effect.sync(() => spend(allowance, exit))),
    );
  });

/** The service refuses what the item had not reserved. */
const overEstimate = (error: BigQueryError): BigQueryError =>
  error.reason === "bytesLimitExceeded"
    ? BigQueryError.of(error.reason, `${error.detail}, which is what its estimate reserved of the --budget`, {
        ...(error.reference === undefined ? {} : { reference: error.reference }),
        remedy: "run it without --budget, or choose fewer columns or partitions",
      })
    : error;

/** Whether nobody knows what the query was billed: it was cut short, or its job's end was never heard of. */
const isOpen = (cause: Cause.Cause<BigQueryError>): boolean =>
  Option.getOrUndefined(Cause.failureOption(cause))?.mayBeBilled ?? true;

const spend = (
  allowance: QueryBudgetService,
  exit: Exit.Exit<{ readonly statistics: QueryStatistics }, BigQueryError>,
): void => {
  if (Exit.isSuccess(exit)) allowance.spend(exit.value.statistics.bytesBilled);
  else allowance.spend(isOpen(exit.cause) ? null : 0);
};

/** A query that was interrupted may have cost up to its full price. */
const unknownCost: QueryStatistics = {
  jobId: null,
  bytesProcessed: null,
  bytesBilled: null,
  slotMs: null,
  cacheHit: null,
  restricted: false,
};

const metered = <A extends { readonly statistics: QueryStatistics }>(
  query: Effect.Effect<A, BigQueryError>,
): Effect.Effect<A, BigQueryError> =>
  Effect.flatMap(CostMeter, (meter) =>
    query.pipe(
      Effect.tap(({ statistics }) => Effect.sync(() => meter.query(statistics))),
      Effect.onError((cause) =>
        Effect.sync(() => {
          if (isOpen(cause)) meter.query(unknownCost);
        }),
      ),
    ),
  );
