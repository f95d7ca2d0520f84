/** bq-profile on small local files: from source, or the compiled program with BQKIT_TEST_BINARY. */
import { describe, expect, test } from "bun:test";
import { symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { scratch } from "../support/scratch.ts";
import { binary, run, shell, start } from "./spawn.ts";

const folder = (files: Readonly<Record<string, string>>): string => {
  const dir = scratch();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  return dir;
};

const flights = resolve(import.meta.dir, "../../node_modules/vega-datasets/data/flights-3m.parquet");
const people = "id,name,score\n1,Ann,1.5\n2,Bob,2.5\n3,,\n";
const profile = (cwd: string, ...argv: ReadonlyArray<string>) => run([...binary(), ...argv], { cwd });
const results = (stdout: string) => JSON.parse(stdout).results;

describe("bq-profile on files", () => {
  test("profiles a file, with nothing on stderr", async () => {
    const ran = await profile(folder({ "people.csv": people }), "people.csv");
    expect(ran.stdout).toMatch(/^people\.csv\n3 rows · 3 columns/);
    expect(ran.stderr).toBe("");
    expect(ran.status).toBe(0);
  }, 60_000);

  test("reads the other files after one that ended the local engine", async () => {
    // A malformed serialized statement causes a fatal error in DuckDB.
    const fatal = `CASE WHEN id > 100 THEN json_deserialize_sql(replace(CAST(json_serialize_sql('SELECT ' || id) AS VARCHAR), '"INTEGER"', '"ENUM"')::JSON) IS NOT NULL ELSE true END`;
    const dir = folder({ "a.csv": people, "b.csv": "id,name\n101,x\n102,y\n", "c.csv": people });
    const ran = await profile(
      dir,
      "--format=json",
      "--parallel=1",
      `--where=${fatal}`,
      "a.csv",
      "b.csv",
      "c.csv",
    );
    expect(results(ran.stdout).map(({ status }: { readonly status: string }) => status)).toEqual([
      "ok", "failed", "ok",
    ]); // biome-ignore format: one line
    expect(ran.stderr).toContain("b.csv");
  }, 60_000);

  test("gives the same as json", async () => {
    const ran = await profile(folder({ "people.csv": people }), "--format=json", "people.csv");
    const [result] = results(ran.stdout);
    expect(result).toMatchObject({ item: "people.csv", status: "ok", profile: { rows: 3 } });
    expect(result.profile.columns).toMatchObject([
      { name: "id", rows: 3, nulls: 0 },
      { name: "name", rows: 3, nulls: 1 },
      { name: "score", rows: 3, nulls: 1 },
    ]);
  }, 60_000);

  test("writes a page with its charts to a file", async () => {
    const dir = folder({ "people.csv": people });
    const ran = await profile(dir, "--format=html", "--output=people.html", "people.csv");
    expect(ran).toMatchObject({ status: 0, stdout: "", stderr: "" });
    const page = await Bun.file(join(dir, "people.html")).text();
    expect(page).toMatch(
      /^<!doctype html>.*<h1><bdi>people\.csv<\/bdi><\/h1>.*<svg class="histogram".*<\/html>\n$/s,
    );
  }, 60_000);

  test("the options reach the profile", async () => {
    const dir = folder({ "people.csv": people });
    const argv = [
      "--format=json",
      "--where=id <\n 3 -- not the last",
      "--columns=id,name",
      "--exclude=name",
      "--sample-size=0",
    ];
    const [result] = results(
      (await profile(dir, ...argv, "--threads=1", "--memory-limit=512MB", "people.csv")).stdout,
    );
    expect(result.profile).toMatchObject({ rows: 2, columns: [{ name: "id" }] });
    expect(result.profile.sample).toBeUndefined();
  }, 60_000);

  test("one bad file does not stop a batch", async () => {
    const dir = folder({ "a.csv": people, "empty.csv": "", "broken.parquet": "nonsense" });
    const ran = await profile(dir, "--format=json", "a.csv", "missing.csv", "empty.csv", "broken.parquet");
    expect(results(ran.stdout).map(({ status }: { status: string }) => status)).toEqual([
      "ok",
      "failed",
      "failed",
      "failed",
    ]);
    expect(ran.stderr.trimEnd().split("\n")).toHaveLength(3);
    expect(ran.stderr).toMatch(/missing\.csv.*; /);
    expect(ran.status).toBe(2);
  }, 60_000);

  for (const [name, argv, stderr] of [
    ["a missing file", ["missing.csv"], /missing\.csv/],
    ["an unknown column", ["--columns=nme", "people.csv"], /nme.*name/],
    ["a condition that is no SQL", ["--where=id ==== 3", "people.csv"], /people\.csv/],
  ] as const) {
    test(`${name}: one line with a remedy, nothing on stdout, status 2`, async () => {
      const ran = await profile(folder({ "people.csv": people }), ...argv);
      expect(ran.stderr).toMatch(stderr);
      expect(ran.stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(ran.stdout).toBe("");
      expect(ran.status).toBe(2);
    }, 60_000);
  }

  test("status 1 when a baseline's threshold is broken, 0 when it is not", async () => {
    const dir = folder({ "t.csv": `x\n${Array.from({ length: 50 }, (_, i) => i).join("\n")}\n` });
    for (const format of ["json", "ndjson"]) {
      await profile(dir, `--format=${format}`, `--output=base.${format}`, "t.csv");
      expect((await profile(dir, `--baseline=base.${format}`, "t.csv")).status).toBe(0);
    }
    writeFileSync(join(dir, "t.csv"), `x\n${Array.from({ length: 50 }, (_, i) => i * 1000).join("\n")}\n`);
    const drifted = await profile(dir, "--baseline=base.json", "t.csv");
    expect(drifted.stdout).toContain("drift");
    expect(drifted.stdout).not.toContain("only table");
    expect(drifted.status).toBe(1);
    writeFileSync(join(dir, "u.csv"), "x\n1\n");
    const other = await profile(dir, "--baseline=base.json", "u.csv");
    expect(other.stdout).toContain("the baseline's only table is t.csv");
    writeFileSync(join(dir, "bad.json"), '{"tool":"other"}');
    const bad = await profile(dir, "--baseline=bad.json", "t.csv");
    expect(bad.stderr).toMatch(
      /^bq-profile: --baseline: "bad\.json" cannot be used: [^\n]*; use a report[^\n]*\n$/,
    );
    expect(bad.status).toBe(2);
  }, 120_000);

  test("300 small files in one batch, from standard input, in order", async () => {
    const names = Array.from({ length: 300 }, (_, i) => `t${i}.csv`);
    const dir = folder(Object.fromEntries(names.map((name) => [name, people])));
    const ran = await run([...binary(), "--format=json", "--parallel=8"], {
      cwd: dir,
      stdin: names.join("\n"),
    });
    expect(ran.stderr).toBe("");
    expect(results(ran.stdout).map(({ item }: { item: string }) => item)).toEqual(names);
    expect(JSON.parse(ran.stdout).summary).toMatchObject({ total: 300, ok: 300, maxInFlight: 8 });
  }, 180_000);

  test("a dry run of a file shows its statement and no cost", async () => {
    const ran = await profile(folder({ "people.csv": people }), "--dry-run", "--verbose", "people.csv");
    expect(ran.stdout).toMatch(/SELECT.*nothing was run or billed\n$/s);
    expect(ran.status).toBe(0);
  }, 60_000);

  test("a closed stdout: 141, quietly", async () => {
    const names = Array.from({ length: 200 }, (_, i) => `t${i}.csv`);
    const dir = folder(Object.fromEntries(names.map((name) => [name, people])));
    const script = `$PROGRAM --format ndjson *.csv | head -n 1 | wc -l; echo "\${PIPESTATUS[0]}"`;
    const ran = await shell(script, binary(), { cwd: dir });
    expect(ran.stdout.trim().split(/\s+/)).toEqual(["1", "141"]);
    expect(ran.stderr).toBe("");
  }, 60_000);

  test("SIGINT while files are read: the partial report, 130, and nothing left running", async () => {
    const dir = folder({});
    const names = Array.from({ length: 40 }, (_, i) => `f${i}.parquet`);
    for (const name of names) symlinkSync(flights, join(dir, name));
    const child = start([...binary(), "--format=ndjson", ...names], { cwd: dir });
    let stdout = "";
    const decoder = new TextDecoder();
    let began = 0;
    for await (const bytes of child.stdout) {
      stdout += decoder.decode(bytes, { stream: true });
      if (began === 0 && stdout.includes('"result"')) {
        began = Date.now();
        child.kill("SIGINT");
      }
    }
    expect(await child.exited).toBe(130);
    expect(Date.now() - began).toBeLessThan(5000);
    const summary = JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
    expect(summary).toMatchObject({ type: "summary", total: 40, interrupted: true });
    expect(summary.skipped).toBeGreaterThan(0);
  }, 60_000);
});
