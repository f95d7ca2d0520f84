/** The job behind a query where its name, or its answer, is not had at once. */
import { describe, expect } from "bun:test";
import { Effect, Ref, TestClock } from "effect";
import * as Job from "../../src/layers/google/Job.ts";
import { BigQueryError } from "../../src/services/BigQueryError.ts";
import { it } from "../support/effect.ts";
import { connect, statement } from "./support.ts";

const rows = { fields: [{ name: "n", type: "INTEGER" }], rows: [["1"]] };

describe("a duplicate", () => {
  it.live("names a job that is ours: it is asked for, and its answer taken", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({
        query: () => rows,
        fault: ({ method }, before) =>
          method === "jobs.query" && before === 0 ? { duplicate: 1 } : undefined,
      });
      expect((yield* bigQuery.query(statement())).rows).toEqual([{ n: 1 }]);
      expect(server.count("jobs.query")).toBe(1);
      // Asked for, not there for a moment, there; and at the end for what it cost.
      expect(server.count("jobs.get")).toBe(3);
      expect(server.figures().jobs).toMatchObject({ started: 1, completed: 1, moreThanOnce: [] });
    }),
  );

  it.live("without a name is an error: a new job might run the query twice", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({
        query: () => rows,
        fault: ({ method }) =>
          method === "jobs.query"
            ? { status: 409, reason: "duplicate", message: "Already Exists" }
            : undefined,
      });
      expect((yield* Effect.flip(bigQuery.query(statement()))).reason).toBe("duplicate");
      expect(server.count("jobs.query")).toBe(1);
    }),
  );
});

describe("a start without an answer", () => {
  it.live("is repeated as the same request, which finds the job that it had started", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect({
        query: () => rows,
        fault: ({ method }, before) => (method === "jobs.query" && before < 2 ? "resetAfter" : undefined),
      });
      expect((yield* bigQuery.query(statement())).rows).toEqual([{ n: 1 }]);
      const ids = server.requests.flatMap(({ method, body }) =>
        method === "jobs.query" ? [body.requestId] : [],
      );
      expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
      expect(server.figures().jobs).toMatchObject({ started: 1, moreThanOnce: [] });
    }),
  );

  it.live("that is given up leaves no job behind, and may have cost something", () =>
    Effect.gen(function* () {
      const { server, bigQuery } = yield* connect(
        {
          query: () => ({ ...rows, runsMs: Number.POSITIVE_INFINITY }),
          fault: ({ method, body }) =>
            method === "jobs.query" && body.timeoutMs !== 0 ? "resetAfter" : undefined,
        },
        { policy: { retries: 1 } },
      );
      const error = yield* Effect.flip(bigQuery.query(statement()));
      expect([error.reason, error.mayBeBilled]).toEqual(["connection", true]);
      expect(server.figures().jobs).toMatchObject({ started: 1, running: 0, cancelled: 1 });
    }),
  );

  it.effect("is not repeated after 14 minutes, when BigQuery would take it for a new one", () =>
    Effect.gen(function* () {
      const state = yield* Ref.make<Job.State>(Job.none);
      let sent = 0;
      const send = Effect.suspend(() => {
        sent += 1;
        return BigQueryError.of("connection", "gone");
      });
      const start = Effect.flip(Job.remembered(state, send, "EU", () => Job.done));
      expect((yield* start).reason).toBe("connection");
      yield* TestClock.adjust("13 minutes");
      expect((yield* start).reason).toBe("connection");
      yield* TestClock.adjust("2 minutes");
      const error = yield* start;
      expect([error.reason, error.retryable, sent]).toEqual(["invalidResponse", false, 2]);
    }),
  );
});
