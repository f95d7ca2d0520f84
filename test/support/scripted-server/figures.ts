/** Counters of the network traffic, in constant space. */
import { excerpt, type Job } from "./jobs.ts";
import { type Method, methods } from "./routes.ts";

/** A slice of time since the first request. */
export interface Moment {
  readonly fromMs: number;
  readonly requests: number;
  readonly refused: number;
  readonly faults: number;
  /** Jobs that ran to completion. */
  readonly completed: number;
  readonly maxInFlight: number;
}

export interface FiguresJson {
  readonly requests: number;
  readonly byMethod: Readonly<Record<Method, number>>;
  /** Requests without a response yet. */
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** The maximum arrivals within one second, without cancellations, which are not rate limited. */
  readonly maxStartsPerSecond: number;
  /** Requests whose connection closed before the response was sent, by either side. */
  readonly unanswered: number;
  /** Throttled requests. */
  readonly refused: number;
  /** Requests with a fault of the script. */
  readonly faults: number;
  readonly jobs: {
    readonly started: number;
    /** Completed without an error. */
    readonly completed: number;
    readonly failed: number;
    readonly cancelled: number;
    /** Started and not finished, including queued ones. */
    readonly running: number;
    readonly maxRunning: number;
    /** Requests whose id had already started a job. */
    readonly repeated: number;
    /** Distinct statements that ran to completion. */
    readonly statements: number;
    /** Statements that ran to completion more than once: their start and their count. */
    readonly moreThanOnce: ReadonlyArray<{ readonly sql: string; readonly times: number }>;
  };
  /** Bytes really billed, even if hidden from clients. */
  readonly bytesBilled: number;
  /** In order, each `momentMs` long. */
  readonly timeline: ReadonlyArray<Moment>;
  readonly momentMs: number;
}

export interface Figures {
  readonly arrived: (method: Method) => void;
  readonly left: (answered: boolean) => void;
  readonly refused: () => void;
  readonly faulted: () => void;
  readonly jobStarted: (job: Job) => void;
  readonly jobRepeated: () => void;
  readonly jobEnded: (job: Job) => void;
  readonly count: (method: Method) => number;
  readonly inFlight: () => number;
  readonly running: () => number;
  readonly read: () => FiguresJson;
}

type Writable<A> = { -readonly [K in keyof A]: A[K] };

/** More moments than this are merged in pairs. */
const mostMoments = 2048;

/** Milliseconds from some beginning. */
type Now = () => number;

const makeTimeline = (now: Now) => {
  let width = 100;
  let began: number | undefined;
  let moments: Array<Writable<Moment>> = [];
  const merge = () => {
    width *= 2;
    const pairs: Array<Writable<Moment>> = [];
    for (const one of moments) {
      const last = pairs[Math.floor(one.fromMs / width)];
      if (last === undefined) pairs.push({ ...one, fromMs: pairs.length * width });
      else {
        for (const key of ["requests", "refused", "faults", "completed"] as const) last[key] += one[key];
        last.maxInFlight = Math.max(last.maxInFlight, one.maxInFlight);
      }
    }
    moments = pairs;
  };
  return {
    now: (): Writable<Moment> => {
      const time = now();
      began ??= time;
      let index = Math.floor((time - began) / width);
      while (index >= mostMoments) {
        merge();
        index = Math.floor(index / 2);
      }
      while (moments.length <= index)
        moments.push({ fromMs: moments.length * width, requests: 0, refused: 0, faults: 0, completed: 0, maxInFlight: 0 }); // biome-ignore format: one object
      return moments[index]!;
    },
    read: () => ({ timeline: moments.map((one) => ({ ...one })), momentMs: width }),
  };
};

/** The maximum arrivals within one second, in a sliding window. */
const makeWindow = (now: Now) => {
  let times: Array<number> = [];
  let head = 0;
  let most = 0;
  return {
    add: () => {
      const time = now();
      times.push(time);
      while (times[head]! <= time - 1000) head += 1;
      most = Math.max(most, times.length - head);
      if (head > 10_000) {
        times = times.slice(head);
        head = 0;
      }
    },
    most: () => most,
  };
};

export const makeFigures = (now: Now = () => performance.now()): Figures => {
  const byMethod = Object.fromEntries(methods.map((method) => [method, 0])) as Record<Method, number>;
  const timeline = makeTimeline(now);
  const starts = makeWindow(now);
  const totals = { requests: 0, inFlight: 0, maxInFlight: 0, unanswered: 0, refused: 0, faults: 0 };
  const jobs = { started: 0, completed: 0, failed: 0, cancelled: 0, running: 0, maxRunning: 0, repeated: 0 };
  const byStatement = new Map<number | bigint, { readonly sql: string; times: number }>();
  let bytesBilled = 0;

  const completed = ({ sql, key }: Job) => {
    timeline.now().completed += 1;
    jobs.completed += 1;
    const known = byStatement.get(key);
    if (known === undefined) byStatement.set(key, { sql: excerpt(sql), times: 1 });
    else known.times += 1;
  };

  return {
    arrived: (method) => {
      byMethod[method] += 1;
      totals.requests += 1;
      totals.inFlight += 1;
      totals.maxInFlight = Math.max(totals.maxInFlight, totals.inFlight);
      if (method !== "jobs.cancel") starts.add();
      const moment = timeline.now();
      moment.requests += 1;
      moment.maxInFlight = Math.max(moment.maxInFlight, totals.inFlight);
    },
    left: (answered) => {
      totals.inFlight -= 1;
      if (!answered) totals.unanswered += 1;
    },
    refused: () => {
      totals.refused += 1;
      timeline.now().refused += 1;
    },
    faulted: () => {
      totals.faults += 1;
      timeline.now().faults += 1;
    },
    jobStarted: () => {
      jobs.started += 1;
      jobs.running += 1;
      jobs.maxRunning = Math.max(jobs.maxRunning, jobs.running);
    },
    jobRepeated: () => {
      jobs.repeated += 1;
    },
    jobEnded: (job) => {
      jobs.running -= 1;
      bytesBilled += job.billed;
      if (job.cancelled) jobs.cancelled += 1;
      else if (job.error !== undefined) jobs.failed += 1;
      else completed(job);
    },
    count: (method) => byMethod[method],
    inFlight: () => totals.inFlight,
    running: () => jobs.running,
    read: () => ({
      ...totals,
      byMethod: { ...byMethod },
      maxStartsPerSecond: starts.most(),
      jobs: {
        ...jobs,
        statements: byStatement.size,
        moreThanOnce: [...byStatement.values()].filter(({ times }) => times > 1),
      },
      bytesBilled,
      ...timeline.read(),
    }),
  };
};
