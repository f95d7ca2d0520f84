/**
 * Locks an open file for this process; the system releases the lock
 * when the file is closed or the process ends.
 */
import { libC } from "./LibC.ts";

const [exclusive, nonBlocking] = [2, 4];

/** Undefined under Node, which can neither lock files nor call the C library; Windows has no flock. */
const ffi =
  process.platform === "win32"
    ? undefined
    : (process.getBuiltinModule("bun:ffi") as typeof import("bun:ffi") | undefined);

/** Whether this runtime can lock files. */
export const isSupported = ffi !== undefined;

/** Returns false if another process holds the lock, or if locks are not supported here. */
export const lock = (descriptor: number): boolean => {
  if (ffi === undefined) return false;
  const { dlopen, FFIType } = ffi;
  const libc = dlopen(libC, {
    flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  });
  try {
    return libc.symbols.flock(descriptor, exclusive | nonBlocking) === 0;
  } finally {
    libc.close();
  }
};
