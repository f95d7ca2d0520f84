/** The scripted server's jobs: running, waiting, failing, cancelling, and repeated ids. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import type { Query } from "../support/scripted-server/index.ts";
import { reasonOf, serving } from "./support.ts";

const one: Query = { fields: [{ name: "n", type: "INTEGER" }], rows: [["1"]] };

describe("a job that runs", () => {
  it.live("is waited for by a long poll, which answers as soon as it ends", () =>
    Effect.gen(function* () {
      const { server, query, get } = yield* serving({ query: () => ({ ...one, runsMs: 300 }) });
      const started = yield* query("SELECT 1", { timeoutMs: 50 });
      expect(started.json.jobComplete).toBe(false);
      const { jobId } = started.json.jobReference;
      expect(server.figures().jobs).toMatchObject({ running: 1, completed: 0 });
      const poll = yield* get(`/queries/${jobId}?location=EU&timeoutMs=10000`);
      expect(poll.json.jobComplete).toBe(true);
      expect(server.figures().jobs).toMatchObject({ running: 0, completed: 1 });
    }),
  );

  it.live("ends without polls", () =>
    Effect.gen(function* () {
      const { server, query } = yield* serving({ query: () => ({ ...one, runsMs: 20 }) });
      yield* query("SELECT 1", { timeoutMs: 0 });
      yield* Effect.sleep(5).pipe(Effect.repeat({ until: () => server.figures().jobs.running === 0 }));
      expect(server.figures().jobs.completed).toBe(1);
    }),
  );

  it.live("is unfinished for the scripted number of polls, each answered immediately", () =>
    Effect.gen(function* () {
      const { query, get } = yield* serving({ query: () => ({ ...one, pending: 2 }) });
      const { jobId } = (yield* query("SELECT 1")).json.jobReference;
      const poll = get(`/queries/${jobId}?location=EU&timeoutMs=10000`);
      expect((yield* poll).json.jobComplete).toBe(false);
      expect((yield* poll).json.rows).toEqual([{ f: [{ v: "1" }] }]);
    }),
  );

  it.live("is RUNNING for jobs.get, without a cost", () =>
    Effect.gen(function* () {
      const { query, get } = yield* serving({
        query: () => ({ ...one, pending: Infinity, bill: { processed: 5 } }),
      });
      const { jobId } = (yield* query("SELECT 1", { timeoutMs: 0 })).json.jobReference;
      const { status, statistics } = (yield* get(`/jobs/${jobId}?location=EU`)).json;
      expect(status).toEqual({ state: "RUNNING" });
      expect(statistics.totalBytesProcessed).toBeUndefined();
    }),
  );
});

describe("a job that is cancelled", () => {
  it.live("ends the poll that waits for it, and is never completed", () =>
    Effect.gen(function* () {
      const { server, query, post, get } = yield* serving({ query: () => ({ ...one, runsMs: Infinity }) });
      const { jobId } = (yield* query("SELECT 1", { timeoutMs: 0 })).json.jobReference;
      const poll = yield* Effect.fork(get(`/queries/${jobId}?location=EU&timeoutMs=20000`));
      yield* Effect.sleep(5).pipe(Effect.repeat({ until: () => server.count("jobs.getQueryResults") > 0 }));
      yield* post(`/jobs/${jobId}/cancel?location=EU`, {});
      const answer = yield* poll;
      expect([answer.status, reasonOf(answer)]).toEqual([400, "stopped"]);
      const { status } = (yield* get(`/jobs/${jobId}?location=EU`)).json;
      expect([status.state, status.errorResult.reason]).toEqual(["DONE", "stopped"]);
      expect(server.figures().jobs).toMatchObject({ cancelled: 1, completed: 0, running: 0 });
    }),
  );

  it.live("does not change if it had ended", () =>
    Effect.gen(function* () {
      const { server, query, post } = yield* serving({ query: () => one });
      const { jobId } = (yield* query("SELECT 1")).json.jobReference;
      expect((yield* post(`/jobs/${jobId}/cancel?location=EU`, {})).status).toBe(200);
      expect(server.jobs.map(({ cancelled }) => cancelled)).toEqual([false]);
    }),
  );
});

describe("a job that fails after it ran", () => {
  it.live("reports its error to polls and to jobs.get", () =>
    Effect.gen(function* () {
      const error = { status: 400, reason: "jobBackendError", message: "try again" };
      const { server, query, get } = yield* serving({ query: () => ({ error, runsMs: 20 }) });
      const started = yield* query("SELECT 1", { timeoutMs: 0 });
      const { jobId } = started.json.jobReference;
      const poll = yield* get(`/queries/${jobId}?location=EU&timeoutMs=5000`);
      expect([poll.status, reasonOf(poll)]).toEqual([400, "jobBackendError"]);
      const { status } = (yield* get(`/jobs/${jobId}?location=EU`)).json;
      expect(status.errorResult).toEqual({ reason: "jobBackendError", message: "try again" });
      expect(server.figures().jobs).toMatchObject({ failed: 1, completed: 0 });
    }),
  );
});

describe("a repeated request", () => {
  it.live("starts another job, for any requestId", () =>
    Effect.gen(function* () {
      const { server, query } = yield* serving({ query: () => one });
      const ids: Array<string> = [];
      for (const requestId of ["a", "a"])
        ids.push((yield* query("SELECT 1", { requestId })).json.jobReference.jobId);
      expect(ids).toEqual(["job-1", "job-2"]);
      const { jobs } = server.figures();
      expect(jobs).toMatchObject({ started: 2, repeated: 0, statements: 1 });
      expect(jobs.moreThanOnce).toEqual([{ sql: "SELECT 1", times: 2 }]);
    }),
  );

  it.live("with a job id is rejected as a duplicate, even if that job failed", () =>
    Effect.gen(function* () {
      const error = { status: 400, reason: "jobInternalError", message: "no" };
      const { insert, get, server } = yield* serving({
        query: () => one,
        fault: (_, before) => (before === 0 ? { job: error } : undefined),
      });
      expect((yield* insert("mine", "SELECT 1")).json.status.errorResult.reason).toBe("jobInternalError");
      const again = yield* insert("mine", "SELECT 1");
      expect([again.status, reasonOf(again)]).toEqual([409, "duplicate"]);
      expect(again.json.error.message).toBe("Already Exists: Job p:EU.mine");
      expect(reasonOf(yield* get("/queries/mine?location=EU"))).toBe("jobInternalError");
      expect((yield* insert("other", "SELECT 1")).status).toBe(200);
      expect(server.figures().jobs).toMatchObject({ started: 2, repeated: 1 });
    }),
  );
});
