/**
 * Enlarges Bun's worker pool. By default it has one thread per core, and every running DuckDB statement
 * occupies one; if none is free, file access, name resolution and new connections wait. The pool reads its
 * size from the environment of the process when it starts, which assigning `process.env` does not change.
 */
import { dlopen, FFIType } from "bun:ffi";
import { availableParallelism } from "../../../services/OperatingSystem.ts";
import { libC } from "../../LibC.ts";

const cString = (text: string): Buffer => Buffer.from(`${text}\0`);

/**
 * Sets the size of the worker pool. Must be called before any other IO of the program; takes about 0.3 ms.
 */
export const enlarge = (threads: number = availableParallelism() + 16): void => {
  if (Number(process.env.UV_THREADPOOL_SIZE ?? 0) >= threads) return;
  try {
    const libc = dlopen(libC, {
      setenv: { args: [FFIType.cstring, FFIType.cstring, FFIType.i32], returns: FFIType.i32 },
    });
    libc.symbols.setenv(cString("UV_THREADPOOL_SIZE"), cString(String(threads)), 1);
    libc.close();
  } catch {
    // Without it, IO is slower while statements run.
  }
};
