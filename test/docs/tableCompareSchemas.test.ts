/** The output of bq-table-compare conforms to the published JSON Schemas. */
import { describe, expect, setDefaultTimeout } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Effect } from "effect";
import { binary, run } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { workdir } from "../support/files.ts";
import { root } from "./fences.ts";

setDefaultTimeout(60_000);

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });

const validator = (name: string) => {
  const file = join(root, "docs/schema", `bq-table-compare.${name}.schema.json`);
  const validate = ajv.compile(JSON.parse(readFileSync(file, "utf8")));
  return (value: unknown): ReadonlyArray<string> =>
    validate(value) ? [] : validate.errors!.map((error) => `${error.instancePath} ${error.message}`);
};

const problems = { report: validator("report"), line: validator("line"), plan: validator("plan") };

const compare = (...args: ReadonlyArray<string>) =>
  Effect.promise(() => run([...binary("bq-table-compare"), "--quiet", ...args]));

// biome-ignore lint/suspicious/noExplicitAny: the schemas say what it is
const json = (text: string): any => JSON.parse(text);

/** Two tables that differ in rows and columns, of all kinds of values. */
const given = Effect.gen(function* () {
  const { parquet } = yield* workdir;
  const table = (name: string, more: string, where: string) =>
    Effect.promise(() =>
      parquet(
        name,
        `SELECT i AS id, i * 1.5 AS amount, ${more}, 'x' || i % 3 AS kind, {'a': [i]} AS s, DATE '2024-01-01' + i::INT AS d
         FROM range(100) AS r(i) WHERE ${where}`,
      ),
    );
  const a = yield* table("a.parquet", "'r'::BLOB AS raw, i AS only_a, 'x' AS n", "i > 2");
  const b = yield* table("b.parquet", "CASE WHEN i < 20 THEN 's' ELSE 'r' END::BLOB AS raw, i AS only_b, 1 AS n", "i < 98");
  return { a, b };
}); // biome-ignore format: statements

describe("json", () => {
  it.live("with a key and without, of failures, and without rows", () =>
    Effect.gen(function* () {
      const { a, b } = yield* given;
      const tolerant = ["--key=id", "--abs-tolerance=amount=0.1", "--max-diff=1%", "--where=id >= 0"];
      for (const options of [
        tolerant,
        [],
        ["--skip-rows"],
        ["--values=none"],
        ["--skip-stats", "--key=id"],
      ]) {
        const ran = yield* compare("--format=json", ...options, `${a}:${b}`, `${a}:${a}`, `${a}:none.csv`);
        expect(ran.status).toBe(2);
        const report = json(ran.stdout);
        expect(problems.report(report)).toEqual([]);
        expect(report.results.map(({ status }: { status: string }) => status)).toEqual([
          "different", "ok", "failed",
        ]); // biome-ignore format: one list
      }
    }),
  );

  it.live("is checked: missing, unknown and mistyped properties are detected", () =>
    Effect.gen(function* () {
      const { a, b } = yield* given;
      const report = json((yield* compare("--format=json", "--key=id", a, b)).stdout);
      const [result] = report.results;
      const withComparison = (more: object) => ({
        ...report,
        results: [{ ...result, comparison: { ...result.comparison, ...more } }],
      });
      expect(result.comparison.rows.examples.changed.length).toBeGreaterThan(0);
      expect(problems.report(report)).toEqual([]);
      expect(problems.report(withComparison({ verdict: "alike" }))).not.toEqual([]);
      expect(problems.report(withComparison({ more: 1 }))).not.toEqual([]);
      expect(problems.report(withComparison({ rows: { ...result.comparison.rows, same: 0.5 } }))).not.toEqual(
        [],
      );
      expect(problems.report({ ...report, results: [{ ...result, item: "a" }] })).not.toEqual([]);
    }),
  );
});

describe("ndjson", () => {
  it.live("line by line, failures among them", () =>
    Effect.gen(function* () {
      const { a, b } = yield* given;
      const ran = yield* compare("--format=ndjson", "--key=id", `${a}:${b}`, `${a}:none.csv`);
      expect(ran.status).toBe(2);
      const lines = ran.stdout.trim().split("\n").map(json);
      expect(lines.map(({ type }) => type)).toEqual(["run", "result", "result", "summary"]);
      expect(lines.flatMap(problems.line)).toEqual([]);
    }),
  );
});

describe("--dry-run", () => {
  it.live("as json", () =>
    Effect.gen(function* () {
      const { a, b } = yield* given;
      const ran = yield* compare("--dry-run", "--format=json", "--key=id", a, b);
      expect(ran).toMatchObject({ status: 0, stderr: "" });
      const plan = json(ran.stdout);
      expect(problems.plan(plan)).toEqual([]);
      expect(plan.summary).toMatchObject({ ok: 1, bytes: 0 });
    }),
  );
});
