/** Sample rows are truncated before they are fetched. */
import { expect } from "bun:test";
import { Effect, Layer } from "effect";
import * as DuckDb from "../../../src/layers/duckdb/DuckDb.ts";
import * as Router from "../../../src/layers/Router.ts";
import { run } from "../../../src/programs/profile/Program.ts";
import { it } from "../../support/effect.ts";
import { reference, workdir } from "../../support/files.ts";

const long = `SELECT
  repeat('é', 1500) AS text,
  repeat('x', 1000) AS whole,
  repeat('b', 3000)::BLOB AS bytes,
  json_object('a', repeat('j', 4000))::JSON AS document,
  '{"a":1}'::JSON AS small,
  {'deep': {'t': repeat('s', 2000)}} AS struct,
  NULL::STRUCT(t VARCHAR) AS nothing,
  [repeat('l', 1200), NULL] AS list,
  [{'t': repeat('e', 1001)}] AS structs,
  range(5000) AS numbers,
  MAP {'k': repeat('m', 1001)} AS map,
  repeat('u', 1001)::ENUM('${"u".repeat(1001)}') AS member`;

const samples = (path: string, where?: string) =>
  run(reference(path), { sampleSize: 2, ...(where === undefined ? {} : { where }) }).pipe(
    Effect.map(({ sample }) => sample),
    Effect.provide(Layer.orDie(Router.layer())),
  );

for (const where of [undefined, "whole IS NOT NULL"]) {
  it.live(`${where === undefined ? "listed" : "selected"} values have at most 1,000 characters`, () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const path = yield* Effect.promise(() => dir.parquet("t.parquet", long));
      const [row] = (yield* samples(path, where)) ?? [];
      expect(row).toMatchObject({
        text: "é".repeat(1000),
        whole: "x".repeat(1000),
        bytes: Buffer.from("b".repeat(1000)).toString("base64"),
        document: `{"a":"${"j".repeat(994)}`,
        small: { a: 1 },
        struct: { deep: { t: "s".repeat(1000) } },
        nothing: null,
        list: ["l".repeat(416), null],
        structs: [{ t: "e".repeat(416) }],
        numbers: Array.from({ length: 1000 }, (_, i) => i),
        map: [{ key: "k", value: "m".repeat(416) }],
        member: "u".repeat(1000),
      });
    }),
  );
}

it.live("a row of many long values stays below a limit", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const columns = Array.from({ length: 300 }, (_, i) => `repeat('${i % 10}', 5000) AS c${i}`);
    const path = yield* Effect.promise(() => dir.parquet("wide.parquet", `SELECT ${columns.join(", ")}`));
    const service = yield* DuckDb.make();
    const rows = yield* service.listRows(yield* service.table(reference(path)), { limit: 1 });
    const length = JSON.stringify(rows).length;
    expect(length).toBeGreaterThan(50_000);
    expect(length).toBeLessThan(110_000);
  }),
);
