/** Every command of the docs: those that need no account run, of the others the options are read. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Either, Schema } from "effect";
import * as Argv from "../../src/cli/argv.ts";
import { profile } from "../../src/cli/options/profile.ts";
import type { Specs } from "../../src/cli/options/Spec.ts";
import { schemaDiff } from "../../src/cli/options/schemaDiff.ts";
import { tableCompare } from "../../src/cli/options/tableCompare.ts";
import * as Pairs from "../../src/cli/pairs.ts";
import * as TableReference from "../../src/domain/TableReference.ts";
import { binary, run } from "../cli/spawn.ts";
import { type Command, commandsOf, type Fence, fencesOf, isRun, pages, root, textOf } from "./fences.ts";

setDefaultTimeout(60_000);

/** What a program takes: its options, and what is wrong with its operands. */
interface Takes {
  readonly specs: Specs;
  readonly problem: (operands: ReadonlyArray<string>) => string | undefined;
}

const pairsProblem: Takes["problem"] = (operands) => {
  const given = operands.map((text) => ({ text }));
  const read = Pairs.parse(given, { sides: Pairs.tables, own: () => Either.right({}) });
  return operands.length > 0 && Either.isLeft(read) ? read.left.message : undefined;
};

const programs: Readonly<Record<string, Takes>> = {
  "bq-profile": {
    specs: profile,
    problem: (operands) => operands.map(TableReference.parse).find(Either.isLeft)?.left,
  },
  "bq-schema-diff": { specs: schemaDiff, problem: pairsProblem },
  "bq-table-compare": { specs: tableCompare, problem: pairsProblem },
};

const fences = pages.flatMap((page) => fencesOf(page));
const place = ({ page, line }: Fence): string => `${page}:${line}`;

/** What the command line says of the arguments; undefined if it takes them. */
const problemOf = ({ program, args }: Command): string | undefined => {
  const { specs, problem } = programs[program]!;
  const request = Argv.read(args, specs);
  if (Either.isLeft(request)) return request.left;
  if (request.right._tag !== "Run") return undefined;
  for (const [name, text] of request.right.given) {
    const spec = Object.values(specs).find((one) => one.name === name)!;
    if (Either.isLeft(Schema.decodeEither(spec.schema)(text))) return `--${name} does not take "${text}"`;
  }
  // The operands of --from are journals.
  return request.right.given.has("from") ? undefined : problem(request.right.operands);
};

describe("the options in examples", () => {
  for (const fence of fences.filter(({ language }) => language === "sh" || language === "console")) {
    test(`${place(fence)} are taken by the command line`, () => {
      const found = commandsOf(fence.code).map(problemOf);
      expect(found.filter((problem) => problem !== undefined)).toEqual([]);
      if (fence.words.includes("account")) expect(found.length).toBeGreaterThan(0);
    });
  }

  test("are checked: wrong ones would be seen", () => {
    const problems = commandsOf(`A=1 bq-profile --paralel 3 a.csv | jq . > out && dist/bq-profile \\
      --where "x = 'y'" --top ten 'a b.csv' # no comment
    bq-profile notable; echo bq-profile --no; bq-schema-diff --fail-on any a.b | bq-schema-diff --top 3 a.b:c.d`).map(
      problemOf,
    );
    expect(problems).toEqual([
      "unknown option --paralel; did you mean --parallel?",
      '--top does not take "ten"',
      expect.stringContaining('"notable" is no table reference'),
      '"a.b" is one table and no pair; write A:B',
      expect.stringContaining("unknown option --top"),
    ]);
  });

  test("and in sentences exist", () => {
    const names = Object.values(programs)
      .flatMap(({ specs }) => Object.values(specs))
      .flatMap(({ name, negation }) => [name, negation]);
    const known = new Set([...names, "help", "version"].map((name) => `--${name}`));
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

  /** A folder as the docs speak of it: the data of vega-datasets, and the examples. */
  const workdir = (): string => {
    const path = mkdtempSync(join(folder, "at-"));
    symlinkSync(join(root, "node_modules/vega-datasets/data"), join(path, "data"));
    symlinkSync(join(root, "examples"), join(path, "examples"));
    return path;
  };

  for (const fence of fences.filter(isRun)) {
    const lacksJq = /\bjq\b/.test(fence.code) && Bun.which("jq") === null && process.env.CI !== "true";
    test.skipIf(lacksJq)(`${place(fence)} does what it says`, async () => {
      const status = Number(fence.words.find((word) => word.startsWith("status="))?.slice(7) ?? 0);
      const ran = await run(["bash", "-eo", "pipefail", "-c", fence.code], {
        cwd: workdir(),
        env: { PATH: `${join(folder, "bin")}:${process.env.PATH}` },
      });
      // What it said shows only where it is asked for: when the status is another one.
      expect({ status: ran.status, ...(ran.status === status ? {} : ran) }).toEqual({ status });
      expect(ran.stdout).toEqual(fence.output ?? expect.stringMatching(/\S/));
    });
  }
});
