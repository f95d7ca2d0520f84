/** The output of bq-profile conforms to the published JSON Schemas. */
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
  const schema = JSON.parse(
    readFileSync(join(root, "docs/schema", `bq-profile.${name}.schema.json`), "utf8"),
  );
  const validate = ajv.compile(schema);
  return (value: unknown): ReadonlyArray<string> =>
    validate(value) ? [] : validate.errors!.map((error) => `${error.instancePath} ${error.message}`);
};

const problems = { report: validator("report"), line: validator("line"), plan: validator("plan") };

const data = join(root, "node_modules/vega-datasets/data");
const tables = [
  join(data, "airports.csv"),
  join(data, "movies.json"),
  join(root, "examples/data/orders.ndjson"),
];

const profile = (...args: ReadonlyArray<string>) =>
  Effect.promise(() => run([...binary(), "--quiet", ...args]));

// biome-ignore lint/suspicious/noExplicitAny: the schemas say what it is
const json = (text: string): any => JSON.parse(text);

describe("json", () => {
  it.live("of good files", () =>
    Effect.gen(function* () {
      const ran = yield* profile("--format=json", "--detect-anomalies", ...tables);
      expect(ran.status).toBe(0);
      expect(problems.report(json(ran.stdout))).toEqual([]);
    }),
  );

  it.live("of every type that a file can hold, and of an empty table", () =>
    Effect.gen(function* () {
      const { parquet, text } = yield* workdir;
      const types = yield* Effect.promise(() =>
        parquet(
          "types.parquet",
          `SELECT 9223372036854775807 AS i, 'NaN'::DOUBLE AS nan, 12345678901234567890123456789.5::DECIMAL(38, 1) AS n,
           '\\x00\\xFF'::BLOB AS b, TRUE AS t, DATE '0001-01-01' AS d, TIME '01:02:03' AS tm, TIMESTAMPTZ '2024-01-02 03:04:05+00' AS ts,
           TIMESTAMP '9999-12-31 00:00:00' AS dt, INTERVAL 1 DAY AS iv, [{'a': [1, 2]}] AS nested, NULL::VARCHAR AS gone, '🙂' AS s
           FROM range(3)`,
        ),
      );
      const ran = yield* profile("--format=json", types, text("empty.csv", "a,b\n"));
      expect(ran.status).toBe(0);
      expect(problems.report(json(ran.stdout))).toEqual([]);
    }),
  );

  it.live("of files that fail, or are skipped", () =>
    Effect.gen(function* () {
      const { text } = yield* workdir;
      const broken = text("broken.parquet", "no parquet");
      const ran = yield* profile("--format=json", "--parallel=1", "--fail-fast", broken, ...tables);
      expect(ran.status).toBe(2);
      const report = json(ran.stdout);
      expect(problems.report(report)).toEqual([]);
      expect(report.results.map(({ status }: { status: string }) => status)).toEqual([
        "failed", "skipped", "skipped", "skipped",
      ]); // biome-ignore format: one list
    }),
  );

  it.live("with drift, and with fewer values", () =>
    Effect.gen(function* () {
      const { path } = yield* workdir;
      const baseline = join(path, "baseline.json");
      const weather = join(data, "seattle-weather.csv");
      expect((yield* profile("--format=json", `--output=${baseline}`, weather)).status).toBe(0);
      expect(problems.report(json(readFileSync(baseline, "utf8")))).toEqual([]);
      const drifted = yield* profile(
        ...["--format=json", `--baseline=${baseline}`, "--where=precipitation > 0", "--values=none"],
        weather,
      );
      expect(drifted.status).toBe(1);
      expect(problems.report(json(drifted.stdout))).toEqual([]);
    }),
  );

  it.live("is checked: missing, unknown and mistyped properties are detected", () =>
    Effect.gen(function* () {
      const report = json((yield* profile("--format=json", tables[0]!)).stdout);
      const { summary, ...rest } = report;
      const [result] = report.results;
      expect(problems.report(rest)).not.toEqual([]);
      expect(problems.report({ ...report, extra: 1 })).not.toEqual([]);
      expect(problems.report({ ...report, results: [{ ...result, status: "fine" }] })).not.toEqual([]);
      const columns = [{ ...result.profile.columns[0], zeros: "0" }];
      const bent = { ...result, profile: { ...result.profile, columns } };
      expect(problems.report({ ...report, results: [bent] })).not.toEqual([]);
      expect(problems.line(summary)).toEqual([]);
    }),
  );
});

describe("ndjson", () => {
  it.live("line by line, failures among them", () =>
    Effect.gen(function* () {
      const ran = yield* profile("--format=ndjson", ...tables, "no-such-file.csv");
      expect(ran.status).toBe(2);
      const lines = ran.stdout.trim().split("\n").map(json);
      expect(lines.map(({ type }) => type)).toEqual([
        "run",
        "result",
        "result",
        "result",
        "result",
        "summary",
      ]);
      expect(lines.flatMap(problems.line)).toEqual([]);
    }),
  );
});

describe("--dry-run", () => {
  it.live("as json, a failure among them", () =>
    Effect.gen(function* () {
      const ran = yield* profile("--dry-run", "--format=json", ...tables, "no-such-file.csv");
      expect(ran.status).toBe(2);
      expect(problems.plan(json(ran.stdout))).toEqual([]);
    }),
  );
});
