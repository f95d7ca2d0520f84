/**
 * A service or a proxy with incorrect responses: for each fault, the verdict, the reported cost, the jobs
 * that were started and cancelled, and the exit status.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { type Answered, type Fault, type Method, type Query, type Script, scriptedServer, warehouse } from "../support/scripted-server/index.ts"; // biome-ignore format: one list
import { batch, type Program, tables } from "./support.ts";

const mib = 2 ** 20;
/** The last case waits for all others. */
const minute = 300_000;

const json = (body: object, status = 200): Answered => ({ status, reason: "", body: JSON.stringify(body) });
const page = (status: number): Answered => ({ status, reason: "", html: true });
const denied: Answered = { status: 403, reason: "accessDenied", message: "Access Denied: no" };
const gone: Answered = { status: 404, reason: "notFound", message: "Not found: Job p:EU.x" };
const down: Answered = { status: 503, reason: "backendError", message: "down" };

/** Changes of a response by a proxy, a cache or a server with an error. */
const change = (more: object): Fault => ({ rewrite: (body) => ({ ...body, ...more }) });
const otherJob = change({ jobReference: { projectId: "billing", jobId: "bqkit_other", location: "EU" } });
const wait = (retryAfter: string): Answered => ({ status: 429, reason: "rateLimitExceeded", retryAfter });

interface Case {
  readonly fault: Fault;
  /** The calls with the fault: all, or this number. */
  readonly on: Method;
  readonly times?: number;
  readonly program?: Program;
  /** What the query does; absent: it succeeds. */
  readonly query?: Partial<Query>;
  readonly status: "ok" | "failed";
  /** Reported for the item. */
  readonly bytes: number | null;
  readonly started: number;
  readonly cancelled?: number;
}

const endless: Partial<Query> = { pending: 1000 };
const billed = 10 * mib;

