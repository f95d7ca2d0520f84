/** Ten thousand items in one run: memory is bounded. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { Effect } from "effect";
import { start } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { spawnedServer } from "../support/scripted-server/index.ts";
import { command, type Program, tables } from "./support.ts";

const items = 10_000;

/** Resident set of a process, in kB. */
const residentKb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

/** The median of samples within 400 results, because garbage collections vary. */
const around = (seen: ReadonlyMap<number, number>, result: number): number => {
  const near = [...seen].filter(([at]) => Math.abs(at - result) <= 400).map(([, kb]) => kb);
  return near.sort((a, b) => a - b)[Math.floor(near.length / 2)] ?? Number.NaN;
};

const pairs = tables(items).map((name) => `${name}:${name.replace(".d.", ".e.")}`);
const programs: ReadonlyArray<readonly [program: Program, items: ReadonlyArray<string>]> = [
  ["bq-profile", tables(items)],
  ["bq-schema-diff", pairs],
  ["bq-table-compare", pairs],
];

for (const [program, list] of programs) {
  it.live(
    `${program}, ${items} items: the resident set at the last is within 1.3 times that at the 1,000th, and every line is there`,
    () =>
      Effect.gen(function* () {
        const server = yield* spawnedServer({
          warehouse: { tables: items, datasets: ["d", "e"] },
          keepRequests: 0,
        });
        const child = start([
          ...command(server.url, program, list),
          ...["--parallel=64", "--rate-limit=100000", "--format=ndjson"],
        ]);
        const seen = new Map<number, number>();
        const statuses = new Map<string, number>();
        yield* Effect.promise(async () => {
          let [results, rest] = [0, ""];
          const decoder = new TextDecoder();
          for await (const chunk of child.stdout) {
            const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
            rest = lines.pop() ?? "";
            for (const line of lines) {
              const status = /^\{"type":"result".*?"status":"(\w+)"/.exec(line)?.[1];
              if (status === undefined) continue;
              results += 1;
              statuses.set(status, (statuses.get(status) ?? 0) + 1);
              if (results % 20 === 0) seen.set(results, residentKb(child.pid));
            }
          }
          expect(await child.exited).toBe(0);
        });
        expect([...statuses]).toEqual([["ok", items]]);
        expect(around(seen, items) / around(seen, 1000)).toBeLessThanOrEqual(1.3);
      }),
    300_000,
  );
}
