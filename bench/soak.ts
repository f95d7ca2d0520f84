/**
 * Runs small batches of all programs in one process for MINUTES (`bun bench/soak.ts 10`), with temporary failures,
 * time-outs and journals, and prints how memory and file descriptors develop.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Effect, Either, Stream } from "effect";
import * as Batch from "../src/batch/Batch.ts";
import * as Journal from "../src/batch/journal/Journal.ts";
import type { Program } from "../src/batch/Program.ts";
import * as TableReference from "../src/domain/TableReference.ts";
import * as JournalFile from "../src/layers/JournalFile.ts";
import * as Router from "../src/layers/Router.ts";
import * as Profile from "../src/programs/profile/Program.ts";
import * as SchemaDiff from "../src/programs/schema-diff/Program.ts";
import * as TableCompare from "../src/programs/table-compare/Program.ts";
import { spawnServer } from "../test/support/scripted-server/index.ts";

const minutes = Number(process.argv[2] ?? 10);
const reference = (text: string) => Either.getOrThrow(TableReference.parse(text));

const folder = mkdtempSync(join(tmpdir(), "bqkit-soak-"));
const file = (name: string, rows: number): string => {
  const path = join(folder, name);
  const lines = Array.from({ length: rows }, (_, i) => `${i},name ${i % 7},${i / 3}`);
  writeFileSync(path, `id,name,amount\n${lines.join("\n")}\n`);
  return path;
};
const files = [file("a.csv", 500), file("b.csv", 500), file("c.csv", 501)];

const server = await spawnServer({
  warehouse: { tables: 100, datasets: ["d1", "d2"], deviants: 3 },
  random: { seed: 1, share: 0.05 },
});

const remote = (dataset: string) => Array.from({ length: 20 }, (_, i) => reference(`p.${dataset}.t${i}`));
const [first, second, local] = [remote("d1"), remote("d2"), files.map(reference)];
const pairs = first.map((a, i) => ({ a, b: second[i]!, options: {} }));
const localPairs = local.flatMap((a) => local.map((b) => ({ a, b, options: {} })));
const operands = <
  A extends { readonly a: TableReference.TableReference; readonly b: TableReference.TableReference },
>({
  a,
  b,
}: A) => ({ a: SchemaDiff.Operand.table(a), b: SchemaDiff.Operand.table(b), options: {} });

/** One batch with a new engine and a journal, whose results are read to the end. */
const batch = <Item, Payload>(program: Program<Item, Payload>, items: ReadonlyArray<Item>, round: number) =>
  Effect.gen(function* () {
    const path = join(folder, `${program.name}.ndjson`);
    if (round % 3 === 0) rmSync(path, { force: true });
    const journal = yield* Journal.open(
      yield* JournalFile.open(path),
      Journal.head({ tool: program.name as "bq-profile", settings: {}, total: items.length }),
    );
    const { summary, results } = yield* Batch.run(program, items, {
      parallel: round % 2 === 0 ? "auto" : 8,
      journal,
      timeout: round % 5 === 0 ? "20 millis" : "1 minute",
    });
    yield* Stream.runDrain(results);
    return summary.total;
  }).pipe(
    Effect.scoped,
    Effect.provide(
      Router.layer({
        connection: { endpoint: server.url, project: "p" },
        policy: { rateLimit: 10_000, firstWait: "5 millis" },
      }),
    ),
  );

const round = (number: number) =>
  Effect.all([
    batch(Profile.program(Profile.defaults), [...first, ...local], number),
    batch(SchemaDiff.program(), [...pairs, ...localPairs].map(operands), number),
    batch(TableCompare.program(TableCompare.defaults), [...pairs, ...localPairs], number),
  ]).pipe(Effect.map((totals) => totals.reduce((sum, total) => sum + total)));

interface Sample {
  readonly rss: number;
  readonly heap: number;
  readonly descriptors: number;
}

const sample = (): Sample => {
  Bun.gc(true);
  const { rss, heapUsed } = process.memoryUsage();
  return { rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20, descriptors: readdirSync("/proc/self/fd").length };
};

const median = (all: ReadonlyArray<number>): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;

const samples: Array<Sample> = [];
const begun = performance.now();
let [rounds, items] = [0, 0];
while (performance.now() - begun < minutes * 60_000) {
  items += await Effect.runPromise(round(rounds++));
  samples.push(sample());
}
await server.stop();
rmSync(folder, { recursive: true, force: true });

/** The medians of the five fifths of the run. */
const fifths = (figure: (one: Sample) => number): string =>
  Array.from({ length: 5 }, (_, i) => {
    const part = samples.slice(
      Math.floor((i * samples.length) / 5),
      Math.floor(((i + 1) * samples.length) / 5),
    );
    return median(part.map(figure)).toFixed(0);
  }).join(", ");

console.log(`${minutes} minutes: ${rounds} rounds, ${items} items; medians of each fifth of the time`);
console.log(`resident MiB:     ${fifths(({ rss }) => rss)}`);
console.log(`heap MiB:         ${fifths(({ heap }) => heap)}`);
console.log(`file descriptors: ${fifths(({ descriptors }) => descriptors)}`);
