/** The archive of a release: the executable with its notices, links, manual pages and completions. */
import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { version } from "../../src/version.ts";
import { root } from "./Compile.ts";
import { isWindows } from "./Targets.ts";

/** What to put into an archive. */
export interface Archive {
  /** Has the executable; the rest is added. */
  readonly folder: string;
  /** The platform. */
  readonly name: string;
  readonly notices: string;
}

const run = (command: ReadonlyArray<string>, cwd: string): void => {
  const { exitCode, stderr } = Bun.spawnSync([...command], { cwd });
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
};

/** Independent of when and by whom it is made. */
const tarOptions = [
  "--sort=name",
  "--owner=0",
  "--group=0",
  "--numeric-owner",
  "--mtime=@0",
  "--format=ustar",
];

/** As .tar.xz, which is small, and as .tar.gz, which every machine can read. */
const tar = async (folder: string, base: string): Promise<ReadonlyArray<string>> => {
  const file = join(dirname(folder), `${base}.tar`);
  run(["tar", ...tarOptions, `--transform=s|^\\.|${base}|`, "-cf", file, "."], folder);
  const filters = base.includes("x64") ? ["--x86", "--lzma2=preset=9e,dict=64MiB"] : ["-9e"];
  run(["xz", "--force", "--keep", ...filters, file], folder);
  run(["gzip", "--force", "-9", "--no-name", file], folder);
  return [`${base}.tar.xz`, `${base}.tar.gz`];
};

const zip = (folder: string, base: string): ReadonlyArray<string> => {
  run(["zip", "-q", "-X", "-9", "-r", join(dirname(folder), `${base}.zip`), "."], folder);
  return [`${base}.zip`];
};

/** Writes the archives beside the folder, and returns their names. */
export const archive = async ({ folder, name, notices }: Archive): Promise<ReadonlyArray<string>> => {
  await copyFile(join(root, "LICENSE"), join(folder, "LICENSE"));
  await copyFile(notices, join(folder, "THIRD_PARTY_NOTICES.txt"));
  const base = `bqkit-${version}-${name}`;
  return isWindows(name) ? zip(folder, base) : tar(folder, base);
};
