/** Every request of all three programs is valid by Google's description of the REST API. */
import { describe, expect, test } from "bun:test";
import { Effect } from "effect";
import { batch, type Program, tables } from "../../load/support.ts";
import { it } from "../../support/effect.ts";
import {
  type Script,
  type Seen,
  scriptedServer,
  type Table,
  warehouse,
} from "../../support/scripted-server/index.ts";
import { described, faultsOf } from "./description/validate.ts";

type Run = readonly [program: Program, items: ReadonlyArray<string>, ...options: ReadonlyArray<string>];

const pairs = ["p.d.t0:p.e.t0", "p.d.t3:p.e.t1"];

/** The warehouse rejects some statements as invalid queries, but their requests are validated, too. */
const runs: ReadonlyArray<Run> = [
  ["bq-profile", tables(3), "--label=team=data,env=prod", "--location=EU", "--max-bytes-billed=1GB"],
  ["bq-profile", ["p.d.t*"], "--union"],
  ["bq-profile", ["p.d.*", "p.d.missing", "p.nowhere.t1"], "--budget=1GB", "--max-bytes-billed=none"],
  ["bq-profile", tables(2), "--dry-run", "--detect-anomalies", "--exact"],
  ["bq-profile", tables(2), "--columns=id,name", "--sample-size=3", "--where=id > 3"],
  ["bq-profile", tables(2), "--as-of=2024-05-01T12:30:00Z", "--sample-percent=12.5"],
  ["bq-profile", ["p.d.wide", "p.d.pico", "p.d.view", "p.d.parts"], "--top=0"],
  ["bq-profile", ["p.d.parts"], "--partitions=latest"],
  ["bq-profile", ["p.d.endless"], "--timeout=2s", "--quota-project=p"],
  ["bq-table-compare", pairs, "--key=id", "--stats=always"],
  ["bq-table-compare", ["p.d.*:p.e.*"], "--budget=1GB"],
  ["bq-table-compare", pairs, "--dry-run", "--where=id > 1"],
  ["bq-schema-diff", [...pairs, "p.d.t*:p.e.t*", "p.d.missing:p.e.t0"]],
]; // biome-ignore format: a run a line

const house = warehouse({ tables: 4, datasets: ["d", "e"], deviants: 2 });

const more: Readonly<Record<string, Table>> = {
  wide: { schema: { fields: Array.from({ length: 600 }, (_, i) => ({ name: `${"n".repeat(200)}${i}`, type: "STRING" })) }, numRows: "1" },
  pico: { schema: { fields: [{ name: "at", type: "TIMESTAMP", timestampPrecision: "12" }] }, numRows: "1" },
  view: { type: "VIEW", view: { query: "SELECT 1 AS n" }, schema: { fields: [{ name: "n", type: "INTEGER" }] } },
  parts: { schema: { fields: [{ name: "day", type: "DATE" }] }, timePartitioning: { type: "DAY", field: "day" }, numRows: "1" },
  endless: { schema: { fields: [{ name: "n", type: "INTEGER" }] }, numRows: "1" },
}; // biome-ignore format: a table a line

const script: Script = {
  ...house,
  tables: { ...house.tables, table: (p, d, name) => (d === "d" ? more[name] : undefined) ?? house.tables.table(p, d, name) },
  query: (sql, number) => (sql.includes("endless") ? { runsMs: Number.POSITIVE_INFINITY } : house.query(sql, number)),
  pageRows: 1,
  fault: ({ method }, before) =>
    method === "jobs.getQueryResults" && before === 0 ? { status: 503, reason: "backendError" } : undefined,
}; // biome-ignore format: short lines

describe("requests", () => {
  const seen = new Set<string>();

  for (const [program, items, ...options] of runs) {
    it.live(
      `${program} ${items.join(" ")} ${options.join(" ")}`,
      () =>
        Effect.gen(function* () {
          const server = yield* scriptedServer(script);
          yield* Effect.promise(() =>
            batch(server.url, program, items, "--rate-limit=1000", "--retries=1", ...options),
          );
          expect(server.requests.length).toBeGreaterThan(0);
          for (const request of server.requests) {
            seen.add(request.method);
            expect([request.method, faultsOf(request)]).toEqual([request.method, []]);
            expect(request.headers["user-agent"]).toStartWith("bqkit");
          }
        }),
      60_000,
    );
  }

  test("use every method in the description", () => expect([...seen].sort()).toEqual([...described].sort()));
});

describe("the description rejects", () => {
  const insert = (body: object): Pick<Seen, "method" | "query" | "body"> => ({
    method: "jobs.insert",
    query: {},
    body: { ...body },
  });
  const wrong: ReadonlyArray<readonly [what: string, request: Pick<Seen, "method" | "query" | "body">]> = [
    ["a method that is not called", { method: "jobs.query", query: {}, body: {} }],
    ["an unknown parameter", { method: "tables.get", query: { expand: "1" }, body: {} }],
    ["a parameter of another method", { method: "jobs.get", query: { maxResults: "1" }, body: {} }],
    ["an invalid integer", { method: "tables.list", query: { maxResults: "Infinity" }, body: {} }],
    ["a value outside its enumeration", { method: "tabledata.list", query: { "formatOptions.timestampOutputFormat": "TEXT" }, body: {} }],
    ["a body of a method without one", { method: "jobs.cancel", query: {}, body: { force: true } }],
    ["an unknown property", insert({ configuration: { query: { query: "SELECT 1", timeoutMs: 1 } } })],
    ["a number instead of a string of digits", insert({ configuration: { query: { maximumBytesBilled: 1 } } })],
    ["digits with an exponent", insert({ configuration: { query: { maximumBytesBilled: "1e9" } } })],
    ["labels that are not strings", insert({ configuration: { labels: { n: 1 } } })],
    ["a mask of unknown fields", { method: "jobs.get", query: { fields: "status,statistics(query(bytes))" }, body: {} }],
  ]; // biome-ignore format: one table
  for (const [what, request] of wrong) test(what, () => expect(faultsOf(request)).toHaveLength(1));
});
