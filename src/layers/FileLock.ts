/** The system's own lock on an open file: held by one process, and free again when that ends, however it ends. */
import { dlopen, FFIType } from "bun:ffi";

const [exclusive, nonBlocking] = [2, 4];

/** Whether the file is now locked for this process alone; false if another has it, or its file system has no locks. */
export const lock = (descriptor: number): boolean => {
  const libc = dlopen(process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6", {
    flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  });
  try {
    return libc.symbols.flock(descriptor, exclusive | nonBlocking) === 0;
  } finally {
    libc.close();
  }
};
