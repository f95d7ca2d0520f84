/** Runs a statement as a job of our own: starts it, polls for its rows, and reads what it cost. */
import { Duration, Effect, Either, Option, Schedule, Schema } from "effect";
import type { Field } from "../../../domain/TableSchema.ts";
import type { Row } from "../../../domain/Value.ts";
import type { QueryResult, QueryStatistics, Statement } from "../../../services/BigQuery.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { decodeRows } from "../Catalog.ts";
import * as Send from "../Send.ts";
import { about, billed, type Session } from "../Session.ts";
import { fieldsOf, SchemaResource } from "../Tables.ts";
import * as Job from "./Job.ts";
import * as Run from "./Run.ts";

const Page = Schema.Struct({
  jobComplete: Schema.Boolean,
  schema: Schema.optional(Schema.NullOr(SchemaResource)),
  rows: Schema.optionalWith(Schema.Array(Schema.Unknown), { default: () => [] }),
  pageToken: Schema.optional(Schema.String),
});
type Page = typeof Page.Type;

/** One long poll: below the minute after which proxies drop silent connections. */
const pollMs = 50_000;
const defaultMaxRows = 10_000;

/** What does not wait for the job, as some proxies and emulators, is asked at growing intervals of at most a second. */
const unlessLong = Schedule.identity<readonly [Duration.Duration, Page]>().pipe(
  Schedule.zipLeft(Schedule.union(Schedule.exponential("20 millis"), Schedule.spaced("1 second"))),
  Schedule.modifyDelay(([took], delay) => (Duration.lessThan(took, "1 second") ? delay : Duration.zero)),
);

/** The statement's rows and cost. Cancels its job if it is interrupted, or fails while the job may run. */
export const query = Effect.fn("Google.query")(function* (
  session: Session,
  statement: Statement,
  cancels: Effect.Semaphore,
) {
  const run = Run.make(session, statement, yield* billed(session, statement.tables));
  return yield* toEnd(session, statement, run).pipe(
    Effect.onError(() => Run.abandon(session, run, cancels)),
    Effect.mapError((error) => Run.priced(run, error)),
  );
});

const toEnd = Effect.fnUntraced(function* (session: Session, statement: Statement, run: Run.Run) {
  const maxRows = statement.maxRows ?? defaultMaxRows;
  yield* Run.start(session, statement, run);
  const first = yield* poll(session, statement, run, { maxResults: Math.max(1, maxRows) }).pipe(
    Effect.timed,
    Effect.repeat({ schedule: unlessLong, until: ([, { jobComplete }]) => jobComplete }),
    Effect.map(([, page]) => page),
  );
  run.state = "complete";
  const [rows, statistics] = yield* Effect.all(
    [rowsFrom(session, statement, run, first, maxRows), statisticsOf(session, statement, run)],
    { concurrency: 2 },
  );
  const result: QueryResult = { rows, statistics };
  return result;
});

/** Rows that are too large to be sent are so the next time, too. */
const isTooLarge = (fault: BigQueryError): boolean => fault.reason === "tooComplex" || Send.isTooLarge(fault);

/** One page, or that the job still runs. Except for rows that are too large, only the job's own error is final. */
const poll = (
  session: Session,
  statement: Statement,
  run: Run.Run,
  page: { readonly maxResults: number; readonly pageToken?: string },
): Effect.Effect<Page, BigQueryError> => {
  const { project, id, location } = run.job;
  const send = session.rest.send(Page, {
    method: "GET",
    path: ["projects", project, "queries", id],
    query: { ...page, location, timeoutMs: pollMs, "formatOptions.useInt64Timestamp": true },
    timeoutMs: pollMs + 10_000,
    ...about(statement),
  });
  const attempt = session.policy.once(send).pipe(
    Effect.catchAll((fault) =>
      Job.failure(session, run.job, statement).pipe(
        Effect.orElseSucceed(() => Option.none<BigQueryError>()),
        Effect.flatMap((failure): Effect.Effect<BigQueryError, BigQueryError> => {
          if (Option.isSome(failure)) return Effect.succeed(Run.failed(run, failure.value));
          return isTooLarge(fault) ? Effect.succeed(fault) : fault;
        }),
      ),
    ),
  );
  return Effect.flatMap(session.policy.persist(attempt), (page) =>
    page instanceof BigQueryError ? page : Effect.succeed(page),
  );
};

const rowsFrom = Effect.fnUntraced(function* (
  session: Session,
  statement: Statement,
  run: Run.Run,
  first: Page,
  maxRows: number,
) {
  if (first.schema == null) {
    return yield* BigQueryError.of("invalidResponse", "the answer is not complete: at schema");
  }
  const schema = yield* schemaOf(first.schema.fields ?? []);
  const rows: Array<Row> = [];
  const seen = new Set<string>();
  let page = first;
  for (;;) {
    for (const row of yield* decodeRows(page.rows.slice(0, maxRows - rows.length), schema)) rows.push(row);
    if (!page.pageToken || rows.length >= maxRows) return rows;
    if (seen.has(page.pageToken)) {
      return yield* BigQueryError.of("invalidResponse", "the result does not end: a page token repeats");
    }
    seen.add(page.pageToken);
    page = yield* poll(session, statement, run, {
      maxResults: maxRows - rows.length,
      pageToken: page.pageToken,
    });
  }
});

const schemaOf = (
  resources: Parameters<typeof fieldsOf>[0],
): Effect.Effect<ReadonlyArray<Field>, BigQueryError> =>
  Either.mapLeft(fieldsOf(resources), (what) =>
    BigQueryError.of("unsupported", `${what}, which is not known here`),
  );

const statisticsFields =
  "status,statistics(totalBytesProcessed,totalSlotMs,dataMaskingStatistics,rowLevelSecurityStatistics," +
  "query(totalBytesBilled,cacheHit))";

/** A masked or withheld row looks like any other: so a query without the statistics of its job fails. */
const statisticsOf = Effect.fnUntraced(function* (session: Session, statement: Statement, run: Run.Run) {
  const { status, statistics } = yield* Job.get(session, Job.Ended, run.job, statisticsFields).pipe(
    Effect.filterOrFail(
      ({ status }) => status.state === "DONE",
      () => BigQueryError.of("invalidResponse", "the statistics of the job are not complete"),
    ),
    session.policy.persist,
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

/** `{ dataMaskingApplied: true }`, `{ rowLevelSecurityApplied: true }`. */
const applied = (flags: Readonly<Record<string, unknown>> | null | undefined): boolean =>
  Object.values(flags ?? {}).includes(true);

export const count = (digits: string | undefined): number | null =>
  digits === undefined ? null : Number(digits);
