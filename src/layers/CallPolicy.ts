/**
 * The policy of all calls: requests are rate-limited and retried, queries are capped, and their costs are
 * metered. An engine sends each HTTP request through `policy`; `service` wraps the whole engine.
 */
import { Cause, Clock, Duration, Effect, Exit, Option, type Scope } from "effect";
import { type BigQueryTable, format } from "../domain/TableReference.ts";
import {
  type BigQueryService,
  newJobId,
  type QueryStatistics,
  type Statement,
} from "../services/BigQuery.ts";
import { BigQueryError } from "../services/BigQueryError.ts";
import { CostMeter } from "../services/CostMeter.ts";
import { QueryBudget, type QueryBudgetService } from "../services/QueryBudget.ts";
import { ThrottleListener } from "../services/ThrottleListener.ts";
import * as RateLimit from "./RateLimit.ts";
import * as Reach from "./Reach.ts";
import * as Retry from "./Retry.ts";

export interface Options {
  /** Maximum request starts per second (50). */
  readonly rateLimit?: number;
  /** Retries after the first attempt (8). */
  readonly retries?: number;
  /** Maximum bytes billed per query; null for no limit (100 GB). */
  readonly maximumBytesBilled?: number | null;
  /** An error with a longer Retry-After than this is final (5 minutes). */
  readonly patience?: Duration.DurationInput;
  /** The time limit for listing the tables of a pattern, retries among it; absent for none. */
  readonly listTimeout?: Duration.DurationInput;
  /** The time for the first response of the service, retries included (25 s). */
  readonly connectTimeout?: Duration.DurationInput;
  /** The wait before the second attempt, which doubles with every further one (1 s). */
  readonly firstWait?: Duration.DurationInput;
}

/** Applied to every request of an engine. */
export interface Policy {
  /** Sends the request when the rate limit allows, and retries transient errors. */
  readonly request: <A>(send: Effect.Effect<A, BigQueryError>) => Effect.Effect<A, BigQueryError>;
  /**
   * Retries an attempt built from `once` after every error, as often as `request` retries transient errors.
   */
  readonly persist: <A>(attempt: Effect.Effect<A, BigQueryError>) => Effect.Effect<A, BigQueryError>;
  /** Sends the request once, when the rate limit allows. */
  readonly once: <A>(send: Effect.Effect<A, BigQueryError>) => Effect.Effect<A, BigQueryError>;
}

export interface CallPolicy {
  readonly policy: Policy;
  /**
   * The engine with capped queries, failed jobs retried as new jobs,
   * and costs recorded in the item's CostMeter.
   */
  readonly service: (engine: BigQueryService) => BigQueryService;
}

const defaults = {
  rateLimit: 50,
  retries: 8,
  maximumBytesBilled: 100e9,
  patience: "5 minutes",
  firstWait: "1 second",
  connectTimeout: "25 seconds",
} as const;

export const make = (options: Options = {}): Effect.Effect<CallPolicy, never, Scope.Scope> =>
  Effect.gen(function* () {
    const given = { ...defaults, ...options };
    const rateLimit = yield* RateLimit.make(given.rateLimit);
    const reach = Reach.make(Duration.decode(given.connectTimeout));
    const onSecond = announce(given, reach);
    const requestRetries = Retry.schedule({ ...given, onSecond }, Retry.isTransient);
    const allRetries = Retry.schedule(given, () => true);
    const jobRetries = Retry.schedule(given, Retry.needsNewJob);
    const once: Policy["once"] = (send) => rateLimit(observed(reach, send));
    return {
      policy: {
        request: (send) => reach.request(Retry.retry(requestRetries)(once(send))),
        persist: Retry.retry(allRetries),
        once,
      },
      service: (engine) => ({
        ...engine,
        listTables: (pattern, onPage) =>
          within(options.listTimeout, pattern, engine.listTables(pattern, onPage)),
        query: (statement) =>
          Effect.flatMap(QueryBudget, (budget) => {
            const next = attempts(statement);
            return Effect.suspend(() => withinBudget(engine, next(), given.maximumBytesBilled, budget)).pipe(
              Retry.retry(jobRetries),
              recordCost,
            );
          }),
      }),
    };
  });

/** Outages, of which the user is informed; throttled requests are ordinary. */
const outages: ReadonlySet<BigQueryError["reason"]> = new Set(["connection", "backendError"]);

/**
 * Logs once that requests fail and are retried, and how to stop that,
 * unless other requests succeed in the meantime.
 */
