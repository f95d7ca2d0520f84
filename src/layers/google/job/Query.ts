/** Runs a statement as a job: starts it, polls for its rows, and reads its cost. */
import { Duration, Effect, Either, Option, Schedule, Schema } from "effect";
import type { Field } from "../../../domain/TableSchema.ts";
import type { Row } from "../../../domain/Value.ts";
import type { QueryResult, QueryStatistics, Statement } from "../../../services/BigQuery.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import * as Span from "../../../services/Span.ts";
import { about, billed, type CallContext } from "../CallContext.ts";
import { decodeRows } from "../ListRows.ts";
import * as Send from "../Send.ts";
import { fieldsOf, SchemaResource } from "../Tables.ts";
import * as Job from "./Job.ts";
import * as Run from "./Run.ts";

const Page = Schema.Struct({
  jobReference: Job.Named,
  jobComplete: Schema.Boolean,
  schema: Schema.optional(Schema.NullOr(SchemaResource)),
  rows: Schema.optionalWith(Schema.Array(Schema.Unknown), { default: () => [] }),
  totalRows: Schema.optional(Schema.String),
  pageToken: Schema.optional(Schema.String),
});
type Page = typeof Page.Type;

/** The time-out of one long poll: proxies close idle connections after a minute. */
const pollMs = 50_000;
const defaultMaxRows = 10_000;
/** A result with more pages than this is treated as endless. */
const maxPages = 10_000;

/**
 * Polls again immediately after a long poll. If the server does not wait for the job, as some proxies and
 * emulators, polls at increasing intervals of up to one second.
 */
const unlessLong = Schedule.identity<readonly [Duration.Duration, Page]>().pipe(
  Schedule.zipLeft(Schedule.union(Schedule.exponential("20 millis"), Schedule.spaced("1 second"))),
  Schedule.modifyDelay(([took], delay) => (Duration.lessThan(took, "1 second") ? delay : Duration.zero)),
);

/**
 * Returns the statement's rows and cost. Cancels the job on interruption,
 * and after an error while it may still run.
 */
export const query = Effect.fnUntraced(function* (
  context: CallContext,
  statement: Statement,
  cancels: Effect.Semaphore,
) {
  const run = Run.make(context, statement, yield* billed(context, statement.tables));
  return yield* toEnd(context, statement, run).pipe(
    Effect.onError(() => Run.abandon(context, run, cancels)),
    Effect.mapError((error) => Run.priced(run, error)),
  );
}, Span.named("Google.query"));

const toEnd = Effect.fnUntraced(function* (context: CallContext, statement: Statement, run: Run.Run) {
  const maxRows = statement.maxRows ?? defaultMaxRows;
  yield* Run.start(context, statement, run);
  const first = yield* poll(context, statement, run, { maxResults: Math.max(1, maxRows) }).pipe(
    Effect.timed,
    Effect.repeat({ schedule: unlessLong, until: ([, { jobComplete }]) => jobComplete }),
    Effect.map(([, page]) => page),
  );
  run.state = "complete";
  const [rows, statistics] = yield* Effect.all(
    [rowsFrom(context, statement, run, first, maxRows), statisticsOf(context, statement, run)],
    // Only further pages leave something to wait for.
    { concurrency: first.pageToken ? 2 : 1 },
  );
  const result: QueryResult = { rows, statistics };
  return result;
});

/** Whether the rows are too large to send, which a retry does not change. */
const isTooLarge = (fault: BigQueryError): boolean => fault.reason === "tooComplex" || Send.isTooLarge(fault);

/**
 * Fetches one page of rows, or an incomplete page while the job runs. Retries all errors except the
 * job's own error and rows that are too large.
 */
const poll = (
  context: CallContext,
  statement: Statement,
  run: Run.Run,
  page: { readonly maxResults: number; readonly pageToken?: string },
): Effect.Effect<Page, BigQueryError> => {
  const { project, id, location } = run.job;
  const send = context.rest.send(Page, {
    method: "GET",
    path: ["projects", project, "queries", id],
    query: { ...page, location, timeoutMs: pollMs, "formatOptions.useInt64Timestamp": true },
    timeoutMs: pollMs + 10_000,
    ...about(statement),
  });
  const attempt = context.policy.once(send).pipe(
    Effect.filterOrFail(
      (answer) => Job.isAbout(run.job, answer),
      () => Job.otherJob,
    ),
    Effect.filterOrFail(
      ({ jobComplete }) => jobComplete || page.pageToken === undefined,
      () => BigQueryError.of("invalidResponse", "a page of the rows is missing"),
    ),
    Effect.catchAll((fault) =>
      Job.failure(context, run.job, statement).pipe(
        Effect.orElseSucceed(() => Option.none<BigQueryError>()),
        Effect.flatMap((failure): Effect.Effect<BigQueryError, BigQueryError> => {
          if (Option.isSome(failure)) return Effect.succeed(Run.failed(run, failure.value));
          return isTooLarge(fault) ? Effect.succeed(fault) : fault;
        }),
      ),
    ),
  );
  return Effect.flatMap(context.policy.persist(attempt), (page) =>
    page instanceof BigQueryError ? page : Effect.succeed(page),
  );
};

