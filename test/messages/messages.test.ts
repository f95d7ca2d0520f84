/** The messages of the programs; `bun test/messages/collect.ts` rewrites the list. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { Effect } from "effect";
import { collect, listFile } from "./collect.ts";

const tenMinutes = 600_000;

describe("the messages of the programs", () => {
  test(
    "are those that were read",
    async () => {
      expect(await Effect.runPromise(collect)).toBe(readFileSync(listFile, "utf8"));
    },
    tenMinutes,
  );

  const runs = readFileSync(listFile, "utf8")
    .split("\n$ ")
    .slice(1)
    .map((run) => {
      const [command = "", ...lines] = run.trimEnd().split("\n");
      return { command, lines: lines.filter((line) => !/^(\[\d\]|## .*|)$/.test(line)) };
    });

  test("exist for every run, name the program, and are not stack traces or internal errors", () => {
    expect(runs.length).toBeGreaterThan(140);
    for (const { command, lines } of runs) {
      const program = /bq-[a-z-]+/.exec(command)?.[0];
      expect([command, lines.length > 0]).toEqual([command, true]);
      for (const line of lines) {
        expect(line).toStartWith(`${program}: `);
        expect(line).not.toMatch(/: internal error|^\s+at |undefined|\bNaN\b|ENOENT: /);
      }
    }
  });
});