const announce = (
  { retries, firstWait, connectTimeout }: Required<Pick<Options, "retries" | "firstWait" | "connectTimeout">>,
  reach: Reach.Reach,
): ((error: BigQueryError) => Effect.Effect<void>) => {
  let isDone = false;
  return (error) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const isOutage = now - (reach.lastSuccess() ?? 0) >= Duration.toMillis(firstWait);
      if (isDone || !isOutage || !outages.has(error.reason)) return Effect.void;
      isDone = true;
      const limit = reach.hasResponded()
        ? `up to ${retries} times`
        : `for up to ${Duration.format(Duration.decode(connectTimeout))} (--connect-timeout)`;
      return Effect.logWarning(
        `${error.detail}; retrying ${limit}. Press Ctrl-C to stop, or use --retries 0.`,
      );
    });
};

const within = <A>(
  limit: Duration.DurationInput | undefined,
  pattern: BigQueryTable,
  listing: Effect.Effect<A, BigQueryError>,
): Effect.Effect<A, BigQueryError> =>
  limit === undefined
    ? listing
    : Effect.timeoutFail(listing, {
        duration: limit,
        onTimeout: () =>
          BigQueryError.of(
            "connection",
            `listing the tables of ${format(pattern)} took longer than ${Duration.format(limit)}`,
            { reference: pattern, remedy: "raise --timeout, or choose a pattern in a smaller dataset" },
          ),
      });

/** The statement for each attempt in turn. Each attempt is a separate job, named after the first one. */
const attempts = (statement: Statement): (() => Statement) => {
  const first = newJobId();
  let count = 0;
  return () => {
    count += 1;
    return { ...statement, jobId: count === 1 ? first : `${first}_${count}` };
  };
};

/** The engine, with its costs recorded in the item's CostMeter. */
export const measured = (engine: BigQueryService): BigQueryService => ({
  ...engine,
  query: (statement) => recordCost(engine.query(statement)),
});

/** One attempt. Reports it and its outcome to the concurrency controller. */
const observed = <A>(reach: Reach.Reach, send: Effect.Effect<A, BigQueryError>) =>
  Effect.flatMap(ThrottleListener, (listener) =>
    Effect.suspend(() => {
      const answered = listener.onRequest();
      return reach.attempt(send, (exit) => answered(isThrottled(exit) ? "throttled" : "other"));
    }),
  );

const isThrottled = (exit: Exit.Exit<unknown, BigQueryError>): boolean => {
  const error = Option.getOrUndefined(Exit.causeOption(exit).pipe(Option.flatMap(Cause.failureOption)));
  return error?.reason === "rateLimited" || error?.reason === "quotaExceeded";
};

/**
 * Runs the query within the limits of the statement, the policy and the item's
 * budget, and charges its bill to the budget.
 */
const withinBudget = (
  engine: BigQueryService,
  statement: Statement,
  most: number | null,
  budget: QueryBudgetService,
): ReturnType<BigQueryService["query"]> => {
  const left = budget.remaining();
  const limit = Math.min(statement.maximumBytesBilled ?? Infinity, most ?? Infinity, left ?? Infinity);
  const query = engine.query(limit === Infinity ? statement : { ...statement, maximumBytesBilled: limit });
  return (left === null || left > limit ? query : Effect.mapError(query, overEstimate)).pipe(
    Effect.onExit((exit) => Effect.sync(() => charge(budget, exit))),
  );
};

/** The query would exceed the item's reservation. */
const overEstimate = (error: BigQueryError): BigQueryError =>
  error.reason === "bytesLimitExceeded"
    ? BigQueryError.of(error.reason, `${error.detail}, the --budget reserved by its estimate`, {
        ...(error.reference === undefined ? {} : { reference: error.reference }),
        remedy: "run it without --budget, or choose fewer columns or partitions",
      })
    : error;

/** Whether the cost is unknown: the query was interrupted, or the end of its job was not observed. */
const isCostUnknown = (cause: Cause.Cause<BigQueryError>): boolean =>
  Option.getOrUndefined(Cause.failureOption(cause))?.mayBeBilled ?? true;

const charge = (
  budget: QueryBudgetService,
  exit: Exit.Exit<{ readonly statistics: QueryStatistics }, BigQueryError>,
): void => {
  if (Exit.isSuccess(exit)) budget.charge(exit.value.statistics.bytesBilled);
  else budget.charge(isCostUnknown(exit.cause) ? null : 0);
};

/** An interrupted query may have cost up to its full price. */
const unknownCost: QueryStatistics = {
  jobId: null,
  bytesProcessed: null,
  bytesBilled: null,
  slotMs: null,
  cacheHit: null,
  restricted: false,
};

const recordCost = <A extends { readonly statistics: QueryStatistics }>(
  query: Effect.Effect<A, BigQueryError>,
): Effect.Effect<A, BigQueryError> =>
  Effect.flatMap(CostMeter, (meter) =>
    query.pipe(
      Effect.tap(({ statistics }) => Effect.sync(() => meter.addQuery(statistics))),
      Effect.onError((cause) =>
        Effect.sync(() => {
          if (isCostUnknown(cause)) meter.addQuery(unknownCost);
        }),
      ),
    ),
  );
