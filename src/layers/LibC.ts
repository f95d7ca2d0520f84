/** The name of the C library, for bun:ffi. musl knows itself by the name that glibc has. */
export const libC = process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6";
