/** The file name of the C library, for bun:ffi. musl accepts the name of glibc. */
export const libC = process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6";
