/**
 * Locks an open file for this process; the system releases the lock
 * when the file is closed or the process ends.
 */
import { dlopen, FFIType } from "bun:ffi";
import { libC } from "./LibC.ts";

const [exclusive, nonBlocking] = [2, 4];

/** Returns false if another process holds the lock, or if the file system does not support locks. */
export const lock = (descriptor: number): boolean => {
  const libc = dlopen(libC, {
    flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  });
  try {
    return libc.symbols.flock(descriptor, exclusive | nonBlocking) === 0;
  } finally {
    libc.close();
  }
};
