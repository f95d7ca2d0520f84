/** The job behind a query, from the request that may have started it to its end: what is known of it, and how to be rid of it. */
import { Cause, Clock, Duration, Effect, Fiber, Option, Ref, Schedule, Schema } from "effect";
import { BigQueryError } from "../../services/BigQuery.ts";
import type { Session } from "./Session.ts";

/** A job, as it is named in calls. */
export interface Job {
  readonly project: string;
  readonly id: string;
  readonly location: string | undefined;
}

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

/** Sends the request that starts the job, and keeps in `state` what comes of it. */
export const remembered = <A>(
  state: Ref.Ref<State>,
  send: Effect.Effect<A, BigQueryError>,
  after: (answer: A) => State,
): Effect.Effect<A, BigQueryError> =>
  Effect.gen(function* () {
    const [before, now] = [yield* Ref.get(state), yield* Clock.currentTimeMillis];
    if (before._tag === "Lost" && now - before.sinceMs > knownForMs) return yield* tooLate;
    const lost: State = before._tag === "Lost" ? before : { _tag: "Lost", sinceMs: now };
    return yield* send.pipe(
      Effect.tap((answer) => Ref.set(state, after(answer))),
      Effect.onError((cause) =>
        Option.exists(Cause.failureOption(cause), ({ reason }) => !losesAnswers.has(reason))
          ? Effect.void
          : Ref.set(state, lost),
      ),
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

const cancelTimeoutMs = 2000;
/** What an interrupted item may still take is little: see batch/attend.ts. */
const askTimeoutMs = 1000;

/** A fork is free of an interruption that is under way, so that time limits hold. */
const aside = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  effect.pipe(Effect.interruptible, Effect.forkDaemon, Effect.flatMap(Fiber.join));

/** Best effort: a job that cannot be cancelled ends by itself. */
const cancel = (session: Session, job: Job) =>
  session.rest.send(Schema.Unknown, {
    method: "POST",
    path: ["projects", job.project, "jobs", job.id, "cancel"],
    query: { location: job.location },
    timeoutMs: cancelTimeoutMs,
  });

/**
 * Cancels what may still run. Where the job's name is not known, `ask` sends the request that starts it once more,
 * which tells the name.
 */
export const abandon = (
  session: Session,
  state: State,
  ask: Effect.Effect<Job | undefined, BigQueryError>,
  cancels: Effect.Semaphore,
): Effect.Effect<void> => {
  switch (state._tag) {
    case "None":
    case "Done":
      return Effect.void;
    case "Running":
      return aside(Effect.ignore(cancels.withPermits(1)(cancel(session, state.job))));
    case "Lost":
      return ask.pipe(
        Effect.timeout(askTimeoutMs),
        Effect.flatMap((job) => (job === undefined ? Effect.void : cancel(session, job))),
        cancels.withPermits(1),
        Effect.ignore,
        aside,
      );
  }
};

const Any = Schema.Struct({});

/** A job that was just made may not be found for a moment. */
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
  const [, project, place, id] = /\bJob ([\w.:-]+?):(?:([\w-]+)\.)?([\w-]+)$/.exec(error.detail) ?? [];
  if (project === undefined || id === undefined) return error;
  const job: Job = { project, id, location: place ?? location };
  return session.policy
    .request(
      session.rest.send(Any, {
        method: "GET",
        path: ["projects", project, "jobs", id],
        query: { location: job.location, fields: "status" },
      }),
    )
    .pipe(Effect.retry({ schedule: brief, while: ({ reason }) => reason === "notFound" }), Effect.as(job));
};
