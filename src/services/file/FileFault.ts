/** Why a file cannot be read or written, in words. */

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file", ENOTDIR: "there is no such folder", EACCES: "permission denied",
  EPERM: "permission denied", EISDIR: "it is a folder", EROFS: "the file system is read-only",
  ENOSPC: "no space is left", EDQUOT: "the disk quota is exhausted", EFBIG: "the file is too large", EIO: "disk error",
}; // biome-ignore format: one table

/** The error of the operating system, which is the cause of an error of `FileSystem`. */
const systemError = (error: unknown): unknown =>
  error instanceof Error && !("code" in error) && error.cause instanceof Error ? error.cause : error;

/** The operating system's code: `ENOENT`; empty if there is none. */
export const codeOf = (error: unknown): string => {
  const system = systemError(error);
  return system instanceof Error && "code" in system ? String(system.code) : "";
};

const textOf = (error: unknown): string => {
  const system = systemError(error);
  return system instanceof Error ? system.message : String(system);
};

export const whyUnreadable = (error: unknown): string => reasons[codeOf(error)] ?? textOf(error);

/** Why a file with this code of the operating system cannot be read. */
export const whyCode = (code: string): string => reasons[code] ?? code;

/** A file that does not exist can be created; its folder is missing. */
export const whyUnwritable = (error: unknown): string =>
  codeOf(error) === "ENOENT" ? "its folder does not exist" : whyUnreadable(error);
