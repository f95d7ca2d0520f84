/**
 * The one place for the policy of calls: requests are paced, sent again while their faults heal, and queries are capped.
 * An engine sends each HTTP request through `policy`; `service` wraps the whole engine.
 */
import { Clock, Duration, Effect, Random } from "effect";
import type { BigQueryError, BigQueryService, QueryStatistics } from "../services/BigQuery.ts";
import { Meter } from "../services/Meter.ts";

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
        request: (send) => patient(sameRequestHeals, paced(send)),
        once: paced,
      },
      service: (engine) => ({
        ...engine,
        query: (statement) =>
          metered(
            patient(
              newJobHeals,
              engine.query({ ...statement, ...cap(statement.maximumBytesBilled, given.maximumBytesBilled) }),
            ),
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

/**
 * Starts are evenly spaced: a window or a bucket lets twice the limit through within some second. The spacing is
 * measured from the last actual start, so that a late timer does not bunch them.
 */
const pacer = (rateLimit: number): Effect.Effect<Combinator> =>
  Effect.map(Effect.makeSemaphore(1), (turn) => {
    const spacingMs = 1000 / (0.96 * rateLimit);
    let last = Number.NEGATIVE_INFINITY;
    const wait = Effect.gen(function* () {
      const ready = last + spacingMs;
      const early = ready - (yield* Clock.currentTimeMillis);
      if (early > 0) yield* Effect.sleep(Duration.millis(Math.ceil(early)));
      last = yield* Clock.currentTimeMillis;
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
          const meter = yield* Meter;
          meter.retry();
          yield* Effect.logDebug(`${error.reason}: attempt ${number + 2} in ${Math.round(wait)} ms`);
          yield* Effect.sleep(Duration.millis(wait));
          return yield* attempt(number + 1);
        }),
      );
    return attempt(0);
  };

/** min(2^n s + up to 1 s, 32 s), as Google documents it. */
const backoffMs = (number: number, firstWaitMs: number): Effect.Effect<number> =>
  Effect.map(Random.next, (jitter) => Math.min(firstWaitMs * (2 ** number + jitter), longestWaitMs));

const cap = (own: number | undefined, most: number | null): { readonly maximumBytesBilled?: number } => {
  const limit = Math.min(own ?? Infinity, most ?? Infinity);
  return limit === Infinity ? {} : { maximumBytesBilled: limit };
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
  Effect.flatMap(Meter, (meter) =>
    query.pipe(
      Effect.tap(({ statistics }) => Effect.sync(() => meter.query(statistics))),
      Effect.onInterrupt(() => Effect.sync(() => meter.query(unknownCost))),
    ),
  );
