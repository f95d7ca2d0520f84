/** Tables of text files keep the order of rows and of files, on which samples and record numbers depend. */
import { describe, expect, test } from "bun:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { Effect } from "effect";
import * as DuckDb from "../../../../src/layers/duckdb/DuckDb.ts";
import { decimal, forms } from "../../../../src/layers/duckdb/text/Forms.ts";
import { it } from "../../../support/effect.ts";
import { reference, workdir } from "../../../support/files.ts";

const decimals = [
  { whole: 9, scale: 2 },
  { whole: 20, scale: 9 },
  { whole: 19, scale: 19 },
].map(decimal);

test("the statement that proves a form keeps the order of rows with several threads", async () => {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  await connection.run("CREATE TABLE texts (x VARCHAR)");
  for (const form of [...forms, ...decimals]) {
    const reader = await connection.runAndReadAll(
      `EXPLAIN CREATE TABLE t AS SELECT ${form.value("x")}, CASE WHEN ${form.proof("x")} THEN 0 ELSE 1 END FROM texts`,
    );
    const plan = String(reader.getRows()[0]![1]);
    expect([form.looks, plan.includes("BATCH_CREATE_TABLE_AS")]).toEqual([form.looks, true]);
  }
  connection.closeSync();
  instance.closeSync();
});

describe("with eight threads, the order is kept in", () => {
  const rows = 240_000;
  const id = (i: number) => `${i},${i / 8}`;
  const cases: ReadonlyArray<readonly [format: string, header: string, record: (i: number) => string]> = [
    ["csv", "id,x,text\n", (i) => `${id(i)},${"text".repeat(9)}\n`],
    ["ndjson", "", (i) => `{"id":${i},"x":${i / 8},"n":{"t":"${"text".repeat(9)}","l":[${i}.5]}}\n`],
  ];
  for (const [format, header, record] of cases) {
    for (const files of [1, 40]) {
      it.live(`${files} ${format} ${files === 1 ? "file" : "files"}`, () =>
        Effect.gen(function* () {
          const dir = yield* workdir;
          const each = rows / files;
          for (let file = 0; file < files; file += 1) {
            const lines = Array.from({ length: each }, (_, i) => record(file * each + i));
            dir.text(`t${String(file).padStart(2, "0")}.${format}`, header + lines.join(""));
          }
          const service = yield* DuckDb.make({ threads: 8 });
          const table = yield* service.table(reference(`${dir.path}/t*.${format}`));
          const seen = yield* service.listRows(table, { limit: rows });
          expect(seen.findIndex((row, i) => row.id !== i)).toBe(-1);
          expect(seen).toHaveLength(rows);
        }),
      );
    }
  }
});
