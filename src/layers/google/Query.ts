/** Runs a statement: jobs.query, then getQueryResults until the job is done, and one jobs.get for what it cost. */
import { Duration, Effect, Either, Fiber, Ref, Schema } from "effect";
import type { Field } from "../../domain/TableSchema.ts";
import type { Row } from "../../domain/Value.ts";
import {
  BigQueryError,
  type QueryResult,
  type QueryStatistics,
  type Statement,
} from "../../services/BigQuery.ts";
import { decodeRows } from "./Catalog.ts";
import { fromFault } from "./Errors.ts";
import { billed, call, type Session } from "./Session.ts";
import { fieldsOf, SchemaResource } from "./Tables.ts";

const JobReference = Schema.Struct({
  projectId: Schema.optional(Schema.String),
  jobId: Schema.String,
  location: Schema.optional(Schema.String),
});

const Answer = Schema.Struct({
  jobReference: Schema.optional(JobReference),
  jobComplete: Schema.optionalWith(Schema.Boolean, { default: () => false }),
  schema: Schema.optional(Schema.NullOr(SchemaResource)),
  rows: Schema.optionalWith(Schema.Array(Schema.Unknown), { default: () => [] }),
  pageToken: Schema.optional(Schema.String),
});
type Answer = typeof Answer.Type;

const Applied = Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.Unknown })));
const ErrorResult = Schema.Struct({
  reason: Schema.optional(Schema.String),
  message: Schema.optional(Schema.String),
});

export const JobResource = Schema.Struct({
  status: Schema.optional(Schema.Struct({ errorResult: Schema.optional(Schema.NullOr(ErrorResult)) })),
  statistics: Schema.optional(
    Schema.Struct({
      totalBytesProcessed: Schema.optional(Schema.String),
      totalSlotMs: Schema.optional(Schema.String),
      dataMaskingStatistics: Applied,
      rowLevelSecurityStatistics: Applied,
      query: Schema.optional(
        Schema.Struct({
          totalBytesProcessed: Schema.optional(Schema.String),
          totalBytesProcessedAccuracy: Schema.optional(Schema.String),
          totalBytesBilled: Schema.optional(Schema.String),
          cacheHit: Schema.optional(Schema.Boolean),
          schema: Schema.optional(Schema.NullOr(SchemaResource)),
        }),
      ),
    }),
  ),
});

/** A job, as it is named in calls. */
interface Job {
  readonly project: string;
  readonly id: string;
  readonly location: string | undefined;
}

/** A request that starts a job cannot be taken back, so it answers at once and is waited for. */
const startTimeoutMs = 1000;
/** How long an interruption waits for the job's name, in order to cancel it. */
const grace = Duration.seconds(2);
/** One long poll: below the minute after which proxies drop silent connections. */
const pollMs = 50_000;
const defaultMaxRows = 10_000;

/** The statement's answer. Interrupted, it cancels its job. */
export const query = Effect.fn("Google.query")(function* (
  session: Session,
  statement: Statement,
  cancels: Effect.Semaphore,
) {
  const project = yield* billed(session, statement.tables);
  // The job that still runs.
  const running = yield* Ref.make<Job | undefined>(undefined);
  const cancelled = Effect.flatMap(Ref.get(running), (job) =>
    job === undefined ? Effect.void : cancel(session, job, cancels),
  );
  return yield* toEnd(session, statement, project, running).pipe(Effect.onError(() => cancelled));
});

const toEnd = Effect.fnUntraced(function* (
  session: Session,
  statement: Statement,
  project: string,
  running: Ref.Ref<Job | undefined>,
) {
  const maxRows = statement.maxRows ?? defaultMaxRows;
  const location = locationOf(session, statement);
  const jobOf = ({ jobReference }: Answer): Job | undefined =>
    jobReference && {
      project: jobReference.projectId ?? project,
      id: jobReference.jobId,
      location: jobReference.location ?? location,
    };
  const start = session.rest
    .send(Answer, {
      method: "POST",
      path: ["projects", project, "queries"],
      body: {
        ...startBody(session, statement),
        requestId: crypto.randomUUID(),
        maxResults: Math.max(1, maxRows),
      },
      ...about(statement),
    })
    .pipe(
      Effect.tap((first) => Ref.set(running, first.jobComplete ? undefined : jobOf(first))),
      lingering,
    );
  let page = yield* session.policy.request(start);
  const job = jobOf(page);
  if (job === undefined) return yield* BigQueryError.of("invalidResponse", "the answer names no job");

  while (!page.jobComplete)
    page = yield* results(session, job, statement, { maxResults: Math.max(1, maxRows) });
  yield* Ref.set(running, undefined);

  const schema = yield* schemaOf(page.schema?.fields ?? []);
  const rows: Array<Row> = [];
  for (;;) {
    for (const row of yield* decodeRows(page.rows.slice(0, maxRows - rows.length), schema)) rows.push(row);
    if (!page.pageToken || rows.length >= maxRows) break;
    page = yield* results(session, job, statement, {
      maxResults: maxRows - rows.length,
      pageToken: page.pageToken,
    });
  }
  const result: QueryResult = { rows, statistics: yield* statistics(session, job, statement) };
  return result;
});