const rowsFrom = Effect.fnUntraced(function* (
  context: CallContext,
  statement: Statement,
  run: Run.Run,
  first: Page,
  maxRows: number,
) {
  if (first.schema == null) {
    return yield* BigQueryError.of(
      "invalidResponse",
      "BigQuery's response has an unexpected format at schema",
    );
  }
  const schema = yield* schemaOf(first.schema.fields ?? []);
  const expected = Math.min(maxRows, Number(first.totalRows ?? 0));
  const rows: Array<Row> = [];
  const seen = new Set<string>();
  let page = first;
  for (;;) {
    for (const row of yield* decodeRows(page.rows.slice(0, maxRows - rows.length), schema)) rows.push(row);
    if (rows.length >= maxRows) return rows;
    if (!page.pageToken) {
      return rows.length >= expected
        ? rows
        : yield* BigQueryError.of(
            "invalidResponse",
            `the result is incomplete: ${rows.length} of ${expected} rows were received`,
          );
    }
    if (seen.has(page.pageToken) || seen.size >= maxPages) {
      return yield* BigQueryError.of("invalidResponse", "the result does not end: a page token repeats");
    }
    seen.add(page.pageToken);
    page = yield* poll(context, statement, run, {
      maxResults: maxRows - rows.length,
      pageToken: page.pageToken,
    });
    if (!isSameResult(first, page)) {
      return yield* BigQueryError.of(
        "invalidResponse",
        "the schema or the number of rows differs between pages",
      );
    }
  }
});

/** Whether a later page describes the same result, as far as it describes one. */
const isSameResult = (first: Page, later: Page): boolean =>
  (later.totalRows === undefined || later.totalRows === first.totalRows) &&
  (later.schema == null || JSON.stringify(later.schema) === JSON.stringify(first.schema));

const schemaOf = (
  resources: Parameters<typeof fieldsOf>[0],
): Effect.Effect<ReadonlyArray<Field>, BigQueryError> =>
  Either.mapLeft(fieldsOf(resources), (what) =>
    BigQueryError.of("unsupported", `${what}, which is not supported`),
  );

const statisticsFields =
  "jobReference,status,statistics(totalBytesProcessed,totalSlotMs,dataMaskingStatistics,rowLevelSecurityStatistics," +
  "query(totalBytesBilled,cacheHit))";

/**
 * Reads the job's statistics. The query fails without them, because only they show
 * whether columns were masked or rows filtered.
 */
const statisticsOf = Effect.fnUntraced(function* (context: CallContext, statement: Statement, run: Run.Run) {
  const { status, statistics } = yield* Job.get(context, Job.Ended, run.job, statisticsFields).pipe(
    Effect.filterOrFail(
      ({ status, statistics }) =>
        status.state === "DONE" && (statistics.query !== undefined || status.errorResult != null),
      () => BigQueryError.of("invalidResponse", "the statistics of the job are incomplete"),
    ),
    context.policy.persist,
  );
  const failure = Job.failureOf(status, statement);
  if (Option.isSome(failure)) return yield* Run.failed(run, failure.value);
  const answer: QueryStatistics = {
    jobId: Job.fullId(run.job),
    bytesProcessed: count(statistics.totalBytesProcessed),
    bytesBilled: count(statistics.query?.totalBytesBilled),
    slotMs: count(statistics.totalSlotMs),
    cacheHit: statistics.query?.cacheHit ?? null,
    restricted: applied(statistics.dataMaskingStatistics) || applied(statistics.rowLevelSecurityStatistics),
  };
  return answer;
});

/** Whether a flag is set: `{ dataMaskingApplied: true }`, `{ rowLevelSecurityApplied: true }`. */
const applied = (flags: Readonly<Record<string, unknown>> | null | undefined): boolean =>
  Object.values(flags ?? {}).includes(true);

export const count = (digits: string | undefined): number | null =>
  digits === undefined ? null : Number(digits);
