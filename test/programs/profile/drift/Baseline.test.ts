/** Finding the table in a baseline, and the behaviour without one. */
import { describe, expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { Effect, Either } from "effect";
import * as Router from "../../../../src/layers/Router.ts";
import * as BigQueryTest from "../../../../src/layers/test/BigQueryTest.ts";
import { find, load } from "../../../../src/programs/profile/drift/Baseline.ts";
import { run } from "../../../../src/programs/profile/Program.ts";
import { reference, workdir } from "../../../support/files.ts";
import { everything } from "../profiles.ts";

const baseline = (...names: ReadonlyArray<string>) => ({
  profiles: new Map(names.map((name) => [name, everything] as const)),
});

describe("The table of the baseline", () => {
  /** `p` is the default project. */
  const engine = BigQueryTest.scripted({
    tables: {
      "d.t": BigQueryTest.table("p.d.t", []),
      "p.d.t": BigQueryTest.table("p.d.t", []),
      "q.d.t": BigQueryTest.table("q.d.t", []),
    },
  });
  const found = (held: ReturnType<typeof baseline>, name: string, isOnlyTable = false) =>
    Effect.runPromise(Effect.provide(find(held, reference(name), isOnlyTable), engine));

  test("is found by its path, relative or absolute", async () => {
    const held = baseline("logs/a.csv", "b.csv", join(process.cwd(), "c.parquet"), "x/d.duckdb#t");
    for (const name of [
      "logs/a.csv",
      "./logs/a.csv",
      "logs//a.csv",
      "x/../logs/./a.csv",
      resolve("logs/a.csv"),
    ])
      expect([name, await found(held, name)]).toEqual([name, everything]);
    for (const name of ["c.parquet", "./x/d.duckdb#main.t", resolve("x/d.duckdb#t")])
      expect([name, await found(held, name)]).toEqual([name, everything]);
    for (const name of ["/logs/a.csv", "../logs/a.csv", "a.csv", "x/d.duckdb#other.t"])
      expect([name, await found(held, name)]).toEqual([name, undefined]);
  });
  test("is found with or without the default project", async () => {
    expect(await found(baseline("d.t"), "p.d.t")).toBe(everything);
    expect(await found(baseline("p.d.t"), "d.t")).toBe(everything);
    expect(await found(baseline("d.t"), "q.d.t")).toBeUndefined();
    expect(await found(baseline("q.d.t"), "d.t")).toBeUndefined();
    expect(await found(baseline("d.T"), "p.d.t")).toBeUndefined();
  });
  test("is the only one for the only table of a run", async () => {
    expect(await found(baseline("p.old.orders"), "p.new.orders", true)).toBe(everything);
    expect(await found(baseline("p.old.orders"), "p.new.orders")).toBeUndefined();
    expect(await found(baseline("p.old.orders", "p.old.items"), "p.new.orders", true)).toBeUndefined();
  });
  test("comes with the file and the date of its run", () => {
    const text = JSON.stringify({
      type: "run",
      schemaVersion: 1,
      tool: "bq-profile",
      startedAt: "2024-05-01T08:00:00.000Z",
      results: [{ type: "result", item: "p.d.t", profile: everything }],
    });
    const loaded = load(text, "old.json");
    expect(Either.isRight(loaded) && loaded.right).toMatchObject({
      name: "old.json",
      startedAt: "2024-05-01T08:00:00.000Z",
    });
  });
  test("is required unless --baseline-missing is ok", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const dir = yield* workdir;
          const table = reference(dir.text("t.csv", "n\n1\n2\n"));
          const options = { baseline: baseline("p.d.other") };
          const failed = yield* Effect.flip(run(table, options));
          expect(failed.reason).toBe("notFound");
          expect(failed.message).toContain("the baseline does not contain this table");
          const profiled = yield* run(table, { ...options, baselineMissing: "ok" });
          expect(profiled.drift).toBeUndefined();
          expect(profiled.selection.notes).toContain(
            "the baseline does not contain this table: drift was not measured",
          );
        }).pipe(Effect.provide(Router.layer({ local: { threads: 1 } }))),
      ),
    ));
});
