/** Byte-identical files are reported as such, without a comparison of their rows. */
import { expect, test } from "bun:test";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Effect } from "effect";
import * as Router from "../../../src/layers/Router.ts";
import { run } from "../../../src/programs/table-compare/Program.ts";
import { reference, workdir } from "../../support/files.ts";

const compared = (a: string, b: string, options: Parameters<typeof run>[1] = {}) =>
  run({ a: reference(a), b: reference(b) }, options).pipe(Effect.provide(Router.layer()));

const inWorkdir = (body: (path: string, first: string) => Effect.Effect<void, unknown>) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.flatMap(workdir, (dir) =>
        Effect.flatMap(
          Effect.promise(() =>
            dir.parquet(
              "a.parquet",
              "SELECT i AS id, i % 3 AS x, (i + 1) % 3 AS y FROM range(5000) AS r(i) UNION ALL SELECT 1, NULL, NULL",
            ),
          ),
          (first) => body(dir.path, first),
        ),
      ),
    ),
  );

test("a copy of a file, and the file itself, are byte-identical, even with repeated keys", () =>
  inWorkdir((path, a) =>
    Effect.gen(function* () {
      const b = join(path, "b.parquet");
      copyFileSync(a, b);
      for (const [one, other] of [
        [a, b],
        [a, a],
      ] as const) {
        const keyed = yield* compared(one, other, { key: ["id"] });
        expect(keyed.verdict).toBe("identical");
        expect(keyed.rows).toMatchObject({ method: "bytes", same: 5001, changed: 0, onlyA: 0, onlyB: 0 });
        const multiset = yield* compared(one, other);
        expect(multiset.rows).toMatchObject({ method: "bytes", same: 5001, changed: null });
      }
    }),
  ));

test("mapped columns and conditions are compared by value in byte-identical files", () =>
  inWorkdir((_, a) =>
    Effect.gen(function* () {
      const mapped = yield* compared(a, a, {
        key: ["id"],
        map: [
          { a: "x", b: "y" },
          { a: "y", b: "x" },
        ],
      });
      expect(mapped.verdict).toBe("different");
      expect(mapped.rows?.method).toBe("values");
      const selected = yield* compared(a, a, { key: ["id"], whereA: "id < 10", whereB: "id < 20" });
      expect(selected.verdict).toBe("different");
    }),
  ));

test("files that differ in one byte are compared by value", () =>
  inWorkdir((path) =>
    Effect.gen(function* () {
      const [a, b, c] = ["a.csv", "b.csv", "c.csv"].map((name) => join(path, name));
      const text = `id,x\n${Array.from({ length: 1000 }, (_, i) => `${i},${i * 7}`).join("\n")}\n`;
      writeFileSync(a!, text);
      writeFileSync(b!, text.replace("\n999,6993\n", "\n999,6994\n"));
      writeFileSync(c!, text.trimEnd());
      const changed = yield* compared(a!, b!, { key: ["id"] });
      expect(changed.rows).toMatchObject({ method: "values", same: 999, changed: 1 });
      const equal = yield* compared(a!, c!, { key: ["id"] });
      expect([equal.verdict, equal.rows?.method]).toEqual(["identical", "values"]);
    }),
  ));