const cases: Readonly<Record<string, ReadonlyArray<Case>>> = {
  "metadata that is none": [
    { on: "tables.get", fault: json({}), status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: json({ error: { code: 403, message: "no", errors: [{ reason: "accessDenied" }] } }), status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: json({ tableReference: { projectId: "p", datasetId: "d", tableId: "t0" }, type: "VIEW" }), status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: page(404), status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: json([], 404), status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: json({}), program: "bq-schema-diff", status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: json({}), program: "bq-table-compare", status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: page(407), program: "bq-schema-diff", status: "failed", bytes: 0, started: 0 },
  ],
  "a start": [
    { on: "jobs.insert", fault: json({}), status: "failed", bytes: null, started: 0 },
    { on: "jobs.insert", fault: page(200), status: "failed", bytes: null, started: 0 },
    { on: "jobs.insert", fault: "resetAfter", query: endless, status: "failed", bytes: null, started: 1, cancelled: 1 },
    { on: "jobs.insert", fault: { ...down, after: true }, query: endless, status: "failed", bytes: null, started: 1, cancelled: 1 },
    { on: "jobs.insert", fault: { ...page(502), after: true }, times: 1, status: "ok", bytes: billed, started: 1 },
    { on: "jobs.insert", fault: { ...json({}), after: true }, query: endless, status: "failed", bytes: null, started: 1, cancelled: 1 },
    { on: "jobs.insert", fault: "duplicate", status: "ok", bytes: billed, started: 1 },
    { on: "jobs.insert", fault: denied, status: "failed", bytes: 0, started: 0 },
    { on: "jobs.insert", fault: { status: 500, reason: "bytesBilledLimitExceeded", message: "Query exceeded limit for bytes billed: 1. 10485760 or higher required." }, status: "failed", bytes: 0, started: 0 },
    { on: "jobs.insert", fault: { status: 400, reason: "jobInternalError", message: "no", after: true }, times: 1, status: "ok", bytes: billed, started: 1 },
  ],
  "a poll": [
    ...[gone, denied, page(407), page(404), json({}), json({ error: { code: 404, message: "x" } }), down, "reset" as const].flatMap((fault): ReadonlyArray<Case> => [
      { on: "jobs.getQueryResults", fault, query: endless, status: "failed", bytes: null, started: 1, cancelled: 1 },
      { on: "jobs.getQueryResults", fault, times: 1, status: "ok", bytes: billed, started: 1 },
    ]),
    { on: "jobs.getQueryResults", fault: gone, times: 1, program: "bq-table-compare", status: "ok", bytes: 2 * billed, started: 1 },
  ],
  "the end of a job": [
    { on: "jobs.get", fault: json({}), status: "failed", bytes: null, started: 1 },
    { on: "jobs.get", fault: json({ status: { state: "RUNNING" }, statistics: {} }), status: "failed", bytes: null, started: 1 },
    { on: "jobs.get", fault: json({ status: { state: "DONE" } }), program: "bq-table-compare", status: "failed", bytes: null, started: 1 },
    { on: "jobs.get", fault: json({}), times: 1, program: "bq-table-compare", status: "ok", bytes: 2 * billed, started: 1 },
  ],
  "metadata in transit": [
    ...(["truncated", "cut", "gzip", "reset", "empty"] as const).flatMap((fault): ReadonlyArray<Case> => [
      { on: "tables.get", fault, status: "failed", bytes: 0, started: 0 },
      { on: "tables.get", fault, times: 1, status: "ok", bytes: billed, started: 1 },
    ]),
    { on: "tables.get", fault: "html", program: "bq-schema-diff", status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: { slow: 1000 }, status: "ok", bytes: billed, started: 1 },
    { on: "tables.get", fault: { status: 429, reason: "", body: "" }, status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: { status: 429, reason: "", body: "" }, times: 1, status: "ok", bytes: billed, started: 1 },
    { on: "tables.get", fault: { status: 302, reason: "", body: "" }, status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: { status: 401, reason: "authError" }, status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: change({ tableReference: { projectId: "p", datasetId: "d", tableId: "other" } }), program: "bq-schema-diff", status: "failed", bytes: 0, started: 0 },
    { on: "tables.get", fault: wait("99999999"), status: "failed", bytes: 0, started: 0 },
    ...["-5", "0", "Thu, 01 Jan 1970 00:00:00 GMT", "soon", ""].map((header): Case => ({ on: "tables.get", fault: wait(header), times: 1, status: "ok", bytes: billed, started: 1 })),
  ],
  "a start in transit": [
    ...(["truncated", "cut", "gzip"] as const).flatMap((fault): ReadonlyArray<Case> => [
      { on: "jobs.insert", fault, query: endless, status: "failed", bytes: null, started: 1, cancelled: 1 },
      { on: "jobs.insert", fault, times: 1, status: "ok", bytes: billed, started: 1 },
    ]),
    { on: "jobs.insert", fault: otherJob, query: endless, status: "failed", bytes: null, started: 1, cancelled: 1 },
    { on: "jobs.insert", fault: { status: 409, reason: "duplicate", message: "Already Exists: Job billing:EU.other" }, status: "failed", bytes: null, started: 0 },
    { on: "jobs.insert", fault: { status: 401, reason: "authError" }, status: "failed", bytes: 0, started: 0 },
    { on: "jobs.insert", fault: { status: 301, reason: "", html: true }, status: "failed", bytes: null, started: 0 },
    { on: "jobs.insert", fault: wait("99999999"), status: "failed", bytes: 0, started: 0 },
  ],
  "rows in transit": [
    ...(["truncated", "cut", "gzip", "html", "empty"] as const).flatMap((fault): ReadonlyArray<Case> => [
      { on: "jobs.getQueryResults", fault, query: endless, status: "failed", bytes: null, started: 1, cancelled: 1 },
      { on: "jobs.getQueryResults", fault, times: 1, program: "bq-table-compare", status: "ok", bytes: 2 * billed, started: 1 },
    ]),
    { on: "jobs.getQueryResults", fault: { slow: 1000 }, status: "ok", bytes: billed, started: 1 },
    { on: "jobs.getQueryResults", fault: otherJob, query: endless, status: "failed", bytes: null, started: 1, cancelled: 1 },
    { on: "jobs.getQueryResults", fault: otherJob, times: 1, status: "ok", bytes: billed, started: 1 },
    ...[{ totalRows: "99" }, { rows: [] }, { rows: [{ f: [] }] }, { rows: [null] }, { pageToken: "again" }, { schema: null }, { schema: { fields: [] } }].map((more): Case => (
      { on: "jobs.getQueryResults", fault: change(more), program: "bq-table-compare", status: "failed", bytes: null, started: 1 }
    )),
  ],
  "statistics in transit": [
    ...(["truncated", "gzip", "html"] as const).map((fault): Case => ({ on: "jobs.get", fault, status: "failed", bytes: null, started: 1 })),
    { on: "jobs.get", fault: otherJob, status: "failed", bytes: null, started: 1 },
    { on: "jobs.get", fault: change({ statistics: {} }), program: "bq-table-compare", status: "failed", bytes: null, started: 1 },
    { on: "jobs.get", fault: change({ statistics: {} }), times: 1, program: "bq-table-compare", status: "ok", bytes: 2 * billed, started: 1 },
  ],
  "a job that fails": [
    { on: "jobs.cancel", fault: "hang", query: { error: { ...down, message: "x" } }, status: "failed", bytes: 0, started: 2 },
    { on: "jobs.getQueryResults", fault: page(502), query: { error: { status: 400, reason: "invalidQuery", message: "no" } }, status: "failed", bytes: 0, started: 1 },
    { on: "jobs.cancel", fault: "hang", query: { error: { status: 400, reason: "stopped", message: "Job execution was cancelled: Job timed out after 1 sec" } }, status: "failed", bytes: null, started: 1 },
  ],
}; // biome-ignore format: a case a line

