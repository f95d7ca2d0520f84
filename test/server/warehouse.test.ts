/** Batches of the three programs over a warehouse's tables, by the real command line. */
import { describe, expect, setDefaultTimeout } from "bun:test";
import { Effect } from "effect";
import { binary, run } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { scriptedServer, type WarehouseOptions, warehouse } from "../support/scripted-server/index.ts";
import { reasonOf, serving } from "./support.ts";

setDefaultTimeout(60_000);

const batch = (
  program: string,
  options: WarehouseOptions,
  argv: ReadonlyArray<string>,
  items: ReadonlyArray<string>,
) =>
  Effect.gen(function* () {
    const server = yield* scriptedServer(warehouse(options));
    const connection = ["--endpoint", server.url, "--project", "p", "--rate-limit", "100000"];
    const command = [...binary(program), ...connection, "--format", "json", "--parallel", "16", ...argv];
    const ran = yield* Effect.promise(() => run(command, { stdin: items.join("\n") }));
    expect(ran.stderr).toBe("");
    return { status: ran.status, report: JSON.parse(ran.stdout), server };
  });

const indexes = (count: number) => Array.from({ length: count }, (_, i) => i);
const pairs = { tables: 60, datasets: ["d", "e"], deviants: 10 };
const deviants = [0, 10, 20, 30, 40, 50];

/** Which items of a report differ. */
const different = (report: { readonly results: ReadonlyArray<{ index: number; status: string }> }) =>
  report.results.filter(({ status }) => status === "different").map(({ index }) => index);

describe("a batch", () => {
  it.live("of profiles is answered for every table, and billed for every column", () =>
    Effect.gen(function* () {
      const items = indexes(60).map((i) => `p.d.t${i}`);
      const bytes = 100 * 2 ** 20;
      const { status, report, server } = yield* batch(
        "bq-profile",
        { tables: 60, columns: 9, bytes },
        [],
        items,
      );
      expect([status, report.summary.ok]).toEqual([0, 60]);
      expect(report.results[59].profile.columns.map(({ name }: { name: string }) => name)).toEqual([
        "id", "name", "amount", "at", "n4", "s5", "f6", "b7", "d8",
      ]); // biome-ignore format: one list
      expect(report.results[59].profile.columns[0]).toMatchObject({ min: 0, max: 99, mean: 49.5, nulls: 0 });
      expect(server.figures().jobs).toMatchObject({ completed: 60, statements: 60, moreThanOnce: [] });
      expect([report.summary.bytesBilled, server.figures().bytesBilled]).toEqual([60 * bytes, 60 * bytes]);
    }),
  );

  it.live("of comparisons finds the tables that deviate, with a key and without", () =>
    Effect.gen(function* () {
      const items = indexes(60).map((i) => `p.d.t${i}:p.e.t${i}`);
      for (const argv of [["--key", "id"], []]) {
        const { status, report } = yield* batch("bq-table-compare", pairs, [...argv, "--skip-stats"], items);
        expect([status, different(report)]).toEqual([1, deviants]);
        expect(report.results[10].comparison.rows).toMatchObject(
          argv.length > 0 ? { same: 99, changed: 1 } : { same: 99, onlyA: 1, onlyB: 1 },
        );
      }
    }),
  );

  it.live("of schemas finds the columns that were added, without a query", () =>
    Effect.gen(function* () {
      const items = indexes(60).map((i) => `p.d.t${i}:p.e.t${i}`);
      const { report, server } = yield* batch("bq-schema-diff", pairs, [], items);
      expect(different(report)).toEqual(deviants);
      expect([server.count("tables.get"), server.jobs.length]).toEqual([120, 0]);
    }),
  );
});

describe("a warehouse", () => {
  it.live("bills the columns that are read, of each table once", () =>
    Effect.gen(function* () {
      const bytes = 26 * 2 ** 20;
      const { server, query } = yield* serving(warehouse({ tables: 2, rows: 10, bytes, estimateTimes: 2 }));
      // Ten rows of two columns of 8 bytes; the third is as wide, and nine texts have 72.
      const side =
        "SELECT k0 FROM (SELECT bqkit_r.`id` AS k0, bqkit_r.`amount` AS c0 FROM `p.d.t1` AS bqkit_r) AS s";
      const sql = `${side} UNION ALL ${side}`;
      const answer = yield* query(sql);
      expect(answer.json.totalBytesProcessed).toBe(String(Math.round((bytes * 160) / 312)));
      expect(server.jobs[0]?.answer.bill?.estimate).toEqual([2 * Math.round((bytes * 160) / 312)]);
    }),
  );

  it.live("answers no statement incorrectly: unknown ones are rejected", () =>
    Effect.gen(function* () {
      const { query } = yield* serving(warehouse({ tables: 2 }));
      const from = "FROM `p.d.t1` AS bqkit_r";
      for (const sql of [
        "SELECT 1",
        `SELECT [1] AS counts FROM (SELECT bqkit_r.\`id\` AS c0 ${from}\nWHERE bqkit_r.id = 1) AS r`,
        `SELECT MEDIAN(r.c0) AS c0_median FROM (SELECT bqkit_r.\`id\` AS c0 ${from}) AS r`,
        `SELECT COUNT(r.c0) AS c0_present FROM (SELECT bqkit_r.\`nix\` AS c0 ${from}) AS r`,
        `SELECT COUNT(r.c0) AS c0_present FROM (SELECT bqkit_r.\`id\`.\`x\` AS c0 ${from}) AS r`,
      ])
        expect(reasonOf(yield* query(sql))).toBe("invalidQuery");
      const missing = yield* query(
        "SELECT COUNT(*) FROM (SELECT bqkit_r.`id` AS c0 FROM `p.d.t2` AS bqkit_r) AS r",
      );
      expect([missing.status, missing.json.error.message]).toEqual([
        404,
        "Not found: Table p:d.t2 was not found",
      ]);
    }),
  );

  it.live("of another version only has other etags and modification times", () =>
    Effect.gen(function* () {
      const table = (version: number) =>
        Effect.flatMap(serving(warehouse({ tables: 1, version })), ({ get }) => get("/datasets/d/tables/t0"));
      const [one, two] = [(yield* table(1)).json, (yield* table(2)).json];
      expect([one.etag, two.etag]).toEqual(["d.t0@1", "d.t0@2"]);
      expect(Number(two.lastModifiedTime)).toBeGreaterThan(Number(one.lastModifiedTime));
      expect({ ...two, etag: one.etag, lastModifiedTime: one.lastModifiedTime }).toEqual(one);
    }),
  );
});
