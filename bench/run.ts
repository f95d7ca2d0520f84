/**
 * Prints the performance of profiles as ratios: `bun run bench`. Each number is the median of several alternating
 * runs.
 */
import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { Effect } from "effect";
import type { LocalFiles } from "../src/domain/TableReference.ts";
import * as Router from "../src/layers/Router.ts";
import * as Profile from "../src/programs/profile/Program.ts";
import type { BigQuery } from "../src/services/BigQuery.ts";
import { small, wide } from "./data.ts";
import { startup } from "./startup.ts";

const runs = Number(process.env.BENCH_RUNS ?? 3);
const cores = cpus().length;
const local = (path: string): LocalFiles => ({ _tag: "LocalFiles", path });

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

const median = (all: ReadonlyArray<number>): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;

const inTurn = async (...works: ReadonlyArray<() => Promise<unknown>>): Promise<ReadonlyArray<number>> => {
  const times = works.map((): Array<number> => []);
  for (let run = 0; run < runs; run++) {
    for (const [i, work] of works.entries()) times[i]!.push(await seconds(work));
  }
  return times.map(median);
};

const provided = <A, E>(effect: Effect.Effect<A, E, BigQuery>): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, Router.layer()));

const profile = (path: string) => Profile.run(local(path));

const print = (name: string, ratio: number, detail: string): void =>
  console.log(`${name.padEnd(58)} ${ratio.toFixed(2).padStart(6)}   ${detail}`);

const figure = (value: number): string => `${value.toFixed(2)} s`;

const widths = [10, 100, 1000];
const files = await Promise.all(widths.map((width) => wide(width, 20_000)));
const byWidth = await inTurn(...files.map((file) => () => provided(profile(file))));
for (const [i, width] of widths.entries()) {
  if (i === 0) continue;
  const ratio = byWidth[i]! / width / (byWidth[0]! / widths[0]!);
  print(`time a column, ${width} columns / 10 columns`, ratio, `${figure(byWidth[i]!)} in all; 1 is linear`);
}

const folder = await small(300, 2000);
const names = readdirSync(folder).map((name) => join(folder, name));
const cpu = process.cpuUsage();
const [batch] = await inTurn(() =>
  provided(Effect.forEach(names, profile, { concurrency: Math.max(4, cores), discard: true })),
);
const used = process.cpuUsage(cpu);
const busy = (used.user + used.system) / 1e6 / runs / (batch! * cores);
print(
  "300 small files: cores kept busy, of all",
  busy,
  `${figure(batch!)}, ${((batch! / 300) * 1000).toFixed(1)} ms a file`,
);

const start = await startup(20);
if (start === undefined) console.log("--version: no dist/bq-profile; run `npm run build` first");
else {
  const { ours, smallest } = start;
  print(
    "--version / the smallest compiled Effect CLI's",
    ours / smallest,
    `${ours.toFixed(0)} ms / ${smallest.toFixed(0)} ms`,
  );
}
