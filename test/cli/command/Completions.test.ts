/** The completion scripts in real shells. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "../screen.ts";
import { binary, run } from "../spawn.ts";

const folder = mkdtempSync(join(tmpdir(), "bqkit-completions-"));
const scriptOf = (shell: string, program: string) => join(folder, `${program}.${shell}`);
const programs = ["bq-profile", "bq-schema-diff", "bq-table-compare"];

const shells: Readonly<Record<string, { command: ReadonlyArray<string>; set: string }>> = {
  bash: { command: ["bash", "--norc", "--noprofile", "-i"], set: "bind 'set bell-style none'" },
  zsh: { command: ["zsh", "-f", "-i"], set: "autoload -U compinit; compinit -u -D; unsetopt beep" },
  fish: { command: ["fish", "--no-config", "--interactive"], set: "true" },
};

beforeAll(async () => {
  mkdirSync(join(folder, "data"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "data", "orders.csv"), "id\n1\n");
  for (const program of programs) {
    const quoted = binary(program).map((word) => `'${word}'`);
    writeFileSync(join(folder, "bin", program), `#!/bin/sh\nexec ${quoted.join(" ")} "$@"\n`);
    chmodSync(join(folder, "bin", program), 0o755);
    for (const shell of Object.keys(shells)) {
      const { status, stdout, stderr } = await run([...binary(program), "--completions", shell]);
      expect([status, stderr]).toEqual([0, ""]);
      writeFileSync(scriptOf(shell, program), stdout);
    }
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Ctrl+U. Not Ctrl+C: its signal can reach bash within a completion, after which bash ignores what is typed. */
const killLine = "\u0015";

/** The command line after a tab. */
const cases: ReadonlyArray<readonly [typed: string, completed: string]> = [
  ["bq-profile --parti", "bq-profile --partitions"],
  ["bq-profile data/orders.csv --detect", "bq-profile data/orders.csv --detect-anomalies"],
  ["bq-profile --format mark", "bq-profile --format markdown"],
  ["bq-profile --format=mark", "bq-profile --format=markdown"],
  ["bq-profile --baseline data/or", "bq-profile --baseline data/orders.csv"],
  ["bq-profile --exact data/or", "bq-profile --exact data/orders.csv"],
  ["bq-schema-diff --fail-on brea", "bq-schema-diff --fail-on breaking"],
  ["bq-schema-diff --format dd", "bq-schema-diff --format ddl"],
  ["bq-table-compare data/orders.csv data/or", "bq-table-compare data/orders.csv data/orders.csv"],
  ["bq-table-compare --stats=alw", "bq-table-compare --stats=always"],
];

describe.each(Object.entries(shells))("%s", (shell, { command, set }) => {
  test("completes options, values and files", async () => {
    const screen = start(command, {
      columns: 120,
      env: { HOME: folder, PATH: `${join(folder, "bin")}:${process.env.PATH}`, PS1: "> ", ENV: "" },
    });
    const isShown = (text: string) => (lines: ReadonlyArray<string>) =>
      lines.some((line) => line.includes(text));
    // What is typed before a shell is ready is lost in some of them.
    const type = async (text: string, shown: string) => {
      for (let attempt = 0; attempt < 10; attempt++) {
        screen.type(text);
        const seen = await Promise.race([screen.until(isShown(shown)), Bun.sleep(4000)]);
        if (seen !== undefined) return;
        screen.type(killLine);
        await Bun.sleep(200);
      }
      throw new Error(`${JSON.stringify(text)} shows no ${shown}: ${(await screen.lines()).join("\n")}`);
    };
    const sources = programs.map((program) => `source ${scriptOf(shell, program)}\n`).join("");
    await type(`cd ${folder}; ${set}\n${sources}echo rea''dy\n`, "ready");
    for (const [typed, completed] of cases) {
      await type(`${typed}\t`, completed);
      screen.type(killLine);
      await Bun.sleep(200);
    }
    const all = (await screen.lines()).join("\n");
    expect(all).not.toMatch(/command not found|syntax error|unknown option/i);
    for (let status: number | undefined; status === undefined; ) {
      screen.type("exit\n");
      status = (await Promise.race([screen.exited, Bun.sleep(1000)])) ?? undefined;
    }
  }, 60_000);
});

test("no script offers options that do not exist", async () => {
  for (const shell of Object.keys(shells)) {
    const { stdout } = await run([...binary("bq-profile"), `--completions=${shell}`]);
    expect(stdout).toContain("detect-anomalies");
    expect(stdout).not.toMatch(/wizard|log-level|\bsh''|\(sh |"sh /);
  }
});
