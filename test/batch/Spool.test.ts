import { describe, expect } from "bun:test";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { Chunk, Effect, Stream } from "effect";
import * as Batch from "../../src/batch/Batch.ts";
import * as Spool from "../../src/batch/Spool.ts";
import { it } from "../support/effect.ts";
import { engines, program } from "./support.ts";

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith("bqkit-")).length;

describe("Spool", () => {
  it.effect("returns lines in order of index, repeatedly", () =>
    Effect.gen(function* () {
      const spool = yield* Spool.make;
      for (const i of [2, 0, 1]) yield* spool.put(i, `line ${i} ✓ ${"ü".repeat(i)}`);
      const read = Effect.map(Stream.runCollect(spool.lines), Chunk.toReadonlyArray);
      expect(yield* read).toEqual(["line 0 ✓ ", "line 1 ✓ ü", "line 2 ✓ üü"]);
      expect(yield* read).toHaveLength(3);
    }),
  );

  it.effect("leaves no file behind", () =>
    Effect.gen(function* () {
      const before = leftovers();
      yield* Effect.scoped(
        Effect.flatMap(Spool.make, (spool) => Effect.zipRight(spool.put(0, "x"), spool.put(1, "y"))),
      );
      expect(leftovers()).toBe(before);
    }),
  );

  it.effect("reports a full disk, with the remedy", () =>
    Effect.gen(function* () {
      const given = process.env.TMPDIR;
      process.env.TMPDIR = "/nowhere/at/all";
      const spool = yield* Spool.make;
      yield* spool.put(0, "one line needs no file");
      const error = yield* Effect.flip(spool.put(1, "two do"));
      if (given === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = given;
      expect(error.message).toContain("set TMPDIR to a folder with free space");
      expect(Chunk.toReadonlyArray(yield* Stream.runCollect(spool.lines))).toEqual([
        "one line needs no file",
      ]);
    }),
  );

  it.live(
    "bounds memory for results that would not fit",
    () =>
      Effect.gen(function* () {
        const big = "x".repeat(100_000);
        const wide = {
          ...program(() => Effect.succeed(1)),
          run: (name: string) => Effect.succeed({ name: name + big, size: 1 }),
        };
        let peak = 0;
        const watch = () =>
          Effect.sync(() => {
            Bun.gc(true);
            peak = Math.max(peak, process.memoryUsage().rss);
          });
        const names = Array.from({ length: 3000 }, (_, i) => String(i));
        const before = process.memoryUsage().rss;
        let read = 0;
        const outcome = yield* Batch.run(wide, names, {
          onResult: ({ index }) => (index % 250 === 0 ? watch() : Effect.void),
        });
        yield* Stream.runForEach(outcome.results, () => (++read % 250 === 0 ? watch() : Effect.void));
        expect(read).toBe(3000);
        // After spooling 300 MB of results.
        expect(peak - before).toBeLessThan(200_000_000);
      }).pipe(Effect.provide(engines)),
    60_000,
  );
});
