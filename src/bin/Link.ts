/** `bqkit link DIR`: links to the executable, one for each program. */
import { join, resolve } from "../services/file/Path.ts";
import { linkSync, lstatSync, mkdirSync, rmSync, statSync, symlinkSync } from "../services/file/SyncFile.ts";

/** Whether it is an earlier link to the executable or to a version of it. */
const isReplaceable = (file: string, executable: string): boolean =>
  lstatSync(file).isSymbolicLink() || statSync(file).ino === statSync(executable).ino;

/** Creates the links, and replaces earlier ones. Throws if a name is taken by another file. */
export const link = (
  executable: string,
  folder: string,
  programs: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  mkdirSync(folder, { recursive: true });
  const windows = process.platform === "win32";
  return programs.map((program) => {
    const file = join(resolve(folder), windows ? `${program}.exe` : program);
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
      if (!isReplaceable(file, executable))
        throw new Error(`${file} is another file; remove it or use another folder`);
      rmSync(file);
    }
    // Windows reserves symbolic links for administrators.
    if (windows) linkSync(executable, file);
    else symlinkSync(executable, file);
    return file;
  });
};
