/** A fatal error of the engine fails only the statement that caused it. */
import { expect } from "bun:test";
import { Effect } from "effect";
import * as DuckDb from "../../../src/layers/duckdb/DuckDb.ts";
import type { BigQueryService } from "../../../src/services/BigQuery.ts";
import * as ItemScope from "../../../src/services/ItemScope.ts";
import { it } from "../../support/effect.ts";
import { reference, type Workdir, workdir } from "../../support/files.ts";
import { rawSql } from "../../support/sql.ts";

const count = (service: BigQueryService, path: string, condition: string) => {
  const ref = reference(path);
  const from = service.dialect(ref).from(ref).text;
  return service
    .query({
      sql: rawSql(`SELECT count(*) AS n FROM ${from} WHERE ${condition}`),
      tables: [ref],
      location: null,
    })
    .pipe(Effect.map(({ rows }) => rows[0]!.n));
};

/** A malformed serialized statement causes a fatal error in DuckDB. */
const fatal = `json_deserialize_sql(replace(CAST(json_serialize_sql('SELECT ' || id) AS VARCHAR), '"INTEGER"', '"ENUM"')::JSON) IS NOT NULL`;

const files = (dir: Workdir) =>
  Effect.promise(() =>
    Promise.all([
      dir.text("t.csv", "id,v\n1,x\n2,y\n"),
      dir.text("t.ndjson", '{"id":1}\n{"id":2}\n'),
      dir.parquet("t.parquet", "SELECT range AS id FROM range(3)"),
      dir
        .database("t.duckdb", "CREATE TABLE t AS SELECT range AS id FROM range(4)")
        .then((path) => `${path}#t`),
    ]),
  );

it.live("an item that continues after a fatal error of another reads the same data", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const service = yield* DuckDb.make();
    const all = yield* files(dir);
    yield* ItemScope.within(
      Effect.gen(function* () {
        for (const path of all) yield* service.table(reference(path));
        const error = yield* Effect.flip(count(service, dir.text("culprit.csv", "id\n1\n2\n"), fatal));
        expect(error.reason).toBe("unsupported");
        expect(error.message).toContain("the local engine failed with an internal error while reading");
        expect(error.message).toContain("culprit.csv");
        expect(yield* Effect.forEach(all, (path) => count(service, path, "id >= 0"))).toEqual([2, 2, 3, 4]);
        const table = yield* service.table(reference(all[0]!));
        expect(yield* service.listRows(table, { limit: 5, columns: ["v"] })).toEqual([
          { v: "x" },
          { v: "y" },
        ]);
      }),
    );
  }),
);

it.live("statements that run concurrently with fatal ones all succeed", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const service = yield* DuckDb.make({ threads: 4 });
    const all = yield* files(dir);
    const slow =
      "id >= (SELECT min(r) - max(r) FROM (SELECT CAST(hash(range) % 2 AS INTEGER) AS r FROM range(20000000)))";
    const results = yield* Effect.forEach(
      Array.from({ length: 12 }, (_, i) => i),
      (i) =>
        ItemScope.within(
          (i % 3 === 0
            ? count(service, dir.text(`culprit${i}.csv`, "id\n1\n2\n"), fatal)
            : count(service, all[i % 4]!, slow)
          ).pipe(Effect.catchAll(({ reason }) => Effect.succeed(reason))),
        ),
      { concurrency: 6 },
    );
    const rows = [2, 2, 3, 4];
    expect(results).toEqual(results.map((_, i) => (i % 3 === 0 ? "unsupported" : rows[i % 4]!)));
  }),
);
