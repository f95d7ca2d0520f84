/** The scripted server as a process, controlled over HTTP. */
import { describe, expect, setDefaultTimeout } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { type SpawnedServer, spawnedServer, spawnServer } from "../support/scripted-server/index.ts";
import { failure, reasonOf, send } from "./support.ts";

setDefaultTimeout(30_000);

const get = ({ url }: SpawnedServer, path: string) => Effect.promise(() => send(url, path));

describe("the process", () => {
  it.live("serves a JSON script, and reports its counters", () =>
    Effect.gen(function* () {
      const server = yield* spawnedServer({ warehouse: { tables: 3 }, pageRows: 2 });
      expect((yield* get(server, "/datasets/d/tables")).json.tables.length).toBe(2);
      const { requests, byMethod } = yield* Effect.promise(server.figures);
      expect([requests, byMethod["tables.list"]]).toEqual([1, 1]);
      yield* Effect.promise(server.reset);
      expect((yield* Effect.promise(server.figures)).requests).toBe(0);
    }),
  );

  it.live("reports its jobs, including running ones", () =>
    Effect.gen(function* () {
      const server = yield* spawnedServer({ warehouse: { tables: 3, runsMs: 1e10 } });
      const sql =
        "SELECT (SELECT COUNT(*) FROM (SELECT 1 AS nothing FROM `p.d.t1` AS bqkit_r) AS a) AS rows_a";
      const body = { query: `${sql}, ${sql.slice(7)}`, timeoutMs: 0 };
      const started = yield* Effect.promise(() => send(server.url, "/queries", { body }));
      expect(started.json.jobComplete).toBe(false);
      const [job, ...more] = yield* Effect.promise(server.jobs);
      expect(job).toMatchObject({ id: "job-1", state: "RUNNING", cancelled: false });
      expect(body.query).toStartWith(job?.sql ?? "nothing");
      expect(more).toEqual([]);
    }),
  );

  it.live("accepts another script while it runs: faults by rules, counts and chance", () =>
    Effect.gen(function* () {
      const server = yield* spawnedServer();
      const tables = { warehouse: { tables: 3 } };
      const rules = [
        { path: "t0$", times: 1, fault: "unavailable" },
        { method: "tables.list", fault: { status: 403, reason: "accessDenied" } },
      ] as const;
      yield* Effect.promise(() => server.change({ ...tables, rules }));
      const table = get(server, "/datasets/d/tables/t0");
      expect([(yield* table).status, (yield* table).status]).toEqual([503, 200]);
      expect(reasonOf(yield* get(server, "/datasets/d/tables"))).toBe("accessDenied");
      const random = { seed: 1, share: 1, kinds: ["internalError"] } as const;
      yield* Effect.promise(() => server.change({ ...tables, random }));
      expect([(yield* table).status, (yield* table).status]).toEqual([500, 500]);
    }),
  );

  it.live("refuses connections for a while", () =>
    Effect.gen(function* () {
      const server = yield* spawnedServer({ warehouse: { tables: 1 } });
      yield* Effect.promise(() => server.refuseConnections(300));
      const sent = Effect.promise(() => failure(send(server.url, "/datasets")));
      const failures = new Set<string | undefined>();
      const met = Effect.tap(sent, (one) => Effect.sync(() => failures.add(one)));
      yield* Effect.repeat(met, { until: (one) => one === "ECONNREFUSED" });
      yield* Effect.repeat(met, { until: (one) => one === undefined });
      expect(failures.has("ECONNREFUSED")).toBe(true);
    }),
  );

  it.live("ends with its parent", () =>
    Effect.gen(function* () {
      const server = yield* Effect.promise(() => spawnServer());
      yield* Effect.promise(server.stop);
      expect(yield* Effect.promise(() => failure(send(server.url, "/datasets")))).toBe("ECONNREFUSED");
    }),
  );
});
