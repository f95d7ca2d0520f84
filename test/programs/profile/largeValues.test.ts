/** Large values need a small multiple of their size, and are compared in full. */
import { expect } from "bun:test";
import { Effect, Layer } from "effect";
import * as Router from "../../../src/layers/Router.ts";
import type { Profile } from "../../../src/programs/profile/Profile.ts";
import { run } from "../../../src/programs/profile/Program.ts";
import { it } from "../../support/effect.ts";
import { reference, workdir } from "../../support/files.ts";

const size = 16_000_000;

const onlyColumn = (result: Profile) => result.columns.find(({ name }) => name === "v")!;

const profile = (path: string, memoryLimit: string) =>
  run(reference(path), { sampleSize: 1, exact: true }).pipe(
    Effect.provide(Layer.orDie(Router.layer({ local: { threads: 1, memoryLimit } }))),
  );

for (const [type, memoryLimit] of [
  ["VARCHAR", "70MB"],
  ["BLOB", "70MB"],
] as const) {
  it.live(`a ${type} of 16 MB is profiled in ${memoryLimit}`, () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const select = `SELECT repeat('ab', ${size / 2})::${type} AS v`;
      const path = yield* Effect.promise(() => dir.parquet("t.parquet", select, ", COMPRESSION zstd"));
      const { min, max, topValues } = onlyColumn(yield* profile(path, memoryLimit));
      const start = type === "BLOB" ? Buffer.from("ab".repeat(500)).toString("base64") : "ab".repeat(500);
      expect({ min, max, topValues }).toMatchObject({
        min: start,
        max: start,
        topValues: { values: [{ value: start, count: 1 }], exact: true },
      });
    }),
  );
}

it.live("values that differ only after 1,000 characters are different", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const values = ["'x'", "'y'", "'y'"].map((end) => `(repeat('a', 2000000) || ${end})`);
    const path = yield* Effect.promise(() =>
      dir.parquet("t.parquet", `FROM (VALUES ${[...values, "('b')", "(NULL)"].join(", ")}) AS t(v)`),
    );
    const column = onlyColumn(yield* profile(path, "1GB"));
    const long = "a".repeat(1000);
    expect(column).toMatchObject({ nulls: 1, distinct: { value: 3, exact: true }, min: long, max: "b" });
    expect(column.topValues!.values).toEqual([
      { value: long, count: 2 },
      { value: long, count: 1 },
      { value: "b", count: 1 },
    ]);
  }),
);
