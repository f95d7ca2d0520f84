/** A query's job, under an id of our own: its resource, its error, and how to cancel it. */
import { Duration, Effect, Option, Schedule, Schema } from "effect";
import type { Statement } from "../../../services/BigQuery.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import { fromFault } from "../Errors.ts";
import { about, type Session } from "../Session.ts";
import { SchemaResource } from "../Tables.ts";

/** A job, as it is named in calls. */
export interface Job {
  readonly project: string;
  readonly id: string;
  readonly location: string | undefined;
}

/** As the console and the export of bills name it: `project:location.id`. */
export const fullId = ({ project, id, location }: Job): string =>
  location === undefined ? id : `${project}:${location}.${id}`;

const ErrorResult = Schema.Struct({
  reason: Schema.optional(Schema.String),
  message: Schema.optional(Schema.String),
});

const Status = Schema.Struct({
  state: Schema.String,
  errorResult: Schema.optional(Schema.NullOr(ErrorResult)),
});
export type Status = typeof Status.Type;

/** The answer to the request that starts a job. */
export const Started = Schema.Struct({
  jobReference: Schema.Struct({ jobId: Schema.String, location: Schema.optional(Schema.String) }),
  status: Status,
});

const Applied = Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.Unknown })));

/** A job that is over, or a dry run. */
export const Ended = Schema.Struct({
  status: Status,
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
        referencedTables: Schema.optional(Schema.Array(Schema.Unknown)),
        cacheHit: Schema.optional(Schema.Boolean),
        schema: Schema.optional(Schema.NullOr(SchemaResource)),
      }),
    ),
  }),
});

/** The error of a job that ran, and failed. */
export const failureOf = ({ errorResult }: Status, statement: Statement): Option.Option<BigQueryError> =>
  Option.map(Option.fromNullable(errorResult), ({ reason = "", message = "" }) =>
    fromFault({ reason, message }, about(statement).reference),
  );

/** One jobs.get. */
export const get = <A, I>(session: Session, answer: Schema.Schema<A, I>, job: Job, fields: string) =>
  session.policy.once(
    session.rest.send(answer, {
      method: "GET",
      path: ["projects", job.project, "jobs", job.id],
      query: { location: job.location, fields },
    }),
  );

const WithStatus = Schema.Struct({ status: Status });

/** Whether the job itself failed, which jobs.get alone knows. */
export const failure = (
  session: Session,
  job: Job,
  statement: Statement,
): Effect.Effect<Option.Option<BigQueryError>, BigQueryError> =>
  Effect.map(get(session, WithStatus, job, "status"), ({ status }) => failureOf(status, statement));

/** One request to cancel a job. */
const requestTimeoutMs = 1500;
/** Between two of them: a job that was just started may not be found for a moment. */
const pause = Duration.millis(200);
/** In all. Together with the wait for a start (Run.ts) it is less than the grace period of an item (batch/RunItem.ts). */
const limit = Duration.seconds(2);

/** Cancels the job. False if nobody confirmed that: it may run, and ends by itself. */
export const cancel = (session: Session, job: Job, cancels: Effect.Semaphore): Effect.Effect<boolean> =>
  session.rest
    .send(Schema.Unknown, {
      method: "POST",
      path: ["projects", job.project, "jobs", job.id, "cancel"],
      query: { location: job.location },
      timeoutMs: requestTimeoutMs,
    })
    .pipe(
      Effect.retry(Schedule.spaced(pause)),
      cancels.withPermits(1),
      // Otherwise the limit does not hold while an interruption is under way.
      Effect.interruptible,
      Effect.timeoutOption(limit),
      Effect.map(Option.isSome),
      Effect.orElseSucceed(() => false),
    );
