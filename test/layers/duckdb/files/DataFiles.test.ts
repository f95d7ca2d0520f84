/** Parquet files, DuckDB databases, and invalid references. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { Effect } from "effect";
import * as DuckDb from "../../../../src/layers/duckdb/DuckDb.ts";
import * as Router from "../../../../src/layers/Router.ts";
import { it } from "../../../support/effect.ts";
import { reference, workdir } from "../../../support/files.ts";

const open = (path: string) =>
  Effect.gen(function* () {
    const ref = reference(path);
    const service = yield* DuckDb.make();
    const table = yield* service.table(ref);
    return { service, table };
  });

const problem = (path: string) => Effect.flip(open(path));

describe("Parquet", () => {
  it.live("is a view whose rows come from the footer", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const path = yield* Effect.promise(() =>
        dir.parquet("t.parquet", "SELECT i AS id, 'n' || i AS name FROM range(1000) r(i)"),
      );
      const { service, table } = yield* open(path);
      expect(table).toMatchObject({ type: "FILE", rows: 1000, created: null, etag: null, primaryKey: [] });
      expect(yield* service.listRows(table, { limit: 2, columns: ["name", "id"] })).toEqual([
        { name: "n0", id: 0 },
        { name: "n1", id: 1 },
      ]);
    }),
  );

  it.live("may have no rows", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const path = yield* Effect.promise(() => dir.parquet("t.parquet", "SELECT 1 AS a LIMIT 0"));
      const { service, table } = yield* open(path);
      expect(table.rows).toBe(0);
      expect(table.schema).toEqual([{ name: "a", type: "INT64", mode: "NULLABLE" }]);
      expect(yield* service.listRows(table, { limit: 2 })).toEqual([]);
    }),
  );

  it.live("keeps the original names of columns that differ only in case", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const path = yield* Effect.promise(() =>
        dir.renamed("t.parquet", "SELECT 1 AS aa, 2 AS zz, 3 AS aa_1", { zz: "AA" }),
      );
      const { service, table } = yield* open(path);
      expect(table.schema.map(({ name, nativeName }) => [name, nativeName])).toEqual([
        ["aa", undefined],
        ["AA", "AA_1"],
        ["aa_1", "aa_1_1"],
      ]);
      expect(yield* service.listRows(table, { limit: 1, columns: ["AA", "aa_1", "aa"] })).toEqual([
        { AA: 2, aa_1: 3, aa: 1 },
      ]);
    }),
  );

  it.live("of a glob is one table with partition columns", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      yield* Effect.promise(() => dir.parquet("y=2023/1.parquet", "SELECT 1 AS a, 2 AS b"));
      yield* Effect.promise(() => dir.parquet("y=2024/1.parquet", "SELECT 5 AS a, NULL::INTEGER AS b"));
      const { service, table } = yield* open(`${dir.path}/*/*.parquet`);
      expect(table.rows).toBe(2);
      expect(yield* service.listRows(table, { limit: 5 })).toEqual([
        { a: 1, b: 2, y: 2023 },
        { a: 5, b: null, y: 2024 },
      ]);
      const single = yield* open(`${dir.path}/y=2024/1.parquet`);
      expect(single.table.schema.map((field) => field.name)).toEqual(["a", "b"]);
    }),
  );

  for (const [name, content] of [
    ["text", "PAR1 secret, and no footer"],
    ["nothing", ""],
    ["half a file", "PAR1\0\0\0\0\0\0\0\0\xff\xff\0\0PAR1"],
  ] as const) {
    it.live(`that is ${name} is invalid data`, () =>
      Effect.gen(function* () {
        const error = yield* problem((yield* workdir).text("t.parquet", Buffer.from(content, "latin1")));
        expect(error.reason).toBe("invalidData");
        expect(error.message).toContain("t.parquet: not a complete Parquet file");
        expect(error.message).not.toContain("secret");
      }),
    );
  }

  it.live("that is corrupt is reported with its file of the glob", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      yield* Effect.promise(() => dir.parquet("1.parquet", "SELECT 1 AS a"));
      dir.text("2.parquet", "secret");
      expect((yield* problem(`${dir.path}/*.parquet`)).message).toContain(
        "2.parquet: not a complete Parquet file",
      );
    }),
  );
});

describe("a table of a DuckDB database", () => {
  const statements = [
    "CREATE SCHEMA s",
    "CREATE TABLE s.orders (id BIGINT PRIMARY KEY, note VARCHAR DEFAULT 'x', e ENUM('a'))",
    "INSERT INTO s.orders VALUES (1, 'n', 'a'), (2, NULL, NULL)",
    "COMMENT ON TABLE s.orders IS 'All orders'",
    "COMMENT ON COLUMN s.orders.note IS 'A note'",
    "CREATE VIEW recent AS SELECT id FROM s.orders",
  ];

  it.live("has the metadata of the catalog", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const path = yield* Effect.promise(() => dir.database("w.duckdb", ...statements));
      const { service, table } = yield* open(`${path}#s.orders`);
      expect(table).toMatchObject({
        type: "TABLE",
        rows: 2,
        bytes: null,
        description: "All orders",
        primaryKey: ["id"],
      });
      expect(table.schema).toEqual([
        { name: "id", type: "INT64", mode: "REQUIRED" },
        {
          name: "note",
          type: "STRING",
          mode: "NULLABLE",
          description: "A note",
          defaultValueExpression: "'x'",
        },
        { name: "e", type: "STRING", mode: "NULLABLE", nativeType: "ENUM" },
      ]);
      expect(yield* service.listRows(table, { limit: 1 })).toEqual([{ id: 1, note: "n", e: "a" }]);
    }),
  );

  it.live("may be a view", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const path = yield* Effect.promise(() => dir.database("w.duckdb", ...statements));
      const { service, table } = yield* open(`${path}#recent`);
      expect(table).toMatchObject({ type: "VIEW", rows: null });
      expect(table.viewQuery).toContain("SELECT id FROM");
      expect(yield* service.listRows(table, { limit: 5 })).toEqual([{ id: 1 }, { id: 2 }]);
    }),
  );

  it.live("may be a view of views, but not of other files", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const secret = dir.text("secret.csv", "a\nsecret\n");
      const path = yield* Effect.promise(() =>
        dir.database(
          "w.duckdb",
          ...statements,
          "CREATE VIEW nested AS WITH r AS (SELECT id FROM recent) SELECT id, unnest(range(2)) AS n FROM r",
          `CREATE VIEW direct AS SELECT * FROM read_csv('${secret}')`,
          `CREATE VIEW quoted AS SELECT * FROM '${secret}'`,
          "CREATE VIEW indirect AS SELECT * FROM direct",
          `CREATE MACRO peek() AS (SELECT max(a) FROM read_csv('${secret}'))`,
          "CREATE VIEW hidden AS SELECT peek() AS p",
        ),
      );
      const nested = yield* open(`${path}#nested`);
      expect(yield* nested.service.listRows(nested.table, { limit: 10 })).toHaveLength(4);
      for (const view of ["direct", "quoted", "indirect", "hidden"]) {
        const error = yield* problem(`${path}#${view}`);
        expect(error.reason).toBe("accessDenied");
        expect(error.message).toContain("not a table of its database");
      }
    }),
  );

  it.live("that does not exist is reported with the nearest one", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const path = yield* Effect.promise(() => dir.database("w.duckdb", ...statements));
      expect((yield* problem(`${path}#s.order`)).message).toContain("w.duckdb#s.orders?");
      expect((yield* problem(`${path}#orders`)).message).toContain("w.duckdb#s.orders?");
      expect((yield* problem(`${path}#zzzzzzzz`)).message).toContain("it has s.orders, main.recent");
    }),
  );

  it.live("of a file that is not a database is invalid data", () =>
    Effect.gen(function* () {
      const path = (yield* workdir).text("w.duckdb", "secret ".repeat(5000));
      const error = yield* problem(`${path}#t`);
      expect(error.reason).toBe("invalidData");
      expect(error.message).toContain("w.duckdb");
      expect(error.message).not.toContain("secret");
    }),
  );
});

describe("a reference to", () => {
  it.live("a missing file is reported with the nearest one in its folder", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      dir.text("orders.csv", "a\n1\n");
      const error = yield* problem(`${dir.path}/order.csv`);
      expect(error.reason).toBe("notFound");
      expect(error.message).toMatch(/order\.csv does not exist; did you mean .*\/orders\.csv\?$/);
      expect((yield* problem(`${dir.path}/quite-different.csv`)).remedy).toBe("check the path");
      expect((yield* problem(`${dir.path}/no/x.csv`)).message).toContain("nor does its folder");
      expect((yield* problem(`${dir.path}/missing.duckdb#t`)).reason).toBe("notFound");
    }),
  );

  it.live("a glob without matches is not found", () =>
    Effect.gen(function* () {
      expect(yield* problem(`${(yield* workdir).path}/*.csv`)).toMatchObject({ reason: "notFound" });
    }),
  );

  it.live("a folder is reported with a pattern for its files", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const error = yield* problem(dir.path);
      expect(error.reason).toBe("unsupported");
      expect(error.message).toContain("*.parquet'");
    }),
  );

  it.live("files of an unknown format or of different formats are unsupported", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      dir.text("a.csv", "a\n1\n");
      dir.text("b.json", "[]");
      expect((yield* problem(dir.text("x.txt", "a"))).message).toContain(
        "cannot be determined from its name",
      );
      expect((yield* problem(`${dir.path}/[ab].*`)).message).toContain("different formats");
      expect((yield* problem("https://example.com/x.csv")).message).toContain("not a local file");
    }),
  );

  it.live("a dangling link, a folder or a text that is not UTF-8 is reported as such", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      symlinkSync("gone.csv", `${dir.path}/link.csv`);
      const link = yield* problem(`${dir.path}/link.csv`);
      expect(link.message).toContain("link.csv is a link to gone.csv, which does not exist");
      mkdirSync(`${dir.path}/folder.duckdb`);
      expect((yield* problem(`${dir.path}/folder.duckdb#t`)).message).toContain(
        "is a folder; use a DuckDB database",
      );
      for (const [name, content] of [
        ["t.csv", "a\nx\n\xe9\n"],
        ["t.ndjson", '{"a":"x"}\n{"a":"\xe9"}\n'],
      ] as const) {
        const error = yield* problem(dir.text(name, Buffer.from(content, "latin1")));
        expect(error.message).toContain("the text is not UTF-8; convert it: iconv");
      }
    }),
  );

  it.live("a file of an unknown format with the name of a table is not requested from BigQuery", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      dir.text("README.md", "# Read me");
      const before = process.cwd();
      process.chdir(dir.path);
      yield* Effect.addFinalizer(() => Effect.sync(() => process.chdir(before)));
      const service = Router.route(
        Effect.dieMessage("BigQuery was asked"),
        Effect.dieMessage("files were read"),
      );
      const error = yield* Effect.flip(service.table(reference("README.md")));
      expect([error.reason, error.message]).toEqual([
        "unsupported",
        expect.stringContaining("the format of the file README.md cannot be determined from its name"),
      ]);
    }),
  );

  const isRoot = process.getuid?.() === 0;
  const why = isRoot ? " (skipped: root may read everything; the single file is tried as another user)" : "";
  test.skipIf(isRoot)(`a file without permission is denied${why}`, () => {
    const body = Effect.gen(function* () {
      const path = (yield* workdir).text("t.csv", "a\n1\n");
      chmodSync(path, 0);
      expect((yield* problem(path)).reason).toBe("accessDenied");
    });
    return Effect.runPromise(Effect.scoped(body));
  });

  it.live("a pipe is unsupported", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      mkdirSync(`${dir.path}/p`);
      const path = `${dir.path}/p/t.csv`;
      Bun.spawnSync(["mkfifo", path]);
      expect(yield* problem(path)).toMatchObject({ reason: "unsupported" });
    }),
  );
});
