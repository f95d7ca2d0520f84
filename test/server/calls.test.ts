/** The scripted server's responses without faults. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import type { Script, Table } from "../support/scripted-server/index.ts";
import { reasonOf, serving } from "./support.ts";

const table: Table = {
  schema: { fields: [{ name: "id", type: "INTEGER" }, { name: "at", type: "TIMESTAMP" }] },
  rows: [["1", "1704067200123456"], ["2", null], ["3", "0"]],
}; // biome-ignore format: one table

const tables = { "p.d.a": table, "p.d.b": table, "p.d.c": table, "p.e.a": table };

describe("tables and datasets", () => {
  it.live("are listed page by page", () =>
    Effect.gen(function* () {
      const { get } = yield* serving({ tables });
      const first = (yield* get("/datasets/d/tables?maxResults=2")).json;
      const next = (yield* get(`/datasets/d/tables?maxResults=2&pageToken=${first.nextPageToken}`)).json;
      const names = [first, next].map(({ tables }) =>
        tables.map((one: { tableReference: { tableId: string } }) => one.tableReference.tableId),
      );
      expect(names).toEqual([["a", "b"], ["c"]]);
      expect(next.nextPageToken).toBeUndefined();
      const { datasets } = (yield* get("/datasets")).json;
      expect(datasets.map(({ id }: { id: string }) => id)).toEqual(["p:d", "p:e"]);
    }),
  );

  it.live("that are missing are reported", () =>
    Effect.gen(function* () {
      const { get } = yield* serving({ tables });
      for (const [path, message] of [
        ["/datasets/d/tables/nix", "Not found: Table p:d.nix"],
        ["/datasets/d/tables/nix/data", "Not found: Table p:d.nix"],
        ["/datasets/nix/tables/a", "Not found: Dataset p:nix"],
        ["/datasets/nix/tables", "Not found: Dataset p:nix"],
      ]) {
        const answer = yield* get(path!);
        expect([answer.status, reasonOf(answer), answer.json.error.message]).toEqual([
          404,
          "notFound",
          message,
        ]);
      }
    }),
  );

  it.live("return only the requested fields", () =>
    Effect.gen(function* () {
      const { get } = yield* serving({ tables });
      const { json } = yield* get(
        "/datasets/d/tables/a?fields=numRows,schema(fields(name)),tableReference/tableId",
      );
      expect(json).toEqual({
        numRows: "3",
        schema: { fields: [{ name: "id" }, { name: "at" }] },
        tableReference: { tableId: "a" },
      });
    }),
  );

  it.live("list rows by pages and columns, with timestamps in integer microseconds only if requested", () =>
    Effect.gen(function* () {
      const { get } = yield* serving({ tables, pageRows: 2 });
      const { json } = yield* get("/datasets/d/tables/a/data");
      expect(json).toMatchObject({ totalRows: "3", pageToken: "2" });
      expect(json.rows[0]).toEqual({ f: [{ v: "1" }, { v: "1.704067200123456E9" }] });
      const exact = "formatOptions.useInt64Timestamp=true&selectedFields=at";
      const whole = (yield* get(`/datasets/d/tables/a/data?${exact}`)).json;
      expect(whole.rows).toEqual([{ f: [{ v: "1704067200123456" }] }, { f: [{ v: null }] }]);
      expect((yield* get("/datasets/d/tables/a/data?pageToken=2")).json.rows.length).toBe(1);
    }),
  );
});

const numbers: Script["query"] = () => ({
  fields: [{ name: "n", type: "INTEGER" }],
  rows: Array.from({ length: 5 }, (_, i) => [String(i)]),
  bill: { estimate: 1000, accuracy: "PRECISE" },
});

describe("a query", () => {
  it.live("returns its rows page by page, and its cost", () =>
    Effect.gen(function* () {
      const { query, get } = yield* serving({ query: numbers });
      const first = (yield* query("SELECT n", { maxResults: 3 })).json;
      expect(first).toMatchObject({ jobComplete: true, totalRows: "5", pageToken: "3" });
      const { jobId, location, projectId } = first.jobReference;
      expect([projectId, location]).toEqual(["p", "EU"]);
      const rest = (yield* get(`/queries/${jobId}?location=EU&pageToken=3`)).json;
      expect(rest.rows.map(({ f }: { f: [{ v: string }] }) => f[0].v)).toEqual(["3", "4"]);
      const job = (yield* get(`/jobs/${jobId}?location=EU`)).json;
      expect(job.status).toEqual({ state: "DONE" });
      expect(job.statistics).toMatchObject({
        totalBytesProcessed: "1000",
        query: { totalBytesBilled: String(10 * 2 ** 20), cacheHit: false },
      });
    }),
  );

  it.live("is only found in its location, like its tables", () =>
    Effect.gen(function* () {
      const { query, get } = yield* serving({ query: numbers });
      const { jobId } = (yield* query("SELECT n")).json.jobReference;
      for (const path of [`/jobs/${jobId}`, `/jobs/${jobId}?location=US`, `/queries/${jobId}`])
        expect((yield* get(path)).status).toBe(404);
      const elsewhere = yield* query("SELECT n FROM `p.d.t`", { location: "US" });
      expect(elsewhere.json.error.message).toBe("Not found: Dataset p:d was not found in location US");
    }),
  );

  it.live("by jobs.insert runs once, with the id that the client chose", () =>
    Effect.gen(function* () {
      const { server, post, get } = yield* serving({ query: numbers });
      const body = {
        jobReference: { projectId: "p", jobId: "mine", location: "EU" },
        configuration: { query: { query: "SELECT n", useLegacySql: false } },
      };
      expect((yield* post("/jobs", body)).json.jobReference.jobId).toBe("mine");
      const again = yield* post("/jobs", body);
      expect([again.status, reasonOf(again)]).toEqual([409, "duplicate"]);
      expect(again.json.error.message).toBe("Already Exists: Job p:EU.mine");
      expect((yield* get("/queries/mine?location=EU")).json.totalRows).toBe("5");
      expect(server.jobs.length).toBe(1);
    }),
  );

  it.live("as a dry run runs nothing", () =>
    Effect.gen(function* () {
      const { server, post } = yield* serving({ query: numbers });
      const { json } = yield* post("/jobs", {
        configuration: { dryRun: true, query: { query: "SELECT n", useLegacySql: false } },
      });
      expect(json.statistics.query).toMatchObject({
        totalBytesProcessed: "1000",
        totalBytesProcessedAccuracy: "PRECISE",
        schema: { fields: [{ name: "n", type: "INTEGER" }] },
      });
      expect([server.jobs.length, server.figures().bytesBilled]).toEqual([0, 0]);
    }),
  );
});

describe("an unknown call", () => {
  it.live("is rejected", () =>
    Effect.gen(function* () {
      const { get, post, server } = yield* serving({});
      expect((yield* get("/routines")).status).toBe(404);
      expect((yield* post("/datasets", {})).status).toBe(404);
      const response = yield* Effect.promise(() =>
        fetch(`${server.url}/bigquery/v2/projects/p/queries`, { method: "POST", body: "{" }),
      );
      expect(response.status).toBe(400);
    }),
  );
});
