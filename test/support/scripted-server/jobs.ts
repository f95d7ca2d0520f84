/** Jobs: they are queued, run, end, fail and are cancelled, and each is billed once. */
import { billedBytes, cancelledBytes, overCap } from "./billing.ts";
import type { Slots } from "./capacity.ts";
import type { Fault } from "./faults.ts";
import type { Figures } from "./figures.ts";
import { type ErrorOf, type Query, Refusal } from "./script.ts";

export interface Job {
  readonly id: string;
  readonly project: string;
  readonly location: string;
  /** The statement; only its start if the server does not keep requests. */
  readonly sql: string;
  /** The hash of the whole statement. */
  readonly key: number | bigint;
  readonly answer: Query;
  /** `maximumBytesBilled`. */
  readonly cap: number | undefined;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  startedMs: number | undefined;
  endedMs: number | undefined;
  state: "PENDING" | "RUNNING" | "DONE";
  polls: number;
  cancelled: boolean;
  /** Why it failed. */
  error: ErrorOf | undefined;
  /** Bytes really billed, even if hidden from the client. */
  billed: number;
  /** The number of calls that do not find it yet. */
  hidden: number;
}

export interface Start {
  readonly project: string;
  readonly location: string;
  readonly sql: string;
  /** An id chosen by the client. */
  readonly id?: string | undefined;
  readonly cap?: number | undefined;
  readonly fault?: Fault | undefined;
}

export interface Jobs {
  /** Creates a job; rejects a duplicate id. */
  readonly start: (request: Start) => Job;
  readonly find: (project: string | undefined, location: string | undefined, id: string | undefined) => Job;
  /** Counts a poll, which may find the job finished. */
  readonly poll: (job: Job) => void;
  /** Resolves when the job is finished, or after the time; undefined if there is nothing to wait for. */
  readonly ended: (job: Job, waitMs: number) => Promise<void> | undefined;
  readonly cancel: (job: Job) => void;
  readonly all: () => ReadonlyArray<Job>;
  readonly stop: () => void;
}

export interface JobsOptions {
  readonly query: (sql: string, number: number) => Query;
  readonly figures: Figures;
  readonly slots: Slots | undefined;
  readonly keepJobs: number;
  readonly keepSql: boolean;
}

const stopped: ErrorOf = {
  status: 400,
  reason: "stopped",
  message: "Job execution was cancelled: User requested cancellation",
};

export const nameOf = ({ project, location, id }: Pick<Job, "project" | "location" | "id">): string =>
  `${project}:${location}.${id}`;

/** A copy of its start: a slice would keep the whole string alive. */
export const excerpt = (sql: string): string => Buffer.from(sql.slice(0, 200)).toString();

/** The maximum of a timer. */
const mostMs = 2 ** 31 - 1;

const isEndless = ({ pending = 0, runsMs = 0 }: Query): boolean => pending === Infinity || runsMs > mostMs;

