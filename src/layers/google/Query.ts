/** Runs a statement: jobs.query, then getQueryResults until the job is done, and one jobs.get for what it cost. */
import { Duration, Effect, Either, Fiber, Ref, Schema } from "effect";
import type { Field } from "../../domain/TableSchema.ts";
import type { Row } from "../../domain/Value.ts";
import type { QueryResult, QueryStatistics, Statement } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { CostMeter } from "../../services/CostMeter.ts";
import { decodeRows } from "./Catalog.ts";
import { fromFault } from "./Errors.ts";
import * as Job from "./Job.ts";
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
  status: Schema.Struct({
    state: Schema.String,
    errorResult: Schema.optional(Schema.NullOr(ErrorResult)),
  }),
  statistics: Schema.Struct({
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
});

/** A request that starts a job cannot be taken back, so it answers at once and is waited for. */
const startTimeoutMs = 1000;
/** How long an interruption waits for the answer with the job's name, before it asks for that anew: see Job.abandon. */
const grace = Duration.millis(300);
/** One long poll: below the minute after which proxies drop silent connections. */
const pollMs = 50_000;
const defaultMaxRows = 10_000;

/** The statement's answer. Interrupted, or failed while its job may run on, it cancels that. */
export const query = Effect.fn("Google.query")(function* (
  session: Session,
  statement: Statement,
  cancels: Effect.Semaphore,
) {
  const project = yield* billed(session, statement.tables);
  const state = yield* Ref.make<Job.State>(Job.none);
  const start = starting(session, statement, project);
  const ask: Job.Ask = (timeoutMs) =>
    start.quickly(timeoutMs).pipe(
      Effect.map((answer) => (answer.jobComplete ? undefined : jobOf(session, statement, project, answer))),
      Effect.catchIf(
        ({ reason }) => reason === "duplicate",
        (error) => Effect.succeed(Job.jobIn(error, locationOf(session, statement))),
      ),
    );
  const cancelled = Effect.flatMap(Ref.get(state), (now) => Job.abandon(session, now, ask, cancels));
  const told = Effect.flatMap(Ref.get(state), (now) =>
    now._tag === "Running"
      ? Effect.map(CostMeter, ({ addLostJob }) => addLostJob(Job.fullId(now.job)))
      : Effect.void,
  );
  return yield* toEnd(session, statement, project, state, start.send).pipe(
    Effect.onError((cause) => (Job.hasEnded(cause) ? Effect.void : Effect.zipLeft(cancelled, told))),
    Effect.catchAll((error) => Effect.flatMap(Ref.get(state), (now) => Job.priced(now, error))),
  );
});

const jobOf = (
  session: Session,
  statement: Statement,
  project: string,
  { jobReference }: Answer,
): Job.Job | undefined =>
  jobReference && {
    project: jobReference.projectId ?? project,
    id: jobReference.jobId,
    location: jobReference.location ?? locationOf(session, statement),
  };

/** The request that starts the statement's job; sent again, it gives the same job. */
const starting = (session: Session, statement: Statement, project: string) => {
  const requestId = crypto.randomUUID();
  const send = (waitMs: number, timeoutMs?: number) =>
    session.rest.send(Answer, {
      method: "POST",
      path: ["projects", project, "queries"],
      body: {
        ...startBody(session, statement),
        timeoutMs: waitMs,
        requestId,
        maxResults: Math.max(1, statement.maxRows ?? defaultMaxRows),
      },
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...about(statement),
    });
  return { send: send(startTimeoutMs), quickly: (timeoutMs: number) => send(0, timeoutMs) };
};

const toEnd = Effect.fnUntraced(function* (
  session: Session,
  statement: Statement,
  project: string,
  state: Ref.Ref<Job.State>,
  send: Effect.Effect<Answer, BigQueryError>,
) {
  const maxRows = statement.maxRows ?? defaultMaxRows;
  const start = Job.remembered(state, send, locationOf(session, statement), (answer) =>
    answer.jobComplete ? Job.done : Job.running(jobOf(session, statement, project, answer)),
  );
  let page = yield* session.policy.request(lingering(start)).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "duplicate",
      (error) => adopted(session, statement, error),
    ),
  );
  const job = jobOf(session, statement, project, page);
  if (job === undefined) return yield* BigQueryError.of("invalidResponse", "the answer names no job");

  while (!page.jobComplete)
    page = yield* results(session, job, statement, { maxResults: Math.max(1, maxRows) });
  yield* Ref.set(state, Job.done);

  if (page.schema == null) {
    return yield* BigQueryError.of("invalidResponse", "the answer is not complete: at schema");
  }
  const schema = yield* schemaOf(page.schema.fields ?? []);
  const rows: Array<Row> = [];
  const seen = new Set<string>();
  for (;;) {
    for (const row of yield* decodeRows(page.rows.slice(0, maxRows - rows.length), schema)) rows.push(row);
    if (!page.pageToken || rows.length >= maxRows) break;
    if (seen.has(page.pageToken)) {
      return yield* BigQueryError.of("invalidResponse", "the result does not end: a page token repeats");
    }
    seen.add(page.pageToken);
    page = yield* results(session, job, statement, {
      maxResults: maxRows - rows.length,
      pageToken: page.pageToken,
    });
  }
  const result: QueryResult = { rows, statistics: yield* statistics(session, job, statement) };
  return result;
});

/** The answer that the job of an earlier request of this kind would have given: that it still runs. */
const adopted = (
  session: Session,
  statement: Statement,
  error: BigQueryError,
): Effect.Effect<Answer, BigQueryError> =>
  Job.adopt(session, error, locationOf(session, statement)).pipe(
    Effect.map(({ project, id, location }) => ({
      jobReference: { projectId: project, jobId: id, ...(location === undefined ? {} : { location }) },
      jobComplete: false,
      rows: [],
    })),
  );

const locationOf = ({ connection }: Session, statement: Statement): string | undefined =>
  connection.location ?? statement.location ?? undefined;

/** The error of a query over one table names it. */
const about = ({ tables }: Statement) =>
  tables.length === 1 && tables[0] !== undefined ? { reference: tables[0] } : {};

const startBody = (session: Session, statement: Statement) => ({
  query: statement.sql.text,
  useLegacySql: false,
  formatOptions: { useInt64Timestamp: true },
  location: locationOf(session, statement),
  labels: session.connection.labels,
  ...(statement.maximumBytesBilled === undefined
    ? {}
    : { maximumBytesBilled: String(Math.floor(statement.maximumBytesBilled)) }),
});

const results = (
  session: Session,
  job: Job.Job,
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
const statistics = Effect.fnUntraced(function* (session: Session, job: Job.Job, statement: Statement) {
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
  if (status.errorResult) return yield* jobFault(status.errorResult, statement);
  const answer: QueryStatistics = {
    jobId: Job.fullId(job),
    bytesProcessed: count(given.totalBytesProcessed),
    bytesBilled: count(given.query?.totalBytesBilled),
    slotMs: count(given.totalSlotMs),
    cacheHit: given.query?.cacheHit ?? null,
    restricted: applied(given.dataMaskingStatistics) || applied(given.rowLevelSecurityStatistics),
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
