/** Why a file cannot be read or written, in words. */

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file", ENOTDIR: "there is no such folder", EACCES: "permission denied",
  EPERM: "permission denied", EISDIR: "it is a folder", EROFS: "the file system is read-only",
  ENOSPC: "no space is left", EDQUOT: "the disk quota is exhausted", EFBIG: "the file is too large", EIO: "disk error",
}; // biome-ignore format: one table

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const whyUnreadable = (error: unknown): string => reasons[codeOf(error)] ?? textOf(error);

/** Why a file with this code of the operating system cannot be read. */
export const whyCode = (code: string): string => reasons[code] ?? code;

/** A file that does not exist can be created; its folder is missing. */
export const whyUnwritable = (error: unknown): string =>
  codeOf(error) === "ENOENT" ? "its folder does not exist" : whyUnreadable(error);
