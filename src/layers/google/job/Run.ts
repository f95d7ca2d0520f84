/** One run of a statement, from the request that starts its job to the job's end or its cancellation. */
import { Duration, Effect, Fiber, Option, Schedule } from "effect";
import { newJobId, type Statement } from "../../../services/BigQuery.ts";
import type { BigQueryError, Reason } from "../../../services/BigQueryError.ts";
import { CostMeter } from "../../../services/CostMeter.ts";
import { about, type CallContext, encryption } from "../CallContext.ts";
import * as Job from "./Job.ts";

export interface Run {
  job: Job.Job;
  /**
   * The last known state of the job:
   * - `sent`: a request to start it had no clear response, so it may be running;
   * - `complete`: it succeeded, but its rows or statistics have not been fetched;
   * - `failed`: it failed with its own error, unbilled;
   * - `stopped`: it failed with its own error, and may have been billed.
   */
  state: "unsent" | "sent" | "running" | "cancelled" | "complete" | "failed" | "stopped";
}

/** A new run. Its job id is set before the first request. */
export const make = (context: CallContext, statement: Statement, project: string): Run => ({
  job: {
    project,
    id: statement.jobId ?? newJobId(),
    location: context.connection.location ?? statement.location ?? undefined,
  },
  state: "unsent",
});

/** Records that the job failed with its own error. */
export const failed = (run: Run, error: BigQueryError): BigQueryError => {
  run.state = error.reason === "stopped" ? "stopped" : "failed";
  return error;
};

/** Errors after which a request may have taken effect. */
const losesAnswers: ReadonlySet<Reason> = new Set(["connection", "backendError", "invalidResponse"]);

/** How long an interruption waits for the response to a request that starts a job. */
const grace = Duration.seconds(1);

/**
 * Starts the job once, even if the request is retried. Fails with the
 * job's own error if it has already failed.
 */
export const start = (
  context: CallContext,
  statement: Statement,
  run: Run,
): Effect.Effect<void, BigQueryError> =>
  context.policy.request(lingering(insert(context, statement, run))).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "jobFailed" && run.state !== "failed",
      (error) => confirmed(context, statement, run, error),
    ),
  );

const insert = (context: CallContext, statement: Statement, run: Run): Effect.Effect<void, BigQueryError> =>
  Effect.suspend(() => {
    const before = run.state;
    const isAt = (location: string | undefined) => {
      run.job = { ...run.job, location: location ?? run.job.location };
      run.state = "running";
    };
    run.state = "sent";
    return context.rest.send(Job.Started, request(context, statement, run)).pipe(
      Effect.filterOrFail(
        (answer) => Job.isAbout(run.job, answer),
        () => Job.otherJob,
      ),
      Effect.matchEffect({
        onSuccess: ({ jobReference, status }) => {
          isAt(jobReference.location);
          return reported(run, Job.failureOf(status, statement));
        },
        onFailure: (error) => {
          // The id is unique to this run, so an earlier request started the job.
          if (error.reason === "duplicate") return Effect.sync(() => isAt(locationIn(error)));
          if (!losesAnswers.has(error.reason)) run.state = before;
          return error;
        },
      }),
    );
  });

const reported = (run: Run, failure: Option.Option<BigQueryError>): Effect.Effect<void, BigQueryError> =>
  Option.isSome(failure) ? failed(run, failure.value) : Effect.void;

const request = ({ connection }: CallContext, statement: Statement, { job }: Run) => ({
  method: "POST" as const,
  path: ["projects", job.project, "jobs"],
  body: {
    jobReference: { projectId: job.project, jobId: job.id, location: job.location },
    configuration: {
      labels: connection.labels,
      query: {
        query: statement.sql.text,
        useLegacySql: false,
        ...encryption(connection),
        ...(statement.maximumBytesBilled === undefined
          ? {}
          : { maximumBytesBilled: String(Math.floor(statement.maximumBytesBilled)) }),
      },
    },
  },
  ...about(statement),
});

/** The location in "Already Exists: Job project:location.id". */
const locationIn = ({ detail }: BigQueryError): string | undefined =>
  /\bJob [\w.:-]+:([\w-]+)\.[\w-]+$/.exec(detail)?.[1];

/** A job that has just started may not be found immediately. */
const soon = Schedule.intersect(Schedule.spaced("200 millis"), Schedule.recurs(4));

/** Checks the job after a response that reports its failure, because only the job itself has its state. */
const confirmed = (context: CallContext, statement: Statement, run: Run, error: BigQueryError) =>
  Job.failure(context, run.job, statement).pipe(
    Effect.retry({ schedule: soon, while: ({ reason }) => reason === "notFound" }),
    Effect.matchEffect({
      onFailure: ({ reason }) => {
        if (reason !== "notFound") run.state = "sent";
        return error;
      },
      onSuccess: (failure) => {
        run.state = "running";
        return reported(run, failure);
      },
    }),
  );

/** Lets the effect continue for the grace period after an interruption. */
const lingering = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkDaemon(Effect.interruptible(effect)), (fiber) =>
      restore(Fiber.join(fiber)).pipe(
        Effect.onInterrupt(() =>
          Fiber.await(fiber).pipe(
            Effect.interruptible,
            Effect.timeoutOption(grace),
            Effect.zipRight(Fiber.interrupt(fiber)),
          ),
        ),
      ),
    ),
  );

/** Cancels the job if it may be running, and records it if its cost is unknown. */
export const abandon = (context: CallContext, run: Run, cancels: Effect.Semaphore): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (run.state === "unsent" || run.state === "failed") return;
    (yield* CostMeter).addLostJob(Job.fullId(run.job));
    if (run.state === "complete" || run.state === "stopped") return;
    if (yield* Job.cancel(context, run.job, cancels)) run.state = "cancelled";
  });

const fates = {
  sent: "may have started",
  running: "may still run",
  cancelled: "was cancelled",
  complete: "has succeeded",
} as const;

/** Adds the job's state to the error, and marks it as billable if the job may have been billed. */
export const priced = ({ job, state }: Run, error: BigQueryError): BigQueryError => {
  if (state === "unsent" || state === "failed") return error;
  if (state === "stopped") return error.asBillable();
  return error.with({
    detail: `${error.detail}; job ${Job.fullId(job)} ${fates[state]}`,
    mayBeBilled: true,
    // A new job might run the query twice.
    ...(error.reason === "jobFailed" ? { reason: "backendError" } : {}),
  });
};
