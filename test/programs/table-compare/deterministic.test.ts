/** The same pair gives the same report in every run, whatever the number of threads. */
import { expect, test } from "bun:test";
import { Effect } from "effect";
import * as Router from "../../../src/layers/Router.ts";
import { defaults, run } from "../../../src/programs/table-compare/Program.ts";
import { reference, workdir } from "../../support/files.ts";

/** Few keys repeat, so that a sample may or may not have a repeated one. */
const rows = (changed: string) =>
  `SELECT CASE WHEN range % 30000 = 7 THEN 7 ELSE range END AS id, sqrt(range) ${changed} AS x,
    'w' || hash(range) % 3000 AS word FROM range(110000)`;

test("A comparison of keys that a sample is looked at is the same in five runs with 1, 2 and 8 threads", async () => {
  const texts = await Effect.runPromise(
    Effect.gen(function* () {
      const dir = yield* workdir;
      const [a, b] = yield* Effect.promise(() =>
        Promise.all([
          dir.parquet("a.parquet", rows("")),
          dir.parquet("b.parquet", rows("+ CASE WHEN range % 1000 = 1 THEN 1 ELSE 0 END")),
        ]),
      );
      return yield* Effect.forEach([1, 2, 8, 2, 8], (threads) =>
        run({ a: reference(a), b: reference(b) }, { ...defaults, key: ["id"], stats: "never" }).pipe(
          Effect.scoped,
          Effect.provide(Router.layer({ local: { threads } })),
          Effect.map((comparison) => JSON.stringify(comparison)),
        ),
      );
    }).pipe(Effect.scoped),
  );
  expect(texts[0]).toContain('"verdict":"different"');
  expect(new Set(texts).size).toBe(1);
}, 120_000);
