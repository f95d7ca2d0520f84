/**
 * The temporary folder for data that does not fit into memory. DuckDB creates it when needed. It is removed
 * when the scope closes or the process exits, or by the next run after kill -9.
 */
import { Effect } from "effect";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { join } from "../../../services/file/Path.ts";
import { lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync } from "../../../services/file/SyncFile.ts";
import { sha256 } from "../../../services/Hash.ts";
import { hostname, tmpdir } from "../../../services/OperatingSystem.ts";

/** Identifies the namespace of process ids: containers may share the folder, but not the ids. */
const place = (): string => {
  let space = "";
  try {
    space = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Only Linux has it.
  }
  return sha256(`${hostname()} ${space}`).slice(0, 8);
};

const prefix = () => `bqkit-duckdb-${place()}-`;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
};

/** Removes this user's folders of processes that have ended. */
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

/** Whether new files are readable only by this user: the folder contains row values. */
const isPrivate = (): boolean => (process.umask() & 0o077) === 0o077;

const noFolder = () =>
  BigQueryError.of("outOfResources", `cannot create a temporary folder in ${tmpdir()}`, {
    remedy: "set TMPDIR to a writable folder",
  });

const remove = (path: string): void => {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // The next run tries again.
  }
};

/** The path of the folder. Creates the folder immediately if DuckDB would make it readable by other users. */
export const acquire = Effect.acquireRelease(
  Effect.try({
    try: () => {
      try {
        sweep();
      } catch {
        // Leftover folders that cannot be inspected or removed must not prevent a run.
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
