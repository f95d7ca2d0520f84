/**
 * Simulates the journals of a batch of ITEMS in SHARDS shards (`bun bench/merge.ts 1000000 1000`), after
 * `bun run build`: how evenly the items are distributed, and the time and memory of `--from` over all journals.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { head, seal } from "../src/batch/journal/JournalLine.ts";
import * as Shard from "../src/batch/Shard.ts";
import { version } from "../src/version.ts";

const [items, shards] = [Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 1000)];
const folder = mkdtempSync(join(tmpdir(), "bqkit-merge-"));
const files = Array.from({ length: shards }, (_, i) => join(folder, `shard-${i + 1}.ndjson`));

const lines = files.map((_, i) => [
  seal(
    JSON.stringify(
      head({ tool: "bq-schema-diff", settings: {}, total: items, shard: { part: i + 1, of: shards } }),
    ),
  ),
]);
const counts = new Array<number>(shards).fill(0);

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
  const identity = JSON.stringify([`p.prod.t${index}`, `p.staging.t${index}`, {}]);
  const part = Shard.partOf(identity, shards) - 1;
  counts[part]! += 1;
  lines[part]!.push(seal(resultOf(index, identity)));
  if (index % 100_000 === 99_999) write();
}
write();

const [largest, mean] = [Math.max(...counts), items / shards];
console.log(
  `bqkit ${version}: ${items} items in ${shards} shards: the largest has ${largest}, ${(largest / mean).toFixed(3)} of the mean`,
);

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
const report = await Bun.file(join(folder, "report.ndjson")).text();
console.log(report.trimEnd().split("\n").at(-1));
rmSync(folder, { recursive: true });
