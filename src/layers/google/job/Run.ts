/** One run of a statement, from the request that starts its job to the job's end, or to its being abandoned. */
import { Duration, Effect, Fiber, Option, Schedule } from "effect";
import { newJobId, type Statement } from "../../../services/BigQuery.ts";
import type { BigQueryError, Reason } from "../../../services/BigQueryError.ts";
import { CostMeter } from "../../../services/CostMeter.ts";
import { about, encryption, type Session } from "../Session.ts";
import * as Job from "./Job.ts";

export interface Run {
  job: Job.Job;
  /**
   * What is known of the job. `sent`: a request to start it had no clear answer, so that it may run. `complete`: it
   * succeeded, and its rows or statistics are still to be fetched. `failed`: by its own error. `stopped`: likewise, after
   * it may have been billed.
   */
  state: "unsent" | "sent" | "running" | "cancelled" | "complete" | "failed" | "stopped";
}

/** The job's id is known before anything is sent. */
export const make = (session: Session, statement: Statement, project: string): Run => ({
  job: {
    project,
    id: statement.jobId ?? newJobId(),
    location: session.connection.location ?? statement.location ?? undefined,
  },
  state: "unsent",
});

/** The job's own error. */
export const failed = (run: Run, error: BigQueryError): BigQueryError => {
  run.state = error.reason === "stopped" ? "stopped" : "failed";
  return error;
};

/** Faults after which a request may have done its work. */
const losesAnswers: ReadonlySet<Reason> = new Set(["connection", "backendError", "invalidResponse"]);

/** How long an interruption waits for the answer to a request that starts a job. */
const grace = Duration.seconds(1);

/** Starts the job: once, however often the request is sent. Fails with the job's own error if it has failed already. */
export const start = (session: Session, statement: Statement, run: Run): Effect.Effect<void, BigQueryError> =>
  session.policy.request(lingering(insert(session, statement, run))).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "jobFailed" && run.state !== "failed",
      (error) => confirmed(session, statement, run, error),
    ),
  );

const insert = (session: Session, statement: Statement, run: Run): Effect.Effect<void, BigQueryError> =>
  Effect.suspend(() => {
    const before = run.state;
    const isAt = (location: string | undefined) => {
      run.job = { ...run.job, location: location ?? run.job.location };
      run.state = "running";
    };
    run.state = "sent";
    return session.rest.send(Job.Started, request(session, statement, run)).pipe(
      Effect.matchEffect({
        onSuccess: ({ jobReference, status }) => {
          isAt(jobReference.location);
          return reported(run, Job.failureOf(status, statement));
        },
        onFailure: (error) => {
          // Nobody else knows the job's id: an earlier request has started it.
          if (error.reason === "duplicate") return Effect.sync(() => isAt(locationIn(error)));
          if (!losesAnswers.has(error.reason)) run.state = before;
          return error;
        },
      }),
    );
  });

const reported = (run: Run, failure: Option.Option<BigQueryError>): Effect.Effect<void, BigQueryError> =>
  Option.isSome(failure) ? failed(run, failure.value) : Effect.void;

const request = ({ connection }: Session, statement: Statement, { job }: Run) => ({
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

/** "Already Exists: Job project:location.id". */
const locationIn = ({ detail }: BigQueryError): string | undefined =>
  /\bJob [\w.:-]+:([\w-]+)\.[\w-]+$/.exec(detail)?.[1];

/** A job that was just started may not be found for a moment. */
const soon = Schedule.intersect(Schedule.spaced("200 millis"), Schedule.recurs(4));

/** The request was answered as if its job had failed, which the job alone can say. */
const confirmed = (session: Session, statement: Statement, run: Run, error: BigQueryError) =>
  Job.failure(session, run.job, statement).pipe(
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

/** The effect, which an interruption lets run on for the grace. */
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

/** Cancels the job if it may run, and reports it if its cost is unknown. */
export const abandon = (session: Session, run: Run, cancels: Effect.Semaphore): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (run.state === "unsent" || run.state === "failed") return;
    (yield* CostMeter).addLostJob(Job.fullId(run.job));
    if (run.state === "complete" || run.state === "stopped") return;
    if (yield* Job.cancel(session, run.job, cancels)) run.state = "cancelled";
  });

const fates = {
  sent: "may have started",
  running: "may still run",
  cancelled: "was cancelled",
  complete: "has succeeded",
} as const;

/** The error with what the run may have cost: of a job that somebody cancelled, or whose end nobody heard of. */
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
