/** Runs a compiled program with a batch and observes its results, memory and exit. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Summary } from "../src/batch/Result.ts";
import type { SpawnedServer } from "../test/support/scripted-server/index.ts";

export type Tool = "bq-profile" | "bq-schema-diff" | "bq-table-compare";

export const isBuilt = (tool: Tool): boolean => existsSync(binary(tool));

const binary = (tool: Tool): string => join(import.meta.dir, "..", "dist", tool);

/** The items of a batch over the scripted warehouse: tables of `p.d1`, or pairs of `p.d1` and `p.d2`. */
export const itemsOf = (tool: Tool, count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, i) => (tool === "bq-profile" ? `p.d1.t${i}` : `p.d1.t${i}:p.d2.t${i}`));

export interface Watched {
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** Processor time of the program, including system time. */
  readonly cpuSeconds: number;
  readonly summary: Summary;
}

export interface Look {
  /** The number of results written. */
  readonly done: number;
  /** The resident memory in MiB; NaN if the system does not provide it. */
  readonly residentMiB: () => number;
}

/** Runs the program to its end; `onResults` is awaited after each piece of its report. */
export const watch = async (
  tool: Tool,
  items: ReadonlyArray<string>,
  server: SpawnedServer,
  options: ReadonlyArray<string>,
  onResults: (look: Look) => Promise<void> | void = () => {},
): Promise<Watched> => {
  const start = performance.now();
  const child = Bun.spawn(
    [binary(tool), "--format", "ndjson", "--no-progress", "--rate-limit", "100000", ...options],
    {
      env: { ...process.env, BIGQUERY_EMULATOR_HOST: server.url, GOOGLE_CLOUD_PROJECT: "p" },
      stdin: new Blob([`${items.join("\n")}\n`]),
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  const residentMiB = () => residentOf(child.pid);
  const decoder = new TextDecoder();
  let [done, rest, last] = [0, "", ""];
  for await (const chunk of child.stdout) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith('{"type":"result"')) done += 1;
    last = lines.at(-1) ?? last;
    await onResults({ done, residentMiB });
  }
  const status = await child.exited;
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${tool} ended with status ${status}`);
  const cpuSeconds = Number(child.resourceUsage()?.cpuTime.total ?? Number.NaN) / 1e6;
  return { seconds, cpuSeconds, summary: JSON.parse(last) as Summary };
};

const residentOf = (pid: number): number => {
  const path = `/proc/${pid}/status`;
  const [, kiB] = existsSync(path) ? (/VmRSS:\s+(\d+)/.exec(readFileSync(path, "utf8")) ?? []) : [];
  return Number(kiB) / 1024;
};
