/** The local engine: statements, interruption, and the lifetime of its resources. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { Effect, Exit, Fiber, Option, Scope } from "effect";
import type { TableReference } from "../../../src/domain/TableReference.ts";
import * as DuckDb from "../../../src/layers/duckdb/DuckDb.ts";
import { classify } from "../../../src/layers/duckdb/Errors.ts";
import type { BigQueryService } from "../../../src/services/BigQuery.ts";
import * as ItemScope from "../../../src/services/ItemScope.ts";
import { it } from "../../support/effect.ts";
import { reference, workdir } from "../../support/files.ts";
import { rawSql } from "../../support/sql.ts";

const run = (
  service: BigQueryService,
  text: string,
  tables: ReadonlyArray<TableReference> = [],
  maxRows?: number,
) =>
  service.query({
    sql: rawSql(text),
    tables,
    location: null,
    ...(maxRows === undefined ? {} : { maxRows }),
  });

const from = (service: BigQueryService, ref: TableReference): string => service.dialect(ref).from(ref).text;

const endless = "SELECT count(*) FROM range(100000000000) a WHERE random() < 0";

const anyService = Effect.gen(function* () {
  const dir = yield* workdir;
  const service = yield* DuckDb.make();
  const ref = reference(dir.text("any.csv", "a,b\n1,x\n2,y\n"));
  return { dir, ref, service };
});

describe("a statement", () => {
  it.live("returns rows by name with all digits, up to the limit", () =>
    Effect.gen(function* () {
      const { service, ref } = yield* anyService;
      const { rows, statistics } = yield* run(
        service,
        `SELECT a, b AS "select", 9223372036854775807 AS big FROM ${from(service, ref)}`,
        [ref],
      );
      expect(rows).toEqual([
        { a: 1, select: "x", big: "9223372036854775807" },
        { a: 2, select: "y", big: "9223372036854775807" },
      ]);
      expect(statistics).toEqual({
        jobId: null,
        bytesProcessed: null,
        bytesBilled: 0,
        slotMs: null,
        cacheHit: null,
        restricted: false,
      });
      expect((yield* run(service, "SELECT * FROM range(100000)", [], 3)).rows.length).toBe(3);
      expect((yield* run(service, "SELECT * FROM range(100000)")).rows.length).toBe(10_000);
      expect(yield* service.dryRun({ sql: rawSql("x"), tables: [], location: null })).toEqual({
        bytesProcessed: 0,
        accuracy: "PRECISE",
        schema: [],
      });
    }),
  );

  it.live("can read two tables", () =>
    Effect.gen(function* () {
      const { service, ref, dir } = yield* anyService;
      const other = reference(
        yield* Effect.promise(() => dir.parquet("o.parquet", "SELECT 2 AS a, 'two' AS n")),
      );
      const { rows } = yield* run(
        service,
        `SELECT n FROM ${from(service, ref)} JOIN ${from(service, other)} USING (a)`,
        [ref, other],
      );
      expect(rows).toEqual([{ n: "two" }]);
    }),
  );

  it.live("distinguishes files whose names differ only in case", () =>
    Effect.gen(function* () {
      const { dir, service } = yield* anyService;
      const [a, b] = [reference(dir.text("x.csv", "n\n1\n")), reference(dir.text("X.csv", "n\n2\n"))];
      const text = `SELECT (SELECT n FROM ${from(service, a)}) AS a, (SELECT n FROM ${from(service, b)}) AS b`;
      expect((yield* run(service, text, [a, b])).rows).toEqual([{ a: 1, b: 2 }]);
    }),
  );

  for (const [name, text, reason, message] of [
    [
      "that reads another file",
      "SELECT * FROM read_csv('/etc/passwd')",
      "accessDenied",
      /reads read_csv, which is not a table/,
    ],
    [
      "that reads another file by its name",
      "SELECT 1 WHERE EXISTS (FROM '/etc/x.csv')",
      "accessDenied",
      /reads \/etc\/x\.csv/,
    ],
    [
      "that reads another file by a function's name in quotes",
      `SELECT (SELECT count(*) FROM "READ_text"('/etc/passwd'))`,
      "accessDenied",
      /reads read_text/,
    ],
    ["that writes", "CREATE TABLE z AS SELECT 1", "invalidQuery", /only a SELECT/],
    ["that copies", "COPY (SELECT 1) TO '/tmp/bqkit-never.csv'", "invalidQuery", /only a SELECT/],
    ["after another one", "SELECT 1; DROP SCHEMA bqkit", "invalid", /./],
    ["that changes the settings", "SET threads = 1", "invalidQuery", /only a SELECT/],
    ["that does not parse", "SELECT FROM WHERE", "invalidQuery", /syntax error/],
    [
      "with an unknown column",
      "SELECT nam FROM (SELECT 'secret' AS name)",
      "invalidQuery",
      /no column nam; did you mean name\?/,
    ],
    [
      "with a value of another type",
      "SELECT x::INTEGER FROM (SELECT 'secret' || random() AS x)",
      "invalidQuery",
      /cannot be converted to the requested type/,
    ],
    [
      "that overflows",
      "SELECT sum(x) FROM (SELECT 170141183460469231731687303715884105727::HUGEINT x FROM range(2))",
      "invalidQuery",
      /outside the range/,
    ],
  ] as const) {
    it.live(`${name} fails without quoting values`, () =>
      Effect.gen(function* () {
        const { service } = yield* anyService;
        const error = yield* Effect.flip(run(service, text));
        expect(error.reason).toContain(reason);
        expect(error.message).toMatch(message);
        expect(error.message).not.toContain("secret");
        expect(existsSync("/tmp/bqkit-never.csv")).toBe(false);
      }),
    );
  }

  it.live("that exceeds memory and disk fails with outOfResources", () =>
    Effect.gen(function* () {
      const service = yield* DuckDb.make({ memoryLimit: "20000000" });
      const error = yield* Effect.flip(
        run(service, "SELECT list(i::VARCHAR || random()) FROM range(30000000) t(i)"),
      );
      expect(error.reason).toBe("outOfResources");
    }),
  );

  it.live("with an unknown column of listRows fails", () =>
    Effect.gen(function* () {
      const { service, ref } = yield* anyService;
      const error = yield* Effect.flip(
        service.listRows(yield* service.table(ref), { limit: 1, columns: ["bb"] }),
      );
      expect(error.message).toBe("there is no column bb; did you mean b?");
    }),
  );

  it.live("of patterns is unsupported", () =>
    Effect.gen(function* () {
      const { service } = yield* anyService;
      const error = yield* Effect.flip(
        service.listTables({ _tag: "BigQueryTable", dataset: "d", table: "t_*" }),
      );
      expect(error.reason).toBe("unsupported");
    }),
  );
});

describe("an interruption", () => {
  it.live("ends running and waiting statements immediately, and later ones succeed", () =>
    Effect.gen(function* () {
      const { service } = yield* anyService;
      const fibers = yield* Effect.forEach(Array.from({ length: 8 }), () =>
        Effect.fork(run(service, endless)),
      );
      yield* Effect.sleep("200 millis");
      const begun = performance.now();
      yield* Fiber.interruptAll(fibers);
      expect(performance.now() - begun).toBeLessThan(2000);
      expect((yield* run(service, "SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    }),
  );

  it.live("of one user of a file does not affect the others", () =>
    Effect.gen(function* () {
      const { dir, service } = yield* anyService;
      const ref = reference(dir.text("large.csv", `a,b\n${"1,x\n".repeat(200_000)}`));
      const use = Effect.map(ItemScope.within(service.table(ref)), ({ rows }) => rows);
      const first = yield* Effect.fork(use);
      const second = yield* Effect.fork(use);
      yield* Effect.sleep("5 millis");
      yield* Fiber.interrupt(first);
      expect(yield* Fiber.join(second)).toBe(200_000);
    }),
  );
});

describe("the end of a scope", () => {
  const left = `SELECT (SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'bqkit') + (SELECT count(*) FROM duckdb_views() WHERE schema_name = 'bqkit') AS relations, (SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'bqkit%') AS databases`;

  it.live("drops the item's relations, and detaches its database, after its last user", () =>
    Effect.gen(function* () {
      const { dir, service } = yield* anyService;
      const csv = reference(dir.text("t.csv", "a\n1\n"));
      const json = reference(
        dir.text(
          "t.ndjson",
          `${JSON.stringify(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [i, { m: 1 }])))}\n{"o":{"z":null}}\n`,
        ),
      );
      const map = reference(
        dir.text(
          "m.ndjson",
          `{"o":${JSON.stringify(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, 1])))}}\n`,
        ),
      );
      const database = reference(
        `${yield* Effect.promise(() => dir.database("w.duckdb", "CREATE TABLE t AS SELECT 1 AS a"))}#t`,
      );
      const parquet = reference(yield* Effect.promise(() => dir.parquet("t.parquet", "SELECT 1 AS a")));
      const all = [csv, json, map, database, parquet];
      const items = yield* Effect.forEach([1, 2], () => Scope.make());
      for (const item of items) {
        for (const ref of all) {
          yield* service.table(ref).pipe(Effect.provideService(ItemScope.ItemScope, Option.some(item)));
        }
      }
      expect((yield* run(service, left)).rows).toEqual([{ relations: 8, databases: 1 }]);
      yield* Scope.close(items[0]!, Exit.void);
      expect((yield* run(service, left)).rows).toEqual([{ relations: 8, databases: 1 }]);
      yield* Scope.close(items[1]!, Exit.void);
      expect((yield* run(service, left)).rows).toEqual([{ relations: 0, databases: 0 }]);
    }),
  );

  it.live("stops the staging of a file without users", () =>
    Effect.gen(function* () {
      const { dir, service } = yield* anyService;
      const ref = reference(dir.text("large.ndjson", '{"a":1,"b":"x","c":[1,2,3]}\n'.repeat(300_000)));
      const item = yield* Scope.make();
      const fiber = yield* Effect.fork(
        service.table(ref).pipe(Effect.provideService(ItemScope.ItemScope, Option.some(item))),
      );
      yield* Effect.sleep("30 millis");
      yield* Fiber.interrupt(fiber);
      const begun = performance.now();
      yield* Scope.close(item, Exit.void);
      expect(performance.now() - begun).toBeLessThan(2000);
      expect((yield* run(service, left)).rows).toEqual([{ relations: 0, databases: 0 }]);
    }),
  );

  it.live("removes the temporary folder", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.scoped(
        Effect.gen(function* () {
          const { service } = yield* anyService;
          const { rows } = yield* run(service, "SELECT current_setting('temp_directory') AS folder");
          return String(rows[0]!.folder);
        }),
      );
      expect(folder).toContain("bqkit-");
      expect(existsSync(folder)).toBe(false);
      expect(existsSync(".tmp")).toBe(false);
    }),
  );
});

describe("the engine", () => {
  it.live("does not change files", () =>
    Effect.gen(function* () {
      const { dir, service } = yield* anyService;
      const path = yield* Effect.promise(() => dir.database("w.duckdb", "CREATE TABLE t AS SELECT 1 AS a"));
      const before = { bytes: readFileSync(path), mtime: statSync(path).mtimeMs };
      const ref = reference(`${path}#t`);
      yield* service.table(ref);
      expect(readFileSync(path).equals(before.bytes)).toBe(true);
      expect(statSync(path).mtimeMs).toBe(before.mtime);
      expect(existsSync(`${path}.wal`)).toBe(false);
    }),
  );

  it.live("does not access a file before the first call", () =>
    Effect.gen(function* () {
      const { service } = yield* anyService;
      const ref = reference("./not-there.csv");
      expect((yield* Effect.flip(service.table(ref))).reason).toBe("notFound");
      expect((yield* Effect.flip(run(service, `SELECT * FROM ${from(service, ref)}`, [ref]))).reason).toBe(
        "notFound",
      );
    }),
  );

  it.live("reports invalid settings", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(DuckDb.make({ memoryLimit: "much" }));
      expect(error.message).toContain("the local engine did not start");
    }),
  );

  it.live("reads 300 small files in one run", () =>
    Effect.gen(function* () {
      const { dir, service } = yield* anyService;
      const refs = Array.from({ length: 300 }, (_, i) =>
        reference(dir.text(`many/${i}.csv`, `id,v\n1,${i}\n2,${i}\n`)),
      );
      const begun = performance.now();
      const sums = yield* Effect.forEach(
        refs,
        (ref) =>
          ItemScope.within(
            Effect.gen(function* () {
              yield* service.listRows(yield* service.table(ref), { limit: 10 });
              const { rows } = yield* run(service, `SELECT sum(v) AS total FROM ${from(service, ref)}`, [
                ref,
              ]);
              return rows[0]!.total;
            }),
          ),
        { concurrency: 4 },
      );
      expect(sums).toEqual(refs.map((_, i) => i * 2));
      expect(performance.now() - begun).toBeLessThan(30_000);
    }),
  );
});

describe("an error of DuckDB", () => {
  const cases: ReadonlyArray<readonly [text: string, reason: string, detail: string]> = [
    ["INTERRUPT Error: Interrupted!", "stopped", "reading the data was interrupted"],
    [
      "Out of Memory Error: could not allocate block of size 1",
      "outOfResources",
      "reading the data requires more memory or disk space than is available",
    ],
    [
      'IO Error: Could not write file "/tmp/x": No space left on device',
      "outOfResources",
      "reading /tmp/x requires more memory or disk space than is available",
    ],
    [
      'IO Error: Failed to create directory "/nowhere/x": No such file or directory',
      "outOfResources",
      "reading the data requires more memory or disk space than is available",
    ],
    [
      'IO Error: Cannot open file "/data/x.parquet": Permission denied',
      "accessDenied",
      "no permission to read /data/x.parquet",
    ],
    [
      "IO Error: Trying to read a database file with version number 69, but we can only read versions between 64 and 68.\nThe database file was created with a newer version of DuckDB.",
      "unsupported",
      "the data was written by a newer version of DuckDB",
    ],
    [
      'IO Error: Could not set lock on file "/data/w.duckdb": Conflicting lock',
      "accessDenied",
      "/data/w.duckdb is open for writing in another program",
    ],
    [
      'Conversion Error: CSV Error on Line: 7\nOriginal Line: secret\nError when converting column "a". Could not convert string "secret" to \'BIGINT\'\n\n  file = /d/x.csv',
      "invalidData",
      "/d/x.csv, line 7: a value of column a cannot be read as BIGINT",
    ],
    [
      'Conversion Error: Could not convert string "secret" to INT32',
      "invalidQuery",
      "a value of the data cannot be converted to the requested type",
    ],
    [
      "INTERNAL Error: Attempted to access secret",
      "unsupported",
      "the local engine failed with an internal error while reading the data",
    ],
    [
      "Parser Error: Max expression depth limit of 1000 exceeded",
      "tooComplex",
      "the statement on the data is too complex",
    ],
    ["something else, secret", "invalidData", "the data cannot be read"],
  ];
  for (const [text, reason, detail] of cases) {
    test(`"${text.split("\n")[0]}" is ${reason}`, () => {
      const error = classify(text, undefined);
      expect(error.reason as string).toBe(reason);
      expect(error.detail).toBe(detail);
    });
  }
});
