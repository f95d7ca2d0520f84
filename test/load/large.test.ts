/** Ten thousand items in one run: memory does not grow with them. */
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
        const seen: Array<number> = [];
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
              if (results === 1000 || results === items) seen.push(residentKb(child.pid));
            }
          }
          expect(await child.exited).toBe(0);
        });
        expect([...statuses]).toEqual([["ok", items]]);
        const [early, late] = seen;
        expect(late! / early!).toBeLessThanOrEqual(1.3);
      }),
    300_000,
  );
}
