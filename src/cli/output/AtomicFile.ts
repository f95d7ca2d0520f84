/**
 * --output FILE: replaces the file atomically. The report is written to a temporary file in the same directory, which
 * is renamed at the end. The next run removes the temporary files of killed processes.
 */
import { Effect, type Scope } from "effect";
import { lock } from "../../layers/FileLock.ts";
import { whyUnwritable } from "../../services/file/FileFault.ts";
import { basename, dirname, join } from "../../services/file/Path.ts";
import {
  closeSync, fstatSync, fsyncSync, openSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeAll,
} from "../../services/file/SyncFile.ts"; // biome-ignore format: one list
import * as Umask from "../process/Umask.ts";
import { OutputError, type Sink } from "./Stdout.ts";

interface TemporaryFile {
  readonly path: string;
  readonly handle: number;
}

const [before, after] = [(path: string) => `.${basename(path)}.`, ".part"];
const isMark = /^[0-9a-f]{12}$/;

/** The writer locks its temporary file. Where locks are unsupported, no temporary file is removed. */
const tryLock = (handle: number): boolean => {
  try {
    return lock(handle);
  } catch {
    return false;
  }
};

const sweep = (path: string): void => {
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(before(path)) || !name.endsWith(after)) continue;
    if (!isMark.test(name.slice(before(path).length, -after.length))) continue;
    const draft = join(dirname(path), name);
    const handle = openSync(draft, "r+");
    try {
      if (tryLock(handle)) rmSync(draft, { force: true });
    } finally {
      closeSync(handle);
    }
  }
};

/** Another run may remove a temporary file just before it is locked. */
const attempts = 3;

const create = (path: string, attempt: number): TemporaryFile => {
  const draft = join(dirname(path), `${before(path)}${crypto.randomUUID().slice(-12)}${after}`);
  const handle = Umask.suspended(() => openSync(draft, "wx", 0o666));
  if ((tryLock(handle) && fstatSync(handle).nlink > 0) || attempt === attempts)
    return { path: draft, handle };
  closeSync(handle);
  rmSync(draft, { force: true });
  return create(path, attempt + 1);
};

/** Creates a temporary file next to `path`. */
const openTemporary = (path: string): TemporaryFile => {
  try {
    sweep(path);
  } catch {
    // A stale file that cannot be removed does not prevent a new one.
  }
  return create(path, 1);
};

const attempt = <A>(target: string, body: () => A): Effect.Effect<A, OutputError> =>
  Effect.try({
    try: body,
    catch: (error) => new OutputError({ target, detail: whyUnwritable(error) }),
  });

/** Follows links; devices and pipes are written to directly. */
const resolve = (file: string): { readonly path: string; readonly regular: boolean } => {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return { path: file, regular: true };
  if (stats.isDirectory()) throw new Error("it is a folder");
  // A socket has no path: its link leads to a name such as "socket:[1]".
  return { path: stats.isFile() ? realpathSync(file) : file, regular: stats.isFile() };
};

/** A sink that writes to a temporary file and renames it on commit; without a commit it leaves no file. */
export const sink = (file: string): Effect.Effect<Sink, OutputError, Scope.Scope> =>
  Effect.gen(function* () {
    const { path, regular } = yield* attempt(file, () => resolve(file));
    let [isOpen, isDraft] = [true, regular];
    const { draft, handle } = yield* Effect.acquireRelease(
      attempt(file, () => {
        const draft = regular ? openTemporary(path) : { path, handle: openSync(path, "w") };
        const discard = () => {
          if (isDraft) rmSync(draft.path, { force: true });
        };
        // A second signal ends the process without closing scopes.
        process.on("exit", discard);
        return { draft: draft.path, handle: draft.handle, discard };
      }),
      ({ handle, discard }) =>
        Effect.sync(() => {
          process.off("exit", discard);
          if (isOpen) closeSync(handle);
          discard();
        }),
    );
    return {
      write: (text) => attempt(file, () => writeAll(handle, Buffer.from(text))),
      commit: attempt(file, () => {
        if (regular) fsyncSync(handle);
        closeSync(handle);
        isOpen = false;
        if (regular) renameSync(draft, path);
        isDraft = false;
      }),
    };
  });
