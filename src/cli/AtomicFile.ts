/** The file that a report is written to until it is whole. One whose writer was killed is removed by the next. */
import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, openSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { lock } from "../layers/FileLock.ts";
import * as Privacy from "./Umask.ts";

export interface Draft {
  readonly path: string;
  readonly handle: number;
}

const [before, after] = [(path: string) => `.${basename(path)}.`, ".part"];
const isMark = /^[0-9a-f]{12}$/;

/** Whoever writes a draft holds its lock. Where files cannot be locked, none is ever taken for abandoned. */
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

/** Another run may take a draft for abandoned in the moment before it is locked. */
const attempts = 3;

const create = (path: string, attempt: number): Draft => {
  const draft = join(dirname(path), `${before(path)}${randomBytes(6).toString("hex")}${after}`);
  const handle = Privacy.suspended(() => openSync(draft, "wx", 0o666));
  if ((tryLock(handle) && fstatSync(handle).nlink > 0) || attempt === attempts)
    return { path: draft, handle };
  closeSync(handle);
  rmSync(draft, { force: true });
  return create(path, attempt + 1);
};

/** A new draft beside the file at the path. */
export const open = (path: string): Draft => {
  try {
    sweep(path);
  } catch {
    // What cannot be looked at or removed is no reason not to write.
  }
  return create(path, 1);
};
