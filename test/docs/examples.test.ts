/** Runs the examples. */
import { describe, expect, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { Effect } from "effect";
import { run } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { workdir } from "../support/files.ts";
import { namedWarehouse } from "../support/namedWarehouse.ts";
import { scriptedServer } from "../support/scripted-server/index.ts";
import { root } from "./fences.ts";

setDefaultTimeout(60_000);

const data = join(root, "node_modules/vega-datasets/data");

const example = (name: string, ...args: ReadonlyArray<string>) =>
  Effect.promise(() => run(["bun", join(root, "examples", name), ...args]));

describe("profile-folder.ts", () => {
  it.live("prints the NULL share of every column, and continues after a broken file", () =>
    Effect.gen(function* () {
      const { path, text, parquet } = yield* workdir;
      text("people.csv", "id,city\n1,Lyon\n2,\n3,Porto\n4,\n");
      text("notes.txt", "not asked for");
      text("broken.parquet", "no parquet");
      yield* Effect.promise(() => parquet("deep.parquet", "SELECT {'a': NULL::INTEGER} AS s FROM range(2)"));
      const ran = yield* example("profile-folder.ts", path);
      expect(ran).toMatchObject({ status: 0, stderr: "" });
      const [broken, ...rest] = ran.stdout.split("\n");
      expect(broken).toMatch(/^broken\.parquet: .+; .+/);
      expect(rest.join("\n")).toBe(
        "deep.parquet: 2 rows\n  0.0%  s\n100.0%  s.a\npeople.csv: 4 rows\n  0.0%  id\n 50.0%  city\n",
      );
    }),
  );
});

describe("null-rate-check.ts", () => {
  const check = (...args: ReadonlyArray<string>) => example("null-rate-check.ts", ...args);
  const movies = join(data, "movies.json");

  it.live("succeeds within the limits", () =>
    Effect.map(check(movies, "Director=0.42", "IMDB Rating=0.1"), (ran) =>
      expect(ran).toEqual({ status: 0, stdout: "ok\n", stderr: "" }),
    ),
  );

  it.live("fails with status 1 above them", () =>
    Effect.map(check(movies, "Director=0.41", "Title=0", "IMDB Rating=0.1"), (ran) =>
      expect(ran).toEqual({
        status: 1,
        stdout: "Title: 0.000 NULL, above 0\nDirector: 0.416 NULL, above 0.41\n",
        stderr: "",
      }),
    ),
  );

  it.live("fails with status 2 if a table cannot be read", () =>
    Effect.gen(function* () {
      const unknown = yield* check(movies, "Directr=0.3");
      expect(unknown).toMatchObject({ status: 2, stdout: "" });
      expect(unknown.stderr).toBe('no column "Directr"; did you mean "Director"?\n');
      expect((yield* check("no-such-file.csv", "a=0")).status).toBe(2);
      expect((yield* check(movies, "Director=much")).stderr).toStartWith("usage: ");
      expect((yield* check()).status).toBe(2);
    }),
  );
});

describe("schema-check.ts", () => {
  const check = (...args: ReadonlyArray<string>) => example("schema-check.ts", ...args);
  const [v1, v2] = ["v1", "v2"].map((v) => join(root, `examples/data/orders-${v}.schema.json`));

  it.live("prints breaking changes with status 1, and ok without any", () =>
    Effect.gen(function* () {
      expect(yield* check(v1!, v1!)).toEqual({ status: 0, stdout: "ok\n", stderr: "" });
      const ran = yield* check(v1!, v2!);
      expect(ran).toMatchObject({ status: 1, stderr: "" });
      expect(ran.stdout).toEndWith("cust: gone\nnote: gone\n");
      expect((yield* check(v1!, "nowhere.schema.json")).stderr).toMatch(/does not exist; check the path\n$/);
    }),
  );
});

describe("deterministic.test.ts", () => {
  it.live("passes without waiting", () =>
    Effect.gen(function* () {
      const ran = yield* Effect.promise(() =>
        run(["bun", "test", "./examples/deterministic.test.ts"], { cwd: root }),
      );
      expect(ran.stderr).toContain("1 pass");
      expect(ran.status).toBe(0);
      const [, milliseconds] = /takes as long as its slowest item \[([\d.]+)ms\]/.exec(ran.stderr) ?? [];
      expect(Number(milliseconds)).toBeLessThan(5000);
    }),
  );
});

describe("demo.ts", () => {
  it.live("prints its commands, profiles all five files, and passes arguments on", () =>
    Effect.gen(function* () {
      const ran = yield* example("demo.ts", "--sample-size", "0", "--format", "ndjson");
      expect(ran.status).toBe(0);
      expect(ran.stderr).toStartWith(
        "$ bun src/bin/bqkit.ts profile --parallel 4 --progress --sample-size 0 --format ndjson node_modules/vega-datasets/data/flights-3m.parquet ",
      );
      expect(ran.stderr).toContain("5/5 done");
      const summary = JSON.parse(ran.stdout.trim().split("\n").at(-1)!);
      expect(summary).toMatchObject({ type: "summary", total: 5, ok: 5, maxInFlight: 4 });
    }),
  );

  it.live("keeps the caller's options, and exits with the status of the program", () =>
    Effect.gen(function* () {
      const ran = yield* example("demo.ts", "--parallel=0", "--no-progress");
      expect(ran.status).toBe(2);
      expect(ran.stdout).toBe("");
      expect(ran.stderr).toStartWith(
        "$ bun src/bin/bqkit.ts profile --parallel=0 --no-progress node_modules/",
      );
      expect(ran.stderr).toContain("--parallel: expected a whole number");
    }),
  );
});

describe("parallel-execution-demo.ts", () => {
  const demo = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
    Effect.promise(() =>
      run(["bun", join(root, "examples/parallel-execution-demo.ts"), "--short", ...args], { env }),
    );

  /** The tables that it prints: of each its title, and its rows by their cells. */
  const tablesIn = (stdout: string) =>
    stdout
      .trim()
      .split("\n\n")
      .map((block) => {
        const [title = "", , ...rows] = block.split("\n");
        return { title, rows: rows.map((row) => row.split(/ {2,}/)) };
      });
  const utilities = ["bq-profile", "bq-schema-diff", "bq-table-compare"];
  const time = expect.stringMatching(/^[\d.]+ (ms|s)$/);
  const figure = expect.stringMatching(/^\d+\.\d\d$/);

  it.live("shows the speedup of each program on files and on a slow service, relative to the ideal", () =>
    Effect.gen(function* () {
      const ran = yield* demo({});
      expect(ran).toMatchObject({ status: 0, stderr: "" });
      const [files, service, ideal, ...more] = tablesIn(ran.stdout);
      expect(more).toEqual([]);
      const atOnce = expect.stringMatching(/^\d+$/);
      expect(files?.rows).toEqual(utilities.map((name) => [name, "4", atOnce, time, time, figure]));
      expect(service?.title).toStartWith("A service that takes 20 ms for a request");
      expect(service?.rows).toEqual(utilities.map((name) => [name, "8", "8", time, time, figure]));
      const share = expect.stringMatching(/^[\d.]+%$/);
      expect(ideal?.rows).toEqual([
        ["4 / 4", time, time, figure, "4", share, "2.5 to 3.2"],
        ["4 / 8", time, time, figure, "4", share, "3.0 to 3.5"],
        ["8 / 16", time, time, figure, "8", share, "3.5 to 4.5"],
      ]);
    }),
  );

  const names = { project: "bigquery-public-data", datasets: ["noaa_gsod"] };

  it.live("estimates BigQuery's public tables, and only sends the announced requests", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer(namedWarehouse({ ...names, tables: ["gsod1929", "gsod1930"] }));
      const ran = yield* demo(
        { BIGQUERY_EMULATOR_HOST: server.url, GOOGLE_CLOUD_PROJECT: "p" },
        "--bigquery",
      );
      expect(ran).toMatchObject({ status: 0, stderr: "" });
      const [cost, gain] = tablesIn(ran.stdout);
      const items = ["2", "1", "1"];
      const money = expect.stringMatching(/^\$/);
      const bytes = expect.stringMatching(/ (bytes|kB)$/);
      expect(cost?.rows).toEqual(utilities.map((name, i) => [name, items[i]!, bytes, money]));
      expect(gain?.rows).toEqual(utilities.map((name, i) => [name, items[i]!, "8", time, time, figure]));
      const statements = server.jobs.map(({ sql }) => sql);
      // Two profiles and a comparison, one by one and together; no two alike, or
      // BigQuery would answer from its cache.
      expect(statements.length).toBe(6);
      expect(new Set(statements).size).toBe(6);
    }),
  );

  it.live("reports which item failed, and why", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer(namedWarehouse({ ...names, tables: ["gsod1929"] }));
      const ran = yield* demo(
        { BIGQUERY_EMULATOR_HOST: server.url, GOOGLE_CLOUD_PROJECT: "p" },
        "--bigquery",
      );
      expect(ran).toMatchObject({ status: 2, stdout: "" });
      expect(ran.stderr).toContain("gsod1930");
    }),
  );
});
