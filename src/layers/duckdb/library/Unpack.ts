/**
 * Decompresses the embedded library and addon into a private folder of the user, once per version, and loads
 * them. The library comes first, so that the addon finds it in the process.
 */
import { dlopen, FFIType } from "bun:ffi";
import { join } from "../../../services/file/Path.ts";
import {
  closeSync, fstatSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync, statSync, writeAll,
} from "../../../services/file/SyncFile.ts"; // biome-ignore format: one list
import { homedir, tmpdir, userInfo } from "../../../services/OperatingSystem.ts";
import { lock } from "../../FileLock.ts";
import * as Addon from "./Addon.ts";
import type { DuckDbFiles, Embedded } from "./Embedded.ts";

/** Loads DuckDB into the process. Safe if several processes do it concurrently for the first time. */
export const unpack = async (files: DuckDbFiles): Promise<void> => {
  let problem: unknown;
  for (const folder of candidates()) {
    try {
      await loadFrom(folder, files);
      return;
    } catch (error) {
      problem = error;
    }
  }
  // The last resort is a new folder; the library stays usable after its file is removed.
  const folder = newFolder(problem);
  try {
    await loadFrom(folder, files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const newFolder = (cause: unknown): string => {
  try {
    return mkdtempSync(join(tmpdir(), "bqkit-lib-"));
  } catch {
    throw new Error("IO Error: no writable folder for DuckDB's library", { cause });
  }
};

/** Both files are in one folder: musl and Windows look for the library there even if it is loaded. */
const loadFrom = async (base: string, { library, addon }: DuckDbFiles): Promise<void> => {
  const folder = join(base, `${library.hash}-${addon.hash}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  assertOwn(base);
  assertOwn(folder);
  load(await unpackTo(folder, library));
  Addon.load(await unpackTo(folder, addon));
};

/** Loads a library by opening one of its symbols. It is never closed, because the addon uses it. */
const load = (file: string): void => {
  dlopen(file, { duckdb_library_version: { args: [], returns: FFIType.cstring } });
};

/** The folders for the copy between runs, in order of preference. */
const candidates = (): ReadonlyArray<string> => {
  const cache = process.env.XDG_CACHE_HOME;
  const home = (process.env.HOME ?? process.env.USERPROFILE ?? "") === "" ? undefined : homedir();
  return [
    ...(cache === undefined || !cache.startsWith("/") ? [] : [join(cache, "bqkit")]),
    ...(home === undefined ? [] : [join(home, ".cache", "bqkit")]),
    join(tmpdir(), `bqkit-cache-${process.getuid?.() ?? userInfo().username}`),
  ];
};

const unpackTo = async (folder: string, embedded: Embedded): Promise<string> => {
  const file = join(folder, embedded.name);
  sweep(folder, embedded);
  if (await isWhole(file, embedded)) return file;
  const content = await Bun.zstdDecompress(await Bun.file(embedded.path).bytes());
  const temporary = join(folder, `${embedded.name}.${crypto.randomUUID()}`);
  try {
    writeLocked(temporary, content);
    if (!(await isWhole(temporary, embedded)))
      throw new Error(`IO Error: ${embedded.name} was not written completely`);
    try {
      renameSync(temporary, file);
    } catch (error) {
      // Windows does not replace a library that another process uses.
      if (!(await isWhole(file, embedded))) throw error;
    }
  } finally {
    rmSync(temporary, { force: true });
  }
  return file;
};

/** The lock tells other processes that the file is being written. */
const writeLocked = (file: string, content: Uint8Array): void => {
  const handle = openSync(file, "wx", 0o600);
  try {
    lock(handle);
    writeAll(handle, content);
  } finally {
    closeSync(handle);
  }
};

/** The age at which a copy that is not locked was left behind: a complete one is renamed soon. */
const leastAgeMs = 2000;

/** Removes the incomplete copies of killed processes. */
const sweep = (folder: string, { name }: Embedded): void => {
  for (const found of readdirSync(folder)) {
    if (found.startsWith(`${name}.`)) removeAbandoned(join(folder, found));
  }
};

const removeAbandoned = (file: string): void => {
  let handle: number;
  try {
    handle = openSync(file, "r");
  } catch {
    // Another process has renamed or removed it.
    return;
  }
  try {
    if (Date.now() - fstatSync(handle).mtimeMs > leastAgeMs && lock(handle)) rmSync(file, { force: true });
  } finally {
    closeSync(handle);
  }
};

/** Fails if another user could have written to the folder. */
const assertOwn = (folder: string): void => {
  const found = lstatSync(folder);
  const owner = process.getuid?.();
  // Windows has neither owner nor mode, but the folder of the user's profile is private.
  const isOwn = owner === undefined || (found.uid === owner && (found.mode & 0o022) === 0);
  if (!found.isDirectory() || !isOwn) {
    throw new Error(`IO Error: ${folder} is not a private folder of this user`);
  }
};

const isWhole = async (file: string, embedded: Embedded): Promise<boolean> => {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.size !== embedded.bytes) return false;
  // Bun cannot map files on Windows.
  const content =
    process.platform === "win32" ? await Bun.file(file).bytes() : Bun.mmap(file, { shared: false });
  return Bun.hash.xxHash64(content).toString(16) === embedded.hash;
};
