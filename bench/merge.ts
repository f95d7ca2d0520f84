/**
 * Simulates the journals of a batch of ITEMS in SHARDS shards (`bun bench/merge.ts 1000000 1000`), after
 * `bun run build`: how evenly `--shard-by` distributes the items, and the time and memory of `--from` over all
 * journals of shards by count. With 0 as the third argument, only the distribution.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Effect } from "effect";
import { map } from "../src/batch/Items.ts";
import { head, seal } from "../src/batch/journal/JournalLine.ts";
import * as Shard from "../src/batch/Shard.ts";
import * as Format from "../src/domain/Format.ts";
import { version } from "../src/version.ts";

const [items, shards, merges] = [1_000_000, 1000, 1].map((value, i) =>
  Number(process.argv[i + 2] ?? value),
) as [number, number, number];
const identityOf = (index: number) => JSON.stringify([`p.prod.t${index}`, `p.staging.t${index}`, {}]);
const cpuSeconds = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;

/** Uniform numbers between 0 and 1, the same in each run (mulberry32). */
const random = (() => {
  let state = 17;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
})();

/** Sizes of tables: a Pareto distribution with exponent 1.2, from 10 MiB to `most`, which has no finite variance. */
const sizesTo = (most: number) =>
  Float64Array.from({ length: items }, () => Math.min(most, 10 * 2 ** 20 * (1 - random()) ** (-1 / 1.2)));

const timed = <A>(what: string, f: () => A): A => {
  const before = cpuSeconds();
  const made = f();
  console.log(`${what}: ${(cpuSeconds() - before).toFixed(1)} s of processor time`);
  return made;
};

const report = (way: string, partOf: (index: number) => number, sizes: Float64Array): void => {
  const [counts, bytes] = [new Float64Array(shards), new Float64Array(shards)];
  for (let index = 0; index < items; index++) {
    counts[partOf(index)]! += 1;
    bytes[partOf(index)]! += sizes[index]!;
  }
  const ratio = (loads: Float64Array) =>
    (Math.max(...loads) / (loads.reduce((a, b) => a + b, 0) / shards)).toFixed(4);
  console.log(
    `  ${way}: the largest shard has ${ratio(counts)} of the mean in items, ${ratio(bytes)} in bytes`,
  );
};

console.log(`bqkit ${version}: ${items} items in ${shards} shards`);
const hashed = Uint32Array.from({ length: items }, (_, index) => Shard.partOf(identityOf(index), shards) - 1);
for (const most of [10e9, Number.POSITIVE_INFINITY]) {
  const sizes = sizesTo(most);
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const mean = sizes.reduce((a, b) => a + b, 0) / shards;
  console.log(
    `sizes up to ${Format.bytes(largest)}: the largest item has ${(largest / mean).toFixed(4)} of the mean of a shard${largest > mean ? ", so no assignment is even" : ""}`,
  );
  report("hash", (index) => hashed[index]!, sizes);
  report("count", (index) => index % shards, sizes);
  const parts = timed("  assigning by bytes", () => Shard.assignBySize(sizes, shards));
  report("bytes", (index) => parts[index]!, sizes);
}

const indexes = map(
  Array.from({ length: items }, (_, index) => index),
  (index) => index,
);
const list = timed("the digest of the list", () => Effect.runSync(Shard.listDigest(indexes, identityOf)));
if (merges === 0) process.exit();

const folder = mkdtempSync(join(tmpdir(), "bqkit-merge-"));
const files = Array.from({ length: shards }, (_, i) => join(folder, `shard-${i + 1}.ndjson`));
const lines = files.map((_, i) => [
  seal(
    JSON.stringify(
      head({
        ...{ tool: "bq-schema-diff", settings: {}, total: items },
        shard: { part: i + 1, of: shards, by: "count", list },
      }),
    ),
  ),
]);

const resultOf = (index: number, identity: string): string => {
  const item = { a: `p.prod.t${index}`, b: `p.staging.t${index}` };
  return JSON.stringify({
    ...{ type: "result", index, item, status: "ok", startedAt: new Date(1.7e12 + index).toISOString() },
    ...{ durationMs: 20, attempts: 1, bytesProcessed: 0, bytesBilled: 0, slotMs: 0, jobIds: [] },
    diff: {
      ...{ compared: { fields: 20, table: true }, counts: { safe: 0, breaking: 0, metadata: 0, ignored: 0 } },
      ...{ changes: [], perhapsRenamed: [], failOn: "any", broken: false, notes: [] },
    },
    reuse: { item: identity, tables: { [item.a]: null, [item.b]: null } },
  });
};

const write = (): void => {
  for (const [i, file] of files.entries()) {
    const handle = openSync(file, "a");
    if (lines[i]!.length > 0) writeSync(handle, `${lines[i]!.join("\n")}\n`);
    closeSync(handle);
    lines[i] = [];
  }
};

for (let index = 0; index < items; index++) {
  lines[index % shards]!.push(seal(resultOf(index, identityOf(index))));
  if (index % 100_000 === 99_999) write();
}
write();

const start = performance.now();
const child = Bun.spawn(
  [join(import.meta.dir, "..", "dist", "bq-schema-diff"), "--from", "--format", "ndjson", ...files],
  { stdout: Bun.file(join(folder, "report.ndjson")), stderr: "inherit" },
);
const status = await child.exited;
const usage = child.resourceUsage();
console.log(
  `--from: status ${status}, ${((performance.now() - start) / 1000).toFixed(1)} s, processor time ${(Number(usage?.cpuTime.total) / 1e6).toFixed(1)} s, memory ${(Number(usage?.maxRSS) / 2 ** 20).toFixed(0)} MiB`,
);
const text = await Bun.file(join(folder, "report.ndjson")).text();
console.log(text.trimEnd().split("\n").at(-1));
rmSync(folder, { recursive: true });
