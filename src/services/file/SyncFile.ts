/**
 * Synchronous files: what must be complete before the process ends, or be locked, cannot wait for an Effect of
 * `FileSystem`.
 */
import { readSync, writeSync } from "node:fs";

export {
  closeSync, constants, existsSync, fstatSync, fsyncSync, ftruncateSync, linkSync, lstatSync, mkdirSync, mkdtempSync, openSync,
  readdirSync, readlinkSync, realpathSync, renameSync, rmdirSync, rmSync, statSync, symlinkSync, writeSync,
} from "node:fs"; // biome-ignore format: one list

/** Reads bytes from a position; fewer at the end of the file. */
export const readAt = (descriptor: number, at: number, bytes: number): Buffer => {
  const buffer = Buffer.allocUnsafe(bytes);
  let done = 0;
  while (done < bytes) {
    const got = readSync(descriptor, buffer, done, bytes - done, at + done);
    if (got === 0) break;
    done += got;
  }
  return buffer.subarray(0, done);
};

/** Writes all bytes, from a position or where the last write ended. */
export const writeAll = (descriptor: number, bytes: Uint8Array, at?: number): void => {
  for (let done = 0; done < bytes.length; )
    done += writeSync(descriptor, bytes, done, bytes.length - done, at === undefined ? null : at + done);
};
