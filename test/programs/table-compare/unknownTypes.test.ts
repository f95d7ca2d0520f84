/** A column of a text file with only NULL has no type. */
import { describe, expect } from "bun:test";
import { Effect, Layer } from "effect";
import * as Router from "../../../src/layers/Router.ts";
import { run } from "../../../src/programs/table-compare/Program.ts";
import { it } from "../../support/effect.ts";
import { reference, workdir } from "../../support/files.ts";

const kinds: ReadonlyArray<readonly [type: string, value: string]> = [
  ["BIGINT", "9007199254740993"],
  ["HUGEINT", "170141183460469231731687303715884105727"],
  ["DECIMAL(38, 10)", "1.5"],
  ["DOUBLE", "1.5"],
  ["BOOLEAN", "true"],
  ["DATE", "'2024-01-02'"],
  ["TIMESTAMP", "'2024-01-02 03:04:05'"],
  ["TIMESTAMP_NS", "'2024-01-02 03:04:05.123456789'"],
  ["TIMESTAMPTZ", "'2024-01-02 03:04:05+00'"],
  ["TIME", "'03:04:05'"],
  ["VARCHAR", "'x'"],
  ["BLOB", "'x'"],
  ["INTEGER[]", "[1]"],
  ["STRUCT(a INTEGER)", "{'a': 1}"],
  ["JSON", "'[1]'"],
  ["INTERVAL", "INTERVAL 1 DAY"],
];

describe("a column of NULLs", () => {
  for (const [file, content] of [
    ["t.csv", "id,x\n1,\n2,\n"],
    ["t.ndjson", '{"id":1,"x":null}\n{"id":2,"x":null}\n'],
  ] as const) {
    for (const [type, value] of file === "t.csv" ? kinds : kinds.slice(-4)) {
      it.live(`of ${file} fits ${type}`, () =>
        Effect.gen(function* () {
          const dir = yield* workdir;
          const table = (name: string, x: string) =>
            Effect.promise(() =>
              dir.database(
                `${name}.duckdb`,
                `CREATE TABLE t AS SELECT id::BIGINT AS id, CAST(${x} AS ${type}) AS x FROM (VALUES (1), (2)) t(id)`,
              ),
            );
          const a = reference(dir.text(file, content));
          const nulls = reference(`${yield* table("nulls", "NULL")}#t`);
          const values = reference(
            `${yield* table("values", `CASE WHEN id = 2 THEN CAST(${value} AS ${type}) END`)}#t`,
          );
          for (const key of [["id"], []]) {
            for (const [one, other, verdict] of [
              [a, nulls, "identical"],
              [nulls, a, "identical"],
              [a, values, "different"],
              [values, a, "different"],
            ] as const) {
              const found = yield* run({ a: one, b: other }, { key });
              expect([key, found.verdict, found.compared.omitted]).toEqual([key, verdict, []]);
              expect(found.rows?.same).toBe(verdict === "identical" ? 2 : 1);
            }
          }
        }).pipe(Effect.provide(Layer.orDie(Router.layer({ local: { threads: 1 } })))),
      );
    }
  }
});
