/**
 * Every command of the docs: runs those that need no account, some against a scripted server; parses the options of
 * the others.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Effect, Either, Schema } from "effect";
import * as Argv from "../../src/cli/command/Argv.ts";
import * as Pairs from "../../src/cli/input/Pairs.ts";
import { options as profile } from "../../src/cli/Profile.ts";
import { options as schemaDiff } from "../../src/cli/SchemaDiff.ts";
import { options as tableCompare } from "../../src/cli/TableCompare.ts";
import { type OptionField, optionFields } from "../../src/domain/options/OptionField.ts";
import * as TableReference from "../../src/domain/TableReference.ts";
import { binary, run } from "../cli/spawn.ts";
import { namedWarehouse } from "../support/namedWarehouse.ts";
import { start } from "../support/scripted-server/server.ts";
import {
  type Command, commandsOf, environmentOf, type Fence, fencesOf, fileOf, isRun, needsServer, pages, root, statusOf, textOf,
} from "./fences.ts"; // biome-ignore format: one list
import { type Step, stepsOf } from "./manifests.ts";

setDefaultTimeout(60_000);

/** The options of a program, and the check of its operands. */
interface Takes {
  readonly fields: ReadonlyArray<OptionField>;
  readonly problem: (operands: ReadonlyArray<string>) => string | undefined;
}

const pairsProblem: Takes["problem"] = (operands) => {
  const given = operands.map((text) => ({ text }));
  const read = Effect.runSync(
    Effect.either(Pairs.parse(given, { sides: Pairs.tables, own: () => Either.right({}) })),
  );
  return operands.length > 0 && Either.isLeft(read) ? read.left.message : undefined;
};

const programs: Readonly<Record<string, Takes>> = {
  "bq-profile": {
    fields: optionFields(profile.fields),
    problem: (operands) => operands.map(TableReference.parse).find(Either.isLeft)?.left,
  },
  "bq-schema-diff": { fields: optionFields(schemaDiff.fields), problem: pairsProblem },
  "bq-table-compare": { fields: optionFields(tableCompare.fields), problem: pairsProblem },
};

/** The BigQuery tables in the docs, with their location. */
const tables = {
  project: "my-project",
  datasets: ["prod", "staging"],
  tables: ["orders", "customers", "lines"],
  differs: true,
};

const fences = pages.flatMap((page) => fencesOf(page));
const place = ({ page, line }: Fence): string => `${page}:${line}`;

/** The command line's error for the arguments; undefined if they are valid. */
const problemOf = ({ program, args }: Command): string | undefined => {
  const { fields, problem } = programs[program]!;
  const request = Argv.normalize(args, fields);
  if (Either.isLeft(request)) return request.left;
  if (request.right._tag !== "Run") return undefined;
  const { argv, given } = request.right;
  const rest = [...argv];
  while (rest[0]?.startsWith("--")) {
    const name = rest.shift()!;
    const field = fields.find((one) => `--${one.name}` === name);
    if (field?.metavar === undefined) continue;
    const text = Argv.valueOf(rest.shift()!);
    if (Either.isLeft(Schema.decodeUnknownEither(field.schema)(text)))
      return `${name} does not take "${text}"`;
  }
  // The operands of --from are journals.
  return given.has("from") ? undefined : problem(rest.map(Argv.valueOf));
};

