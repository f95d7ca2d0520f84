/**
 * Locks an open file for this process; the system releases the lock
 * when the file is closed or the process ends.
 */
import type { Pointer } from "bun:ffi";
import { libC } from "./LibC.ts";

/** Undefined under Node, which can neither lock files nor call system libraries. */
const ffi = process.getBuiltinModule("bun:ffi") as typeof import("bun:ffi") | undefined;

/** Whether this runtime can lock files. */
export const isSupported = ffi !== undefined;

/** Returns false if another process holds the lock, or if locks are not supported here. */
export const lock = (descriptor: number): boolean => {
  if (ffi === undefined) return false;
  return process.platform === "win32" ? lockRange(ffi, descriptor) : flock(ffi, descriptor);
};

const flock = ({ dlopen, FFIType }: typeof import("bun:ffi"), descriptor: number): boolean => {
  const [exclusive, nonBlocking] = [2, 4];
  const libc = dlopen(libC, { flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 } });
  try {
    return libc.symbols.flock(descriptor, exclusive | nonBlocking) === 0;
  } finally {
    libc.close();
  }
};

/** Windows denies others access to the locked bytes, so that one byte far beyond the end of the file is locked. */
const lockRange = ({ dlopen, FFIType, ptr }: typeof import("bun:ffi"), descriptor: number): boolean => {
  const [failImmediately, exclusive] = [1, 2];
  const { i32, u32, u64 } = FFIType;
  // Bun exports the functions of libuv, which knows the handle behind a descriptor.
  const bun = dlopen(process.execPath, { uv_get_osfhandle: { args: [i32], returns: u64 } });
  const kernel = dlopen("kernel32.dll", {
    LockFileEx: { args: [u64, u32, u32, u32, u32, FFIType.ptr], returns: i32 },
  });
  // OVERLAPPED: the upper half of the offset is at byte 20.
  const overlapped = new DataView(new ArrayBuffer(32));
  overlapped.setUint32(20, 0x4000_0000, true);
  const handle = bun.symbols.uv_get_osfhandle(descriptor);
  const position: Pointer = ptr(overlapped);
  try {
    return kernel.symbols.LockFileEx(handle, failImmediately | exclusive, 0, 1, 0, position) !== 0;
  } finally {
    kernel.close();
  }
};
