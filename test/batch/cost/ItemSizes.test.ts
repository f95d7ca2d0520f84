/** The sizes of items that decide about shards by bytes. */
import { expect } from "bun:test";
import { Effect, Layer } from "effect";
import * as ItemSizes from "../../../src/batch/cost/ItemSizes.ts";
import type { TableReference } from "../../../src/domain/TableReference.ts";
import { dialect } from "../../../src/layers/google/dialect/Dialect.ts";
import { BigQuery } from "../../../src/services/BigQuery.ts";
import { BigQueryError } from "../../../src/services/BigQueryError.ts";
import { it } from "../../support/effect.ts";
import { program } from "../support.ts";

const remote: TableReference = { _tag: "BigQueryTable", dataset: "d", table: "t" };
const file = (path: string): TableReference => ({ _tag: "LocalFiles", path });

/** A file has as many bytes as its name has characters. */
const engines = Layer.mock(BigQuery, {
  dialect: () => dialect(),
  version: (reference) =>
    reference._tag === "LocalFiles" && reference.path !== "gone.csv"
      ? Effect.succeed({
          _tag: "Files",
          files: [{ path: reference.path, bytes: reference.path.length, modifiedMs: 0 }],
        })
      : BigQueryError.of("notFound", "there is no such file"),
});

interface Options {
  readonly references?: (name: string) => ReadonlyArray<TableReference>;
  readonly timeout?: number;
}

const sizesOf = (
  items: ReadonlyArray<string>,
  { references = () => [remote], timeout = 1000 }: Options = {},
) => {
  const own = program((name) => {
    if (name === "fails") return BigQueryError.of("accessDenied", "no");
    if (name === "anyone") return BigQueryError.of("unauthenticated", "no credentials");
    if (name === "throttled") return BigQueryError.of("rateLimited", "too many requests");
    if (name === "defect") return Effect.die(new Error("a defect"));
    return name === "slow" ? Effect.never : Effect.succeed(name === "unknown" ? -1 : Number(name));
  });
  return ItemSizes.estimate({ ...own, references }, items, { parallel: 3, timeout }).pipe(
    Effect.map((sizes) => [...sizes]),
    Effect.provide(engines),
  );
};

it.live("sizes are the bytes of the dry runs, in the order of the items", () =>
  Effect.gen(function* () {
    const items = Array.from({ length: 100 }, (_, i) => String(i * i));
    expect(yield* sizesOf(items)).toEqual(items.map(Number));
  }),
);

it.live("sizes of items that fail, take too long or are unknown are 0", () =>
  Effect.gen(function* () {
    const items = ["5", "fails", "unknown", "slow", "defect", "6"];
    expect(yield* sizesOf(items, { timeout: 20 })).toEqual([5, 0, 0, 0, 0, 6]);
    expect(yield* sizesOf([])).toEqual([]);
  }),
);

it.live("an error that all items would have, or not on every machine, ends the estimates", () =>
  Effect.gen(function* () {
    for (const [item, detail] of [
      ["anyone", "no credentials"],
      ["throttled", "too many requests"],
    ] as const) {
      const error = yield* Effect.flip(sizesOf(["5", item, "slow"], { timeout: 60_000 }));
      expect(error.message).toStartWith(`cannot estimate ${item}: ${detail}`);
    }
  }),
);

it.live("sizes of files are those on disk, beside the bytes of queries", () =>
  Effect.gen(function* () {
    const references = (name: string) =>
      name.endsWith(".csv") ? [file(name), file("ab.csv")] : [remote, file("abc.csv")];
    expect(yield* sizesOf(["a.csv", "100", "gone.csv"], { references })).toEqual([11, 107, 0]);
  }),
);