describe("the options in examples", () => {
  // If a shell assembles the options, only running the command checks them.
  const written = fences.filter((fence) => /^(sh|console)$/.test(fence.language) && !needsServer(fence));
  for (const fence of written) {
    test(`${place(fence)} are taken by the command line`, () => {
      const found = commandsOf(fence.code).map(problemOf);
      expect(found.filter((problem) => problem !== undefined)).toEqual([]);
      if (fence.words.includes("account")) expect(found.length).toBeGreaterThan(0);
    });
  }

  test("are checked: invalid ones are detected", () => {
    const problems = commandsOf(`A=1 bq-profile --paralel 3 a.csv | jq . > out && dist/bq-profile \\
      --where "x = 'y'" --top ten 'a b.csv' # no comment
    bq-profile notable; echo bq-profile --no; bq-schema-diff --fail-on any a.b | bq-schema-diff --top 3 a.b:c.d`).map(
      problemOf,
    );
    expect(problems).toEqual([
      "unknown option --paralel; did you mean --parallel?",
      '--top does not take "ten"',
      expect.stringContaining('"notable" is not a table reference'),
      '"a.b" is a single table, not a pair; write A:B, or exactly two operands',
      expect.stringContaining("unknown option --top"),
    ]);
  });

  test("and in sentences exist", () => {
    const names = Object.values(programs)
      .flatMap(({ fields }) => fields)
      .flatMap(({ name, negatable }) => (negatable ? [name, `no-${name}`] : [name]));
    const known = new Set([...names, "help", "version", "completions"].map((name) => `--${name}`));
    const said = pages.flatMap((page) =>
      [
        ...textOf(page)
          .replaceAll(/^```.*?^```$/gms, "")
          .matchAll(/`(--[a-z][a-z-]*)[^`]*`/g),
      ].map(([, option]) => `${page}: ${option}`),
    );
    expect(said.filter((one) => !known.has(one.split(": ")[1]!))).toEqual([]);
  });
});

describe("the examples", () => {
  const folder = mkdtempSync(join(tmpdir(), "bqkit-docs-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(() => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    for (const program of Object.keys(programs)) {
      const quoted = binary(program).map((word) => `'${word}'`);
      writeFileSync(join(bin, program), `#!/bin/sh\nexec ${quoted.join(" ")} "$@"\n`);
      chmodSync(join(bin, program), 0o755);
    }
    symlinkSync(process.execPath, join(bin, "bun"));
  });

  /** The working folder of the docs: the data of vega-datasets, the examples, and the files that the page shows. */
  const workdir = (page: string): string => {
    const path = mkdtempSync(join(folder, "at-"));
    symlinkSync(join(root, "node_modules/vega-datasets/data"), join(path, "data"));
    symlinkSync(join(root, "examples"), join(path, "examples"));
    for (const fence of fences) {
      const file = fence.page === page ? fileOf(fence) : undefined;
      if (file !== undefined) writeFileSync(join(path, file), fence.code);
    }
    return path;
  };

  const server = start(namedWarehouse(tables));
  afterAll(async () => (await server).stop());

  /** The location of the BigQuery tables of the fence. */
  const service = async (fence: Fence): Promise<Record<string, string>> =>
    needsServer(fence)
      ? { BIGQUERY_EMULATOR_HOST: (await server).url, GOOGLE_CLOUD_PROJECT: tables.project }
      : {};

  const steps = (fence: Fence): ReadonlyArray<Step> =>
    fence.language === "yaml" ? stepsOf(fence.code) : [{ script: fence.code, env: {} }];

  for (const fence of fences.filter(isRun)) {
    const lacksJq = /\bjq\b/.test(fence.code) && Bun.which("jq") === null && process.env.CI !== "true";
    test.skipIf(lacksJq)(`${place(fence)} does what it says`, async () => {
      const cwd = workdir(fence.page);
      const PATH = `${join(folder, "bin")}:${process.env.PATH}`;
      expect(steps(fence)).not.toEqual([]);
      for (const { script, env } of steps(fence)) {
        const ran = await run(["bash", "-eo", "pipefail", "-c", script], {
          cwd,
          env: { PATH, ...(await service(fence)), ...environmentOf(fence), ...env },
        });
        const status = statusOf(fence);
        // Shows the output only if the status is unexpected.
        expect({ status: ran.status, ...(ran.status === status ? {} : ran) }).toEqual({ status });
        if (fence.output !== undefined || script === fence.code)
          expect(ran.stdout).toEqual(fence.output ?? expect.stringMatching(/\S/));
      }
    });
  }
});