const describeFault = (fault: Fault): string =>
  typeof fault === "string" ? fault : "rewrite" in fault ? `the response of ${JSON.stringify(fault.rewrite({}))}` : "status" in fault ? `${fault.status} ${fault.reason || (fault.body ?? "a page")}` : JSON.stringify(fault); // biome-ignore format: one line

const serverOf = (one: Case) => {
  const house = warehouse({ tables: 1, datasets: ["d", "e"] });
  let left = one.times ?? Number.POSITIVE_INFINITY;
  const script: Script = {
    ...house,
    query: (sql, number) => ({ ...house.query(sql, number), ...one.query }),
    fault: ({ method }) => (method === one.on && left-- > 0 ? one.fault : undefined),
  };
  return scriptedServer(script);
};

const check = (one: Case) =>
  Effect.gen(function* () {
    const { program = "bq-profile", status, started, cancelled = 0 } = one;
    const server = yield* serverOf(one);
    const items = program === "bq-profile" ? tables(1) : ["p.d.t0:p.e.t0"];
    const ran = yield* Effect.promise(() =>
      batch(server.url, program, items, "--retries=1", "--rate-limit=1000"),
    );
    const [result] = ran.report.results;
    expect(result?.status).toBe(status);
    expect(ran.status).toBe(status === "ok" ? 0 : 2);
    if (program !== "bq-schema-diff") expect(result?.bytesBilled).toBe(one.bytes);
    const { jobs } = server.figures();
    expect(jobs).toMatchObject({ started, cancelled, running: 0 });
    expect(jobs.moreThanOnce).toEqual([]);
    if (one.bytes === null && started > 0) expect(ran.stdout).toContain(server.jobs[0]!.id);
  }).pipe(Effect.scoped);

/** Every case waits for its retries: they wait together. */
const checked = new Map<Case, Promise<void>>();

beforeAll(() => {
  const turn = Effect.unsafeMakeSemaphore(6);
  for (const one of Object.values(cases).flat()) {
    const done = Effect.runPromise(turn.withPermits(1)(check(one)));
    // Reported by the test that waits for it.
    done.catch(() => {});
    checked.set(one, done);
  }
});

for (const [what, list] of Object.entries(cases)) {
  describe(what, () => {
    for (const one of list) {
      const { program = "bq-profile", times, on, status } = one;
      test(
        `${program}: ${describeFault(one.fault)} of ${on}, ${times === undefined ? "always" : `${times} times`}${one.query === undefined ? "" : `, ${Object.keys(one.query)}`}: ${status}`,
        () => checked.get(one)!,
        minute,
      );
    }
  });
}

describe("a budget", () => {
  for (const fault of [gone, denied, page(407), json({}), down]) {
    it.live(
      `holds if every poll fails with ${describeFault(fault)}: lost jobs count in full`,
      () =>
        Effect.gen(function* () {
          const house = warehouse({ tables: 8 });
          const bill = { estimate: 50 * mib, accuracy: "PRECISE", cancelled: "full" } as const;
          const server = yield* scriptedServer({
            ...house,
            query: (sql, number) => ({ ...house.query(sql, number), ...endless, bill }),
            fault: ({ method }) => (method === "jobs.getQueryResults" ? fault : undefined),
          });
          const ran = yield* Effect.promise(() =>
            batch(server.url, "bq-profile", tables(8), "--retries=0", `--budget=${100 * mib}B`),
          );
          expect(ran.status).toBe(2);
          const { jobs, bytesBilled } = server.figures();
          expect(jobs).toMatchObject({ started: 2, running: 0, cancelled: 2 });
          expect(bytesBilled).toBeLessThanOrEqual(100 * mib);
          expect(ran.report.summary).toMatchObject({ unknownCost: 2, bytesBilled: 0 });
        }),
      minute,
    );
  }
});
