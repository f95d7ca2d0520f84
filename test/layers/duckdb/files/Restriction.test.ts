/** A restricted engine opens only the files of its tables, even for unchecked statements. */
import { expect } from "bun:test";
import { symlinkSync } from "node:fs";
import { Effect } from "effect";
import type { TableReference } from "../../../../src/domain/TableReference.ts";
import * as DuckDb from "../../../../src/layers/duckdb/DuckDb.ts";
import * as Session from "../../../../src/layers/duckdb/Session.ts";
import { it } from "../../../support/effect.ts";
import { reference, workdir } from "../../../support/files.ts";

it.live("the engine rejects all other files", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const named = dir.text("named.csv", "a\n1\n");
    const other = dir.text("other.csv", "secret\n1\n");
    const database = yield* Effect.promise(() =>
      dir.database("other.duckdb", "CREATE TABLE t AS SELECT 1 AS a"),
    );
    const open = yield* Session.make({ references: [reference(named)] });
    const read = (sql: string) => Effect.either(open.read(sql));
    expect((yield* read(`FROM read_csv('${named}')`))._tag).toBe("Right");
    for (const sql of [
      `FROM read_csv('${other}')`,
      `FROM '${other}'`,
      `FROM read_text('${dir.path}/../${dir.path.split("/").at(-1)}/other.csv')`,
      `FROM glob('${dir.path}/*')`,
      "FROM read_text('/etc/passwd')",
      "FROM read_blob('/proc/self/environ')",
      `FROM sniff_csv('${other}')`,
    ]) {
      const answer = yield* read(sql);
      expect([sql, answer._tag]).toEqual([sql, "Left"]);
      expect(answer._tag === "Left" && answer.left.text).toContain("disabled by configuration");
    }
    for (const sql of [
      `ATTACH '${database}' AS other (READ_ONLY)`,
      `COPY (SELECT 1) TO '${dir.path}/written.csv'`,
      "SET GLOBAL enable_external_access = true",
      `SET GLOBAL allowed_directories = ['${dir.path}']`,
    ])
      expect([sql, (yield* Effect.either(open.run(sql)))._tag]).toEqual([sql, "Left"]);
  }),
);

it.live("the given tables can be read", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const link = `${dir.path}/link.csv`;
    symlinkSync(dir.text("real/data.csv", "a\n1\n"), link);
    const database = yield* Effect.promise(() => dir.database("d.duckdb", "CREATE TABLE t AS SELECT 1 AS a"));
    symlinkSync(database, `${dir.path}/link.duckdb`);
    dir.text("parts/y=1/p.csv", "a\n1\n");
    dir.text("parts/y=2/p.csv", "a\n1\n");
    const paths = [
      link,
      dir.text("plain [1]*?.csv", "a\n1\n"),
      dir.text("it's.ndjson", '{"a":1}\n'),
      dir.packed("t.csv.gz", "a\n1\n"),
      yield* Effect.promise(() => dir.parquet("t.parquet", "SELECT 1 AS a")),
      `${database}#t`,
      `${dir.path}/link.duckdb#main.t`,
      `${dir.path}/parts/*/*.csv`,
    ];
    const tables = paths.map(reference);
    const service = yield* DuckDb.make({ references: tables });
    for (const table of tables) {
      const { schema } = yield* service.table(table);
      expect([table, schema[0]]).toEqual([table, { name: "a", type: "INT64", mode: "NULLABLE" }]);
      expect((yield* service.version(table))?._tag).toBe("Files");
    }
  }),
);

it.live("all other tables are denied", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const named: ReadonlyArray<TableReference> = [reference(dir.text("named.csv", "a\n1\n"))];
    const service = yield* DuckDb.make({ references: named });
    const error = yield* Effect.flip(service.table(reference(dir.text("other.csv", "a\n1\n"))));
    expect(error.reason).toBe("accessDenied");
  }),
);
