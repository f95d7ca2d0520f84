/**
 * Measures bqkit against other programs and writes docs/rivals.md: `bun run bench:rivals`. `BENCH_ROWS` (10,000,000) is
 * the number of rows, `BENCH_RUNS` (5) the number of alternating runs.
 */
import { arch, cpus, loadavg, platform, totalmem } from "node:os";
import { basename, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { version } from "../../src/version.ts";
import { folder } from "../data.ts";
import { type Command, cases } from "./Cases.ts";
import { type Figures, type Measured, type Missing, markdown } from "./Report.ts";

const [rows, runs] = [Number(process.env.BENCH_ROWS ?? 10_000_000), Number(process.env.BENCH_RUNS ?? 5)];
const root = join(import.meta.dir, "../..");

const measure = async ({ argv, status, output }: Command): Promise<Figures> => {
  const start = performance.now();
  const child = Bun.spawn([...argv], { cwd: folder, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, ended] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const seconds = (performance.now() - start) / 1000;
  if (ended !== status || !output.test(stdout))
    throw new Error(
      `\`${basename(argv[0] ?? "")}\` ended with status ${ended}: ${(stderr || stdout).trim().split("\n").at(-1)}`,
    );
  const used = child.resourceUsage();
  return {
    seconds,
    cpuSeconds: Number(used?.cpuTime.total) / 1e6,
  };
};

const medianOf = (all: ReadonlyArray<Figures>): Figures => {
  const median = (figure: (one: Figures) => number): number =>
    all.map(figure).toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;
  return {
    cpuSeconds: median((one) => one.cpuSeconds),
    seconds: median((one) => one.seconds),
  };
};

/** The version of the engine in this folder. */
const engineVersion = async (): Promise<string> => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const [[found]] = (await (await connection.run("SELECT version()")).getRowsJson()) as [[string]];
  return found.replace(/^v/, "");
};

const bqkit = join(folder, "dist");
const built = Bun.spawnSync([process.execPath, join(root, "scripts/build.ts"), "--outdir", bqkit], {
  cwd: root,
});
if (!built.success) throw new Error(String(built.stderr));

const engine = await engineVersion();
const [before] = loadavg();
const measured: Array<Measured> = [];
const missing: Array<Missing> = [];
for (const { title, rival, version, ours, theirs } of await cases(bqkit, engine, rows)) {
  if ("missing" in theirs) {
    missing.push({ rival, reason: theirs.missing });
    continue;
  }
  const [mine, other]: [Array<Figures>, Array<Figures>] = [[], []];
  try {
    for (let run = 0; run < runs; run++) {
      other.push(await measure(theirs));
      mine.push(await measure(ours));
    }
  } catch (error) {
    // The other rivals are still measured.
    missing.push({ rival, reason: `${error instanceof Error ? error.message : error}` });
    continue;
  }
  const figures = { ours: medianOf(mine), theirs: medianOf(other) };
  measured.push({ title, rival, version, ...figures });
  console.log(
    `${`${title}: ${rival}`.padEnd(110)} ${(figures.ours.cpuSeconds / figures.theirs.cpuSeconds).toFixed(2)} of the processor time, ${(figures.ours.seconds / figures.theirs.seconds).toFixed(2)} elapsed`,
  );
}
for (const { rival, reason } of missing) console.log(`${rival}: not measured: ${reason}`);

const cores = cpus();
const page = markdown({
  date: new Date().toISOString().slice(0, 10),
  machine: `${cores.length} cores (${cores[0]?.model.trim() || "unknown processor"}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory, ${platform()} ${arch()}`,
  load: [before ?? 0, loadavg()[0] ?? 0],
  versions: [`bqkit ${version}`, `DuckDB ${engine}`, `Bun ${Bun.version}`],
  runs,
  measured,
  missing,
});
await Bun.write(join(root, "docs/rivals.md"), page);
console.log("wrote docs/rivals.md");
