/**
 * The folder for what does not fit into memory. DuckDB makes it when it first needs it, so that mostly there is none; it
 * is gone with the scope, with the process, and after kill -9 with the next run.
 */
import { lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { Effect } from "effect";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { hostname, tmpdir } from "../../../services/OperatingSystem.ts";
import { join } from "../../../services/Path.ts";

/** Where a process id means the same process: containers may share the folder, and have ids of their own. */
const place = (): string => {
  let space = "";
  try {
    space = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Only Linux has it.
  }
  return Bun.hash.xxHash32(`${hostname()} ${space}`).toString(36);
};

const prefix = () => `bqkit-duckdb-${place()}-`;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
};

/** Removes folders of this user whose processes are gone. */
const sweep = (): void => {
  const begin = prefix();
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(begin) ? Number.parseInt(name.slice(begin.length), 10) : Number.NaN;
    if (!(pid > 0) || isAlive(pid)) continue;
    const path = join(tmpdir(), name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() && found.uid === process.getuid?.())
      rmSync(path, { recursive: true, force: true });
  }
};

/** What it holds are values of rows: others may not read them. */
const isPrivate = (): boolean => (process.umask() & 0o077) === 0o077;

const noFolder = () =>
  BigQueryError.of("outOfResources", `no temporary folder can be made in ${tmpdir()}`, {
    remedy: "set TMPDIR to a folder that can be written",
  });

const remove = (path: string): void => {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // The next run tries again.
  }
};

/** Its path. Where DuckDB would make it for everybody to read, it is made at once. */
export const acquire = Effect.acquireRelease(
  Effect.try({
    try: () => {
      try {
        sweep();
      } catch {
        // What cannot be looked at or removed is no reason not to run.
      }
      const path = join(tmpdir(), `${prefix()}${process.pid}-${crypto.randomUUID()}`);
      if (!isPrivate()) mkdirSync(path, { mode: 0o700 });
      const onExit = () => remove(path);
      // A second signal ends the process without closing scopes.
      process.on("exit", onExit);
      return { path, onExit };
    },
    catch: noFolder,
  }),
  ({ path, onExit }) =>
    Effect.sync(() => {
      process.off("exit", onExit);
      remove(path);
    }),
).pipe(Effect.map(({ path }) => path));
