/**
 * Asynchronous files as far as `FileSystem` lacks them: times below a millisecond, links, access checks, copies that
 * share blocks, and writes at a position, which `FileSystem` ignores under Bun.
 */
export { access, constants, copyFile, type FileHandle, open, readlink, stat } from "node:fs/promises";
