/** The time of `--version` in the compiled program, compared with the smallest compiled Effect CLI. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const smallest = `
import * as Command from "@effect/cli/Command";
import * as FileSystem from "@effect/platform/FileSystem";
import * as Path from "@effect/platform/Path";
import * as Terminal from "@effect/platform/Terminal";
import { Effect, Layer } from "effect";
const run = Command.run(Command.make("smallest", {}, () => Effect.void), { name: "smallest", version: "1.0.0" });
const nothing = new Proxy({}, { get: () => () => Effect.void });
const layer = Layer.mergeAll(
  FileSystem.layerNoop({}), Path.layer, Layer.succeed(Terminal.Terminal, nothing as Terminal.Terminal),
);
Effect.runFork(run(process.argv).pipe(Effect.provide(layer)));
`;

const root = join(import.meta.dir, "..");

/**
 * Median milliseconds of `--version` for the program and the smallest CLI, alternating; undefined without a binary.
 */
export const startup = async (
  runs: number,
): Promise<{ readonly ours: number; readonly smallest: number } | undefined> => {
  const ours = join(root, "dist", "bq-profile");
  if (!existsSync(ours)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const source = join(root, "bench", ".data", "smallest.ts");
  try {
    await Bun.write(source, smallest);
    const other = join(folder, "smallest");
    const built = Bun.spawnSync(
      [
        process.execPath,
        "build",
        "--compile",
        "--minify",
        "--bytecode",
        "--format=esm",
        source,
        "--outfile",
        other,
      ],
      { cwd: root, stderr: "pipe" },
    );
    if (!built.success) throw new Error(built.stderr.toString());
    const times: Record<"ours" | "smallest", Array<number>> = { ours: [], smallest: [] };
    for (let run = 0; run < runs; run++) {
      for (const [name, binary] of [
        ["ours", ours],
        ["smallest", other],
      ] as const) {
        const start = performance.now();
        const done = Bun.spawnSync([binary, "--version"], { stdout: "pipe" });
        if (!done.success) throw new Error(`${binary} --version failed`);
        times[name].push(performance.now() - start);
      }
    }
    const median = (all: ReadonlyArray<number>) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;
    return { ours: median(times.ours), smallest: median(times.smallest) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(source, { force: true });
  }
};
