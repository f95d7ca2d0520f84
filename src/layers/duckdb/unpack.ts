/**
 * Writes the embedded library to a folder of the user's own, once a version, and loads it, so that DuckDB's addon finds
 * it already in the process.
 */
import { dlopen, FFIType } from "bun:ffi";
import { randomUUID } from "node:crypto";
import { lstat, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Embedded } from "./embedded.ts";

/** Makes the library part of the process. Safe when many processes do it at once for the first time. */
export const unpack = async (library: Embedded): Promise<void> => {
  let problem: unknown;
  for (const folder of candidates()) {
    try {
      load(await unpackTo(folder, library));
      return;
    } catch (error) {
      problem = error;
    }
  }
  // A folder that nobody else has; the library stays usable after its file is gone.
  const folder = await mkdtemp(join(tmpdir(), "bqkit-lib-")).catch(() => undefined);
  if (folder === undefined)
    throw new Error("IO Error: no folder can be written for DuckDB's library", { cause: problem });
  try {
    load(await unpackTo(folder, library));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** A library is opened for a symbol of it. It is never closed: the addon uses it. */
const load = (file: string): void => {
  dlopen(file, { duckdb_library_version: { args: [], returns: FFIType.cstring } });
};

/** Where the copy may live between runs, best first. */
const candidates = (): ReadonlyArray<string> => {
  const cache = process.env.XDG_CACHE_HOME;
  const home = process.env.HOME === undefined || process.env.HOME === "" ? undefined : homedir();
  return [
    ...(cache === undefined || !cache.startsWith("/") ? [] : [join(cache, "bqkit")]),
    ...(home === undefined ? [] : [join(home, ".cache", "bqkit")]),
    join(tmpdir(), `bqkit-cache-${process.getuid?.() ?? userInfo().username}`),
  ];
};

const unpackTo = async (base: string, library: Embedded): Promise<string> => {
  const folder = join(base, library.hash);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await assertOwn(base);
  await assertOwn(folder);
  const file = join(folder, library.name);
  if (await isWhole(file, library)) return file;
  const temporary = join(folder, `${library.name}.${randomUUID()}`);
  try {
    await writeFile(temporary, await Bun.file(library.path).bytes(), { mode: 0o600, flag: "wx" });
    if (!(await isWhole(temporary, library)))
      throw new Error("IO Error: DuckDB's library was not written whole");
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  return file;
};

/** Nobody else may have put a library there, or may replace it. */
const assertOwn = async (folder: string): Promise<void> => {
  const found = await lstat(folder);
  const owner = process.getuid?.();
  if (!found.isDirectory() || (owner !== undefined && found.uid !== owner) || (found.mode & 0o022) !== 0) {
    throw new Error(`IO Error: ${folder} is not a folder of this user alone`);
  }
};

const isWhole = async (file: string, library: Embedded): Promise<boolean> => {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || found.size !== library.bytes) return false;
  return Bun.hash.xxHash64(Bun.mmap(file, { shared: false })).toString(16) === library.hash;
};
