/** Properties of open file descriptors. */
import { libC } from "./LibC.ts";

const [getFlags, closeOnExec] = [1, 1];

/**
 * Whether this process opened the descriptor itself, rather than inheriting it: an inherited one has no close-on-exec
 * flag. False where the C library cannot be called.
 */
export const isOwn = (descriptor: number): boolean => {
  const ffi = process.platform === "win32" ? undefined : process.getBuiltinModule("bun:ffi");
  if (ffi === undefined) return false;
  const { dlopen, FFIType } = ffi as typeof import("bun:ffi");
  const libc = dlopen(libC, { fcntl: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 } });
  try {
    const flags = libc.symbols.fcntl(descriptor, getFlags);
    return flags >= 0 && (flags & closeOnExec) !== 0;
  } finally {
    libc.close();
  }
};