const locationOf = ({ connection }: Session, statement: Statement): string | undefined =>
  connection.location ?? statement.location ?? undefined;

/** The error of a query over one table names it. */
const about = ({ tables }: Statement) =>
  tables.length === 1 && tables[0] !== undefined ? { reference: tables[0] } : {};

const startBody = (session: Session, statement: Statement) => ({
  query: statement.sql.text,
  useLegacySql: false,
  timeoutMs: startTimeoutMs,
  formatOptions: { useInt64Timestamp: true },
  location: locationOf(session, statement),
  labels: session.connection.labels,
  ...(statement.maximumBytesBilled === undefined
    ? {}
    : { maximumBytesBilled: String(Math.floor(statement.maximumBytesBilled)) }),
});

const results = (
  session: Session,
  job: Job,
  statement: Statement,
  page: { readonly maxResults: number; readonly pageToken?: string },
) =>
  call(session, Answer, {
    method: "GET",
    path: ["projects", job.project, "queries", job.id],
    query: { ...page, location: job.location, timeoutMs: pollMs, "formatOptions.useInt64Timestamp": true },
    timeoutMs: pollMs + 10_000,
    ...about(statement),
  });

const schemaOf = (
  resources: Parameters<typeof fieldsOf>[0],
): Effect.Effect<ReadonlyArray<Field>, BigQueryError> =>
  Either.mapLeft(fieldsOf(resources), (what) =>
    BigQueryError.of("unsupported", `${what}, which is not known here`),
  );

/** A masked or withheld row looks like any other: so a query whose job cannot be asked fails. */
const statistics = Effect.fnUntraced(function* (session: Session, job: Job, statement: Statement) {
  const { status, statistics: given } = yield* call(session, JobResource, {
    method: "GET",
    path: ["projects", job.project, "jobs", job.id],
    query: {
      location: job.location,
      fields:
        "status,statistics(totalBytesProcessed,totalSlotMs,dataMaskingStatistics,rowLevelSecurityStatistics," +
        "query(totalBytesBilled,cacheHit))",
    },
    ...about(statement),
  });
  if (status?.errorResult) return yield* jobFault(status.errorResult, statement);
  const answer: QueryStatistics = {
    jobId: job.location === undefined ? job.id : `${job.project}:${job.location}.${job.id}`,
    bytesProcessed: count(given?.totalBytesProcessed),
    bytesBilled: count(given?.query?.totalBytesBilled),
    slotMs: count(given?.totalSlotMs),
    cacheHit: given?.query?.cacheHit ?? null,
    restricted: applied(given?.dataMaskingStatistics) || applied(given?.rowLevelSecurityStatistics),
  };
  return answer;
});

/** `{ dataMaskingApplied: true }`, `{ rowLevelSecurityApplied: true }`. */
const applied = (flags: Readonly<Record<string, unknown>> | null | undefined): boolean =>
  Object.values(flags ?? {}).includes(true);

export const count = (digits: string | undefined): number | null =>
  digits === undefined ? null : Number(digits);

/** The error of a job that ran, and failed. */
export const jobFault = (error: typeof ErrorResult.Type, { tables }: Statement): BigQueryError =>
  fromFault(
    { reason: error.reason ?? "", message: error.message ?? "" },
    tables.length === 1 ? tables[0] : undefined,
  );

const cancelTimeoutMs = 2000;

/** Best effort: a job that cannot be cancelled ends by itself. */
const cancel = (session: Session, job: Job, cancels: Effect.Semaphore): Effect.Effect<void> =>
  session.rest
    .send(Schema.Unknown, {
      method: "POST",
      path: ["projects", job.project, "jobs", job.id, "cancel"],
      query: { location: job.location },
      timeoutMs: cancelTimeoutMs,
    })
    // A fork is free of the interruption that is under way, so that the time limit holds.
    .pipe(
      cancels.withPermits(1),
      Effect.ignore,
      Effect.interruptible,
      Effect.forkDaemon,
      Effect.flatMap(Fiber.join),
    );

/** The effect, which an interruption lets run on for the grace. */
const lingering = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkDaemon(Effect.interruptible(effect)), (fiber) =>
      restore(Fiber.join(fiber)).pipe(
        Effect.onInterrupt(() =>
          Effect.gen(function* () {
            const late = Effect.zipRight(Effect.sleep(grace), Fiber.interrupt(fiber));
            const limit = yield* Effect.forkDaemon(Effect.interruptible(late));
            yield* Fiber.await(fiber);
            yield* Fiber.interruptFork(limit);
          }),
        ),
      ),
    ),
  );
