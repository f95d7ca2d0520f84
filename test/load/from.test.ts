/** A report from journals has exactly their results, and overwrites no input. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Effect } from "effect";
import { seal } from "../../src/batch/journal/JournalLine.ts";
import { binary, run, start } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { scratch } from "../support/scratch.ts";
import { scriptedServer, warehouse } from "../support/scripted-server/index.ts";
import { command, listFile, tables } from "./support.ts";

setDefaultTimeout(60_000);

const compared = binary("bq-table-compare");

/** Two files that differ in one value, and the journal of their comparison. */
const comparison = async (...options: ReadonlyArray<string>) => {
  const folder = scratch();
  const [a, b, journal] = [join(folder, "a.csv"), join(folder, "b.csv"), join(folder, "c.ndjson")];
  writeFileSync(a, "id,v\n1,x\n2,secret-a\n");
  writeFileSync(b, "id,v\n1,x\n2,secret-b\n");
  await run([...compared, "--key=id", `--journal=${journal}`, ...options, a, b]);
  return { folder, a, b, journal };
};

test("options that affect results are rejected, unless the journal was written with them", async () => {
  const { journal } = await comparison();
  for (const option of ["--values=none", "--max-diff=50%", "--where=id > 1", "--key=v"]) {
    const ran = await run([...compared, "--from", option, journal]);
    expect([option, ran.status, ran.stdout]).toEqual([option, 2, ""]);
    expect(ran.stderr).toContain(`${option.split("=")[0]}, because the results already exist`);
  }
  expect((await run([...compared, "--from", "--key=id", journal])).status).toBe(1);
  const secretive = await comparison("--values=none");
  const shown = await run([...compared, "--from", "--values=none", "--format=html", secretive.journal]);
  expect(shown.status).toBe(1);
  expect(shown.stdout).not.toContain("secret-");
});

it.live("items without a result are reported, if none was found or the list has changed", () =>
  Effect.gen(function* () {
    const server = yield* scriptedServer(warehouse({ tables: 5, bytes: 50_000_000 }));
    const folder = scratch();
    const of = (journal: string, names: ReadonlyArray<string>, ...more: ReadonlyArray<string>) =>
      Effect.promise(() =>
        run([...command(server.url, "bq-profile", names), `--journal=${journal}`, ...more]),
      );
    const from = (journal: string) => Effect.promise(() => run([...binary(), "--from", journal]));
    const none = join(folder, "none.ndjson");
    expect((yield* of(none, tables(2), "--budget=1kB")).stderr).toMatch(/2 of 2 not run: .*raise --budget/);
    expect((yield* from(none)).status).toBe(2);
    const other = join(folder, "other.ndjson");
    expect((yield* of(other, tables(2))).status).toBe(0);
    expect((yield* from(other)).status).toBe(0);
    expect((yield* of(other, tables(2, 2), "--budget=60MB")).status).toBe(2);
    expect((yield* from(other)).status).toBe(2);
  }),
);

/** The line with the checksum of its current content. */
const resealed = (line: string): string => seal(line.replace(/,"checksum":"[0-9a-f]{16}"/, ""));

test("a result that this version cannot read is named with its file", async () => {
  const { folder, journal } = await comparison();
  const edited = join(folder, "edited.ndjson");
  const [head = "", line = ""] = readFileSync(journal, "utf8").split("\n");
  writeFileSync(edited, `${head}\n${resealed(line.replace('"verdict":"different",', ""))}\n`);
  const ran = await run([...compared, "--from", edited]);
  expect([ran.status, ran.stdout]).toEqual([2, ""]);
  expect(ran.stderr).toMatch(
    /edited\.ndjson" holds a result that this version cannot read: number 1 of the batch/,
  );
});

test("a report cannot overwrite an input", async () => {
  const { a, journal } = await comparison();
  const list = listFile([a]);
  const cases: ReadonlyArray<readonly [argv: ReadonlyArray<string>, file: string]> = [
    [[`--output=${a}`, a], a],
    [[`--tables-file=${list}`, `--output=${list}`], list],
    [["--from", `--output=${journal}`, journal], journal],
  ];
  for (const [argv, file] of cases) {
    const before = readFileSync(file, "utf8");
    const ran = await run([...binary(), ...argv]);
    expect([ran.status, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toMatch(/--output would overwrite the input ".*"/);
    expect(readFileSync(file, "utf8")).toBe(before);
  }
});

test("a signal ends it while results are being reported", async () => {
  const { folder, a } = await comparison();
  const [one, big] = [join(folder, "one.ndjson"), join(folder, "big.ndjson")];
  await run([...binary(), `--journal=${one}`, a]);
  const [head = "", line = ""] = readFileSync(one, "utf8").split("\n");
  const { reuse, ...result } = JSON.parse(line);
  const many = Array.from({ length: 4000 }, (_, index) =>
    resealed(JSON.stringify({ ...result, index, reuse: { ...reuse, item: `item-${index}` } })),
  );
  writeFileSync(big, `${[head, ...many].join("\n")}\n`);
  const child = start([...binary(), "--from", "--format=html", big]);
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGINT");
  while (!(await reader.read()).done);
  expect(await child.exited).toBe(130);
});
