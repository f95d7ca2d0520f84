/**
 * Bun's worker pool has as many threads as there are cores, and every running DuckDB statement holds one: with all of
 * them taken, files, names and new connections wait. The pool reads its size from the environment of the process when it
 * starts, which assigning `process.env` does not change.
 */
import { dlopen, FFIType } from "bun:ffi";
import { availableParallelism } from "../../../services/OperatingSystem.ts";
import { libC } from "../../LibC.ts";

const cString = (text: string): Buffer => Buffer.from(`${text}\0`);

/** Makes room for DuckDB in the worker pool. Call it before any other IO of the program; it takes about 0.3 ms. */
export const enlarge = (threads: number = availableParallelism() + 16): void => {
  if (Number(process.env.UV_THREADPOOL_SIZE ?? 0) >= threads) return;
  try {
    const libc = dlopen(libC, {
      setenv: { args: [FFIType.cstring, FFIType.cstring, FFIType.i32], returns: FFIType.i32 },
    });
    libc.symbols.setenv(cString("UV_THREADPOOL_SIZE"), cString(String(threads)), 1);
    libc.close();
  } catch {
    // Without it everything works, only slower while statements run.
  }
};