export const makeJobs = (options: JobsOptions): Jobs => {
  const { figures, slots } = options;
  const jobs = new Map<string, Job>();
  const over: Array<Job> = [];
  const waiters = new Map<Job, Set<() => void>>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let count = 0;

  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        run();
      },
      Math.min(ms, mostMs),
    );
    timers.add(timer);
    return () => {
      clearTimeout(timer);
      timers.delete(timer);
    };
  };

  const forgetOldest = () => {
    if (over.length < options.keepJobs * 2) return;
    for (const job of over.splice(0, over.length - options.keepJobs)) jobs.delete(nameOf(job));
  };

  const end = (job: Job, error: ErrorOf | undefined, billed: number) => {
    const wasRunning = job.state === "RUNNING";
    Object.assign(job, { state: "DONE", endedMs: Date.now(), error, billed });
    figures.jobEnded(job);
    if (wasRunning) slots?.free();
    for (const tell of waiters.get(job) ?? []) tell();
    waiters.delete(job);
    over.push(job);
    forgetOldest();
  };

  const finish = (job: Job) => {
    if (job.state === "DONE") return;
    const bill = job.answer.bill ?? {};
    const message = job.answer.error === undefined ? overCap(bill, job.cap, "after") : undefined;
    const error =
      message === undefined ? job.answer.error : { status: 400, reason: "bytesBilledLimitExceeded", message };
    end(job, error, error === undefined ? billedBytes(bill) : 0);
  };

  const run = (job: Job) => {
    // It may have been cancelled while queued.
    if (job.state === "DONE") return slots?.free();
    job.state = "RUNNING";
    job.startedMs = Date.now();
    const { pending = 0, runsMs = 0 } = job.answer;
    if (isEndless(job.answer) || pending > 0) return;
    if (runsMs > 0) after(runsMs, () => finish(job));
    else finish(job);
  };

  const make = (request: Start): Job => {
    const { id = `job-${count + 1}`, project, location, sql, cap, fault } = request;
    const given = options.query(sql, count);
    const failing = typeof fault === "object" && "job" in fault;
    count += 1;
    return {
      id, project, location, cap,
      sql: options.keepSql ? sql : excerpt(sql),
      key: Bun.hash(sql),
      answer: failing ? { ...given, error: fault.job, pending: fault.pending ?? 0, runsMs: 0 } : given,
      createdMs: Date.now(),
      startedMs: undefined,
      endedMs: undefined,
      state: "PENDING",
      polls: 0,
      cancelled: false,
      error: undefined,
      billed: 0,
      hidden: 0,
    }; // biome-ignore format: one object
  };

  const start: Jobs["start"] = (request) => {
    const chosen = request.id === undefined ? undefined : nameOf({ ...request, id: request.id });
    if (chosen !== undefined && jobs.has(chosen)) {
      figures.jobRepeated();
      throw new Refusal(409, "duplicate", `Already Exists: Job ${chosen}`);
    }
    const job = make(request);
    jobs.set(nameOf(job), job);
    figures.jobStarted(job);
    const message = overCap(job.answer.bill ?? {}, job.cap, "before");
    if (message !== undefined) {
      end(job, { status: 400, reason: "bytesBilledLimitExceeded", message }, 0);
      return job;
    }
    const turn = slots?.take();
    if (turn === undefined) run(job);
    else void turn.then(() => run(job));
    return job;
  };

  return {
    start,
    find: (project = "", location = "", id = "") => {
      const job = jobs.get(nameOf({ project, location, id }));
      const isHidden = job !== undefined && job.hidden > 0;
      if (isHidden) job.hidden -= 1;
      // Like the service: a job outside the default location is only found with its location.
      if (job === undefined || isHidden)
        throw new Refusal(
          404,
          "notFound",
          `Not found: Job ${project}:${location === "" ? id : `${location}.${id}`}`,
        );
      return job;
    },
    poll: (job) => {
      job.polls += 1;
      const { pending = 0 } = job.answer;
      if (job.state === "RUNNING" && pending > 0 && job.polls >= pending) finish(job);
    },
    ended: (job, waitMs) => {
      const { pending = 0 } = job.answer;
      const answersAtOnce = pending > 0 && !isEndless(job.answer);
      if (job.state === "DONE" || answersAtOnce || waitMs <= 0) return undefined;
      return new Promise((resolve) => {
        const all = waiters.get(job) ?? new Set();
        waiters.set(job, all);
        const done = () => {
          clear();
          all.delete(done);
          resolve();
        };
        const clear = after(waitMs, done);
        all.add(done);
      });
    },
    cancel: (job) => {
      if (job.state === "DONE") return;
      job.cancelled = true;
      const billed = job.state === "RUNNING" ? cancelledBytes(job.answer.bill ?? {}) : 0;
      end(job, stopped, billed);
    },
    all: () => [...jobs.values()],
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
};
