/** The job behind a query, from the request that may have started it to its end: what is known of it, and how to be rid of it. */
import { Cause, Clock, Duration, Effect, Fiber, Option, Ref, Schedule, Schema } from "effect";
import { BigQueryError } from "../../services/BigQueryError.ts";
import type { Session } from "./Session.ts";

/** A job, as it is named in calls. */
export interface Job {
  readonly project: string;
  readonly id: string;
  readonly location: string | undefined;
}

/** As the console and the export of bills name it: `project:location.id`. */
export const fullId = ({ project, id, location }: Job): string =>
  location === undefined ? id : `${project}:${location}.${id}`;

/** What is known of a query's job. */
export type State =
  | { readonly _tag: "None" }
  /** A request to start it got no answer: it may run, and its name is not known. Since then, in milliseconds. */
  | { readonly _tag: "Lost"; readonly sinceMs: number }
  | { readonly _tag: "Running"; readonly job: Job }
  | { readonly _tag: "Done" };

export const none: State = { _tag: "None" };
export const done: State = { _tag: "Done" };
export const running = (job: Job | undefined): State => (job === undefined ? none : { _tag: "Running", job });

type Reason = BigQueryError["reason"];

/** Faults of asking, not of the job that is asked for. */
const ofTransport: ReadonlySet<Reason> = new Set([
  "connection", "backendError", "rateLimited", "quotaExceeded", "invalidResponse", "unauthenticated",
]); // biome-ignore format: one list

/** Faults after which the request may have done its work. */
const losesAnswers: ReadonlySet<Reason> = new Set(["connection", "backendError", "invalidResponse"]);

/** BigQuery knows a request again for 15 minutes; sent later, it would run the query anew. */
const knownForMs = Duration.toMillis("14 minutes");

const tooLate = BigQueryError.of(
  "invalidResponse",
  "BigQuery gave no answer for 14 minutes; asked once more, it might run the query twice",
  { remedy: "try again later" },
);

/** The job that a "duplicate" names. */
export const jobIn = ({ detail }: BigQueryError, location: string | undefined): Job | undefined => {
  const [, project, place, id] = /\bJob ([\w.:-]+?):(?:([\w-]+)\.)?([\w-]+)$/.exec(detail) ?? [];
  return project === undefined || id === undefined ? undefined : { project, id, location: place ?? location };
};

/** Sends the request that starts the job (in the location), and keeps in `state` what comes of it. */
export const remembered = <A>(
  state: Ref.Ref<State>,
  send: Effect.Effect<A, BigQueryError>,
  location: string | undefined,
  after: (answer: A) => State,
): Effect.Effect<A, BigQueryError> =>
  Effect.gen(function* () {
    const [before, now] = [yield* Ref.get(state), yield* Clock.currentTimeMillis];
    if (before._tag === "Lost" && now - before.sinceMs > knownForMs) return yield* tooLate;
    const lost: State = before._tag === "Lost" ? before : { _tag: "Lost", sinceMs: now };
    return yield* send.pipe(
      Effect.tap((answer) => Ref.set(state, after(answer))),
      Effect.onError((cause) => {
        const error = Option.getOrUndefined(Cause.failureOption(cause));
        if (error?.reason === "duplicate") return Ref.set(state, running(jobIn(error, location)));
        return error === undefined || losesAnswers.has(error.reason) ? Ref.set(state, lost) : Effect.void;
      }),
    );
  });

/** Whether it was the job that failed, so that there is nothing to cancel. */
export const hasEnded = (cause: Cause.Cause<BigQueryError>): boolean =>
  Option.exists(Cause.failureOption(cause), ({ reason }) => !ofTransport.has(reason));

/** The error, with what it may have cost: a job that somebody cancelled, or whose end nobody heard of. */
export const priced = (state: State, error: BigQueryError): Effect.Effect<never, BigQueryError> => {
  const isOpen =
    state._tag === "Done" ||
    error.reason === "stopped" ||
    (state._tag !== "None" && ofTransport.has(error.reason));
  return isOpen ? error.asBillable() : error;
};

/** One request to ask for a job's name, or to cancel it. */
const requestTimeoutMs = 2000;
/** Between two of them, where the first one met a fault. */
const pause = Duration.millis(200);
/** In all: who waits for an interrupted item (batch/attend.ts) waits a little longer. */
const limit = Duration.seconds(3);

/** A fork is free of an interruption that is under way, so that time limits hold. */
const aside = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  effect.pipe(Effect.interruptible, Effect.forkDaemon, Effect.flatMap(Fiber.join));

/** A job that was just made may not be found for a moment. */
const persistently = <A>(request: Effect.Effect<A, BigQueryError>): Effect.Effect<A, BigQueryError> =>
  Effect.retry(request, {
    schedule: Schedule.spaced(pause),
    while: ({ reason }) => ofTransport.has(reason) || reason === "notFound",
  });

const cancel = (session: Session, job: Job) =>
  session.rest.send(Schema.Unknown, {
    method: "POST",
    path: ["projects", job.project, "jobs", job.id, "cancel"],
    query: { location: job.location },
    timeoutMs: requestTimeoutMs,
  });

/** Sends the request that starts the job once more, and gives the job if it runs. */
export type Ask = (timeoutMs: number) => Effect.Effect<Job | undefined, BigQueryError>;

/** Cancels what may still run. Best effort: a job that cannot be cancelled ends by itself. */
export const abandon = (
  session: Session,
  state: State,
  ask: Ask,
  cancels: Effect.Semaphore,
): Effect.Effect<void> => {
  if (state._tag === "None" || state._tag === "Done") return Effect.void;
  const job: Effect.Effect<Job | undefined, BigQueryError> =
    state._tag === "Running" ? Effect.succeed(state.job) : persistently(ask(requestTimeoutMs));
  return job.pipe(
    Effect.flatMap((named) => (named === undefined ? Effect.void : persistently(cancel(session, named)))),
    cancels.withPermits(1),
    Effect.timeout(limit),
    Effect.ignore,
    aside,
  );
};

const Any = Schema.Struct({});

const brief = Schedule.intersect(Schedule.spaced("1 second"), Schedule.recurs(5));

/**
 * The job that a "duplicate" names, once it is there: an earlier request of the same kind made it, so that it is ours.
 * Without a name it cannot be adopted, and the error stays.
 */
export const adopt = (
  session: Session,
  error: BigQueryError,
  location: string | undefined,
): Effect.Effect<Job, BigQueryError> => {
  const job = jobIn(error, location);
  if (job === undefined) return error;
  return session.policy
    .request(
      session.rest.send(Any, {
        method: "GET",
        path: ["projects", job.project, "jobs", job.id],
        query: { location: job.location, fields: "status" },
      }),
    )
    .pipe(Effect.retry({ schedule: brief, while: ({ reason }) => reason === "notFound" }), Effect.as(job));
};
