/** The output of bq-schema-diff conforms to the published JSON Schemas. */
import { describe, expect, setDefaultTimeout } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Effect } from "effect";
import { binary, run } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { workdir } from "../support/files.ts";
import { scriptedServer } from "../support/scripted-server/index.ts";
import { root } from "./fences.ts";

setDefaultTimeout(60_000);

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });

const validator = (name: string) => {
  const file = join(root, "docs/schema", `bq-schema-diff.${name}.schema.json`);
  const validate = ajv.compile(JSON.parse(readFileSync(file, "utf8")));
  return (value: unknown): ReadonlyArray<string> =>
    validate(value) ? [] : validate.errors!.map((error) => `${error.instancePath} ${error.message}`);
};

const problems = { report: validator("report"), line: validator("line"), plan: validator("plan") };

const v1 = join(root, "examples/data/orders-v1.schema.json");
const v2 = join(root, "examples/data/orders-v2.schema.json");

const schemaDiff = (...args: ReadonlyArray<string>) =>
  Effect.promise(() => run([...binary("bq-schema-diff"), "--quiet", ...args]));

// biome-ignore lint/suspicious/noExplicitAny: the schemas say what it is
const json = (text: string): any => JSON.parse(text);

/** Two tables that differ in every property of tables.get. */
const tables = {
  "p.a.t": {
    schema: {
      fields: [
        { name: "id", type: "INTEGER", mode: "REQUIRED", description: "key" },
        { name: "r", type: "RANGE", rangeElementType: { type: "DATE" } },
        { name: "s", type: "RECORD", mode: "REPEATED", fields: [{ name: "x", type: "STRING", collation: "und:ci" }] },
      ],
    },
    labels: { team: "data" },
    timePartitioning: { type: "DAY", field: "d", expirationMs: "86400000" },
    clustering: { fields: ["id"] },
    tableConstraints: { primaryKey: { columns: ["id"] } },
  },
  "p.b.t": {
    schema: {
      fields: [
        { name: "ID", type: "NUMERIC", precision: "10", defaultValueExpression: "1", policyTags: { names: ["tag"] } },
        { name: "s", type: "RECORD", mode: "REPEATED", fields: [{ name: "x", type: "STRING" }, { name: "y", type: "JSON" }] },
      ],
    },
    description: "new",
    rangePartitioning: { field: "ID", range: { start: "0", end: "10", interval: "1" } },
  },
  "p.a.only": { schema: { fields: [{ name: "x", type: "STRING" }] } },
}; // biome-ignore format: one table

describe("json", () => {
  it.live("of schema files and of data, including complete trees", () =>
    Effect.gen(function* () {
      const { parquet } = yield* workdir;
      const data = yield* Effect.promise(() =>
        parquet("t.parquet", "SELECT 1 AS id, [[1]] AS deep, {'a': 1::HUGEINT} AS s, 'x'::BLOB AS b"),
      );
      const ran = yield* schemaDiff(
        "--format=json",
        "--full",
        `${v1}:${v2}`,
        `${v1}:${data}`,
        `${data}:${v1}`,
      );
      expect(ran).toMatchObject({ status: 1, stderr: "" });
      expect(problems.report(json(ran.stdout))).toEqual([]);
    }),
  );

  it.live("of tables with all their attributes, left-overs of patterns, and pairs that fail", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer({ tables });
      const connection = ["--endpoint", server.url, "--project", "p"];
      const ran = yield* schemaDiff(
        ...connection,
        "--format=json",
        "p.a.*:p.b.*",
        "a.nix:b.t",
        `${v1}:none.csv`,
      );
      expect(ran.status).toBe(2);
      const report = json(ran.stdout);
      expect(problems.report(report)).toEqual([]);
      expect(report.results.map(({ status }: { status: string }) => status)).toEqual([
        "different", "different", "failed", "failed",
      ]); // biome-ignore format: one list
      expect(report.results[0].diff.changes.length).toBeGreaterThan(10);
      expect(report.results[0].diff.ddl.length).toBeGreaterThan(3);
    }),
  );

  it.live("is checked: missing, unknown and mistyped properties are detected", () =>
    Effect.gen(function* () {
      const report = json((yield* schemaDiff("--format=json", v1, v2)).stdout);
      const [result] = report.results;
      const withDiff = (more: object) => ({
        ...report,
        results: [{ ...result, diff: { ...result.diff, ...more } }],
      });
      expect(problems.report(report)).toEqual([]);
      expect(problems.report(withDiff({ broken: "yes" }))).not.toEqual([]);
      expect(problems.report(withDiff({ more: 1 }))).not.toEqual([]);
      expect(
        problems.report(withDiff({ changes: [{ ...result.diff.changes[0], rule: "bent" }] })),
      ).not.toEqual([]);
      expect(problems.report({ ...report, results: [{ ...result, item: "a" }] })).not.toEqual([]);
    }),
  );
});

describe("ndjson", () => {
  it.live("line by line, failures among them", () =>
    Effect.gen(function* () {
      const ran = yield* schemaDiff("--format=ndjson", `${v1}:${v2}`, `${v1}:none.csv`);
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
      const ran = yield* schemaDiff("--dry-run", "--format=json", "p.a.t", "p.b.t");
      expect(ran).toMatchObject({ status: 0, stderr: "" });
      const plan = json(ran.stdout);
      expect(problems.plan(plan)).toEqual([]);
      expect(plan.summary).toMatchObject({
        statements: 0,
        bytes: 0,
        estimatedCost: 0,
        notes: ["2 metadata calls"],
      });
    }),
  );
});
