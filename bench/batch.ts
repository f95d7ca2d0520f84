/**
 * Prints the performance of the batch engine as ratios: `bun bench/batch.ts`, after `bun run build`. The compiled
 * programs run against the scripted server in another process; the rate limit is raised so that it has no effect.
 */

import type { ScriptJson } from "../test/support/scripted-server/index.ts";
import { spawnServer } from "../test/support/scripted-server/index.ts";
import { adaptive } from "./adaptive.ts";
import * as Bare from "./bare.ts";
import { isBuilt, itemsOf, type Tool, watch } from "./program.ts";

const items = Number(process.env.BENCH_ITEMS ?? 10_000);
/** The concurrency of typical CI jobs. */
const parallel = 16;

const tools = ["bq-profile", "bq-schema-diff", "bq-table-compare"] as const;

const print = (name: string, ratio: string, detail: string): void =>
  console.log(`${name.padEnd(66)} ${ratio.padStart(6)}   ${detail}`);

const serve = (more: ScriptJson = {}) =>
  spawnServer({ warehouse: { tables: items, datasets: ["d1", "d2"] }, ...more });

const median = (all: ReadonlyArray<number>): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;

/** The program's time divided by that of a plain loop of the same requests with the same concurrency. */
const speed = async (tool: Tool, latency: number): Promise<void> => {
  const recorded = await Bare.record(tool);
  const server = await serve({ latency });
  const ours = await watch(tool, itemsOf(tool, items), server, ["--parallel", `${parallel}`]);
  const { requests } = await server.figures();
  await server.reset();
  const bare = await Bare.loop(recorded, items, server.url, parallel);
  await server.stop();
  if (requests !== bare.requests)
    throw new Error(`${requests} requests, and ${bare.requests} of the bare loop`);
  print(
    `${tool} / bare fetches, ${items} items, ${latency} ms a request, ${parallel} at once`,
    (ours.seconds / bare.seconds).toFixed(2),
    `${ours.seconds.toFixed(1)} s / ${bare.seconds.toFixed(1)} s, ${requests} requests; own work ${((1000 * ours.cpuSeconds) / requests).toFixed(2)} ms a request`,
  );
};

/** Memory at the end divided by memory after a tenth, each the median of nearby samples. */
const memory = async (tool: Tool): Promise<void> => {
  const server = await serve();
  const seen: Array<readonly [done: number, MiB: number]> = [];
  await watch(tool, itemsOf(tool, items), server, ["--parallel", `${parallel}`], ({ done, residentMiB }) => {
    // About every hundredth result.
    if (done / items >= (seen.at(-1)?.[0] ?? -1) / items + 0.005) seen.push([done, residentMiB()]);
  });
  await server.stop();
  const around = (share: number) => {
    const near = seen.filter(([done]) => done >= (share - 0.02) * items && done <= (share + 0.02) * items);
    return median(near.map(([, MiB]) => MiB));
  };
  const shares = [0.1, 0.2, 0.5, 1];
  const path = shares.map((share) => `${around(share).toFixed(0)} at ${share * items}`);
  print(
    `${tool}: memory at item ${items} / at item ${items / 10}`,
    (around(1) / around(0.1)).toFixed(2),
    `resident MiB: ${path.join(", ")}`,
  );
};

if (!tools.every(isBuilt)) {
  console.log("the batch engine: no programs in dist/; run `npm run build` first");
} else {
  // A profile makes every kind of request, and has the most work between them.
  await speed("bq-profile", 20);
  await speed("bq-profile", 0);
  for (const tool of tools) await memory(tool);
  await adaptive(print);
}
