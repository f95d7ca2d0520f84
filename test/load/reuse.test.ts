/** Which results of a journal are reused, by files, BigQuery tables and conditions, with the real programs. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { appendFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Effect } from "effect";
import { binary, run } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { workdir } from "../support/files.ts";
import { scratch } from "../support/scratch.ts";
import { type Script, scriptedServer, type Table } from "../support/scripted-server/index.ts";
import type { Program } from "./support.ts";

setDefaultTimeout(60_000);

/** The number of results that a run reuses. */
const reused = async (argv: ReadonlyArray<string>): Promise<number> => {
  const ran = await run([...argv, "--format=json"]);
  expect(ran.status).toBeLessThanOrEqual(1);
  return Number(/note: (\d+) of \d+ results were reused from the journal/.exec(ran.stderr)?.[1] ?? 0);
};

const csv = "id,name\n1,a\n2,b\n";

describe("of local files", () => {
  const files = (...names: ReadonlyArray<string>) => {
    const folder = scratch();
    const paths = names.map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, csv);
    return { folder, paths, journal: `--journal=${join(folder, "journal")}` };
  };

  test("only those with the same size and modification time", async () => {
    const { paths, journal } = files("a.csv", "b.csv", "c.csv");
    const argv = [...binary(), journal, ...paths];
    expect(await reused(argv)).toBe(0);
    expect(await reused(argv)).toBe(3);
    appendFileSync(paths[0]!, "3,c\n");
    expect(await reused(argv)).toBe(2);
    utimesSync(paths[1]!, 1_700_000_000, 1_700_000_000);
    expect(await reused(argv)).toBe(2);
    expect(await reused(argv)).toBe(3);
  });

  test("of a glob only while it matches the same files", async () => {
    const { folder, journal } = files("a.csv", "b.csv");
    const argv = [...binary(), journal, join(folder, "*.csv")];
    expect([await reused(argv), await reused(argv)]).toEqual([0, 1]);
    writeFileSync(join(folder, "c.csv"), csv);
    expect([await reused(argv), await reused(argv)]).toEqual([0, 1]);
  });

  test("with a condition only if it is deterministic", async () => {
    const { folder, paths } = files("a.csv");
    const argv = (name: string, where: string) => [
      ...binary(), `--journal=${join(folder, name)}`, `--where=${where}`, paths[0]!,
    ]; // biome-ignore format: one list
    await reused(argv("j", "id > 1"));
    expect(await reused(argv("j", "id > 1"))).toBe(1);
    await reused(argv("k", "now() > '2000-01-01'"));
    expect(await reused(argv("k", "now() > '2000-01-01'"))).toBe(0);
    expect(await reused([...argv("k", "now() > '2000-01-01'"), "--no-verify"])).toBe(1);
  });

  it.live("of a DuckDB file its tables, but not its views", () =>
    Effect.gen(function* () {
      const { database } = yield* workdir;
      const file = yield* Effect.promise(() =>
        database("w.duckdb", "CREATE TABLE t AS SELECT 1 AS id", "CREATE VIEW v AS SELECT 2 AS id"),
      );
      const argv = [...binary(), `--journal=${join(scratch(), "j")}`, `${file}#t`, `${file}#v`];
      expect(yield* Effect.promise(() => reused(argv))).toBe(0);
      expect(yield* Effect.promise(() => reused(argv))).toBe(1);
    }),
  );

  test("of a pair while both sides are the same, schema files among them", async () => {
    const { folder, paths, journal } = files("a.csv", "b.csv");
    const schema = join(folder, "x.schema.json");
    writeFileSync(schema, '[{"name":"id","type":"INT64"}]');
    for (const [program, pair] of [
      ["bq-schema-diff", [paths[0]!, schema]],
      ["bq-table-compare", paths],
    ] as const) {
      const argv = [...binary(program), `${journal}-${program}`, ...pair];
      expect([await reused(argv), await reused(argv)]).toEqual([0, 1]);
      writeFileSync(
        pair[1]!,
        program === "bq-schema-diff" ? '[{"name":"key","type":"INT64"}]' : `${csv}3,c\n`,
      );
      expect([await reused(argv), await reused(argv)]).toEqual([0, 1]);
    }
  });
});

describe("of tables of BigQuery", () => {
  const table = (more: Partial<Table> = {}): Table => ({
    schema: { fields: [{ name: "id", type: "INTEGER" }] },
    numBytes: "100",
    numRows: "1",
    etag: "e1",
    lastModifiedTime: "1704153600000",
    ...more,
  });
  const query: Script["query"] = (sql) =>
    sql.includes("rows_a")
      ? {
          fields: ["rows_a", "rows_b", "same", "changed", "only_a", "only_b", "capped"].map((name) => ({
            name,
            type: "INTEGER",
          })),
          rows: [["1", "1", "1", "0", "0", "0", "0"]],
        }
      : {
          fields: [
            { name: "counts", type: "INTEGER", mode: "REPEATED" },
            { name: "profiles", type: "STRING", mode: "REPEATED" },
          ],
          rows: [[[{ v: "1" }], [{ v: '{"present":"1"}' }]]],
        };

  /** The results that the second of two runs reuses after the second table has changed. */
  const between = (program: Program, before: Table, after: Table) =>
    Effect.gen(function* () {
      const others = { "p.d.a": table() };
      const server = yield* scriptedServer({ query, tables: { ...others, "p.d.b": before } });
      const argv = [
        ...binary(program),
        `--endpoint=${server.url}`, "--project=b", "--rate-limit=1000", `--journal=${join(scratch(), "j")}`,
        ...(program === "bq-profile" ? ["--sample-size=0", "p.d.a", "p.d.b"] : ["p.d.a:p.d.a", "p.d.a:p.d.b"]),
      ]; // biome-ignore format: one list
      expect(yield* Effect.promise(() => reused(argv))).toBe(0);
      server.change({ query, tables: { ...others, "p.d.b": after } });
      return yield* Effect.promise(() => reused(argv));
    });

  const rows: ReadonlyArray<readonly [name: string, before: Table, after: Table, used: number]> = [
    ["what has not changed", table(), table(), 2],
    ["not where the etag is another", table(), table({ etag: "e2" }), 1],
    ["not where it was modified", table(), table({ lastModifiedTime: "1704240000000" }), 1],
    ["not where it has other rows", table(), table({ numRows: "2" }), 1],
    ["not where it has other bytes", table(), table({ numBytes: "200" }), 1],
    ["not while rows are streamed into it", table({ streamingBuffer: { estimatedRows: "1" } }), table({ streamingBuffer: { estimatedRows: "1" } }), 1],
    ["not of a view", table({ type: "VIEW", view: { query: "SELECT 1 AS id" } }), table({ type: "VIEW", view: { query: "SELECT 1 AS id" } }), 1],
    ["not of an external table", table({ type: "EXTERNAL" }), table({ type: "EXTERNAL" }), 1],
  ]; // biome-ignore format: one table
  for (const program of ["bq-profile", "bq-schema-diff", "bq-table-compare"] as const) {
    for (const [name, before, after, used] of rows) {
      it.live(`${program}: ${name}`, () =>
        Effect.map(between(program, before, after), (found) => expect(found).toBe(used)),
      );
    }
  }
});
