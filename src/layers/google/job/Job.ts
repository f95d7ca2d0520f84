/** The job of a query, with an id chosen by the client: its resource, its error, and its cancellation. */
import { Duration, Effect, Option, Schedule, Schema } from "effect";
import type { Statement } from "../../../services/BigQuery.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { about, type CallContext } from "../CallContext.ts";
import { fromFault } from "../Errors.ts";
import { SchemaResource } from "../Tables.ts";

/** Identifies a job in API calls. */
export interface Job {
  readonly project: string;
  readonly id: string;
  readonly location: string | undefined;
}

/** The job's id in the console and in the billing export: `project:location.id`. */
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

/** The job that a response is about. A dry run has no id. */
export const Named = Schema.optional(Schema.Struct({ jobId: Schema.optional(Schema.String) }));

interface Reply {
  readonly jobReference?: { readonly jobId?: string | undefined } | undefined;
}

/** Whether the response is about this job, such as not one of another job that a proxy has stored. */
export const isAbout = ({ id }: Job, { jobReference }: Reply): boolean =>
  jobReference?.jobId === undefined || jobReference.jobId === id;

export const otherJob = BigQueryError.of("invalidResponse", "BigQuery's response is about another job");

/** The response to the request that starts a job. */
export const Started = Schema.Struct({
  jobReference: Schema.Struct({ jobId: Schema.String, location: Schema.optional(Schema.String) }),
  status: Status,
});

const Applied = Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.Unknown })));

/** A job that has ended, or a dry run. */
export const Ended = Schema.Struct({
  jobReference: Named,
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

/** The error of a failed job. */
export const failureOf = ({ errorResult }: Status, statement: Statement): Option.Option<BigQueryError> =>
  Option.map(Option.fromNullable(errorResult), ({ reason = "", message = "" }) =>
    fromFault({ reason, message }, about(statement).reference),
  );

/** Sends one jobs.get request. */
export const get = <A extends Reply, I>(
  context: CallContext,
  answer: Schema.Schema<A, I>,
  job: Job,
  fields: string,
) =>
  context.policy
    .once(
      context.rest.send(answer, {
        method: "GET",
        path: ["projects", job.project, "jobs", job.id],
        query: { location: job.location, fields },
      }),
    )
    .pipe(
      Effect.filterOrFail(
        (answer) => isAbout(job, answer),
        () => otherJob,
      ),
    );

const WithStatus = Schema.Struct({ jobReference: Named, status: Status });

/** The job's own error, which only jobs.get returns. */
export const failure = (
  context: CallContext,
  job: Job,
  statement: Statement,
): Effect.Effect<Option.Option<BigQueryError>, BigQueryError> =>
  Effect.map(get(context, WithStatus, job, "jobReference,status"), ({ status }) =>
    failureOf(status, statement),
  );

/** The time limit of one cancel request. */
const requestTimeoutMs = 1500;
/** The pause between cancel requests: a job that has just started may not be found immediately. */
const pause = Duration.millis(200);
/**
 * The time limit of all cancel requests. Together with the wait for a start (Run.ts), it is shorter than the
 * grace period of an item (batch/RunItem.ts).
 */
const limit = Duration.seconds(2);

/** Cancels the job. False without confirmation: the job may continue until it ends. */
export const cancel = (context: CallContext, job: Job, cancels: Effect.Semaphore): Effect.Effect<boolean> =>
  context.rest
    .send(Schema.Unknown, {
      method: "POST",
      path: ["projects", job.project, "jobs", job.id, "cancel"],
      query: { location: job.location },
      timeoutMs: requestTimeoutMs,
    })
    .pipe(
      Effect.retry(Schedule.spaced(pause)),
      cancels.withPermits(1),
      // The limit applies only to an interruptible effect, and this one runs during an interruption.
      Effect.interruptible,
      Effect.timeoutOption(limit),
      Effect.map(Option.isSome),
      Effect.orElseSucceed(() => false),
    );
