/** The archive of a release: the executable with its notices, links, manual pages and completions. */
import { copyFile, cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { version } from "../../src/version.ts";
import { root } from "./Compile.ts";
import { programs } from "./Smoke.ts";
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

const shells: Readonly<Record<string, (program: string) => string>> = {
  bash: (program) => program,
  zsh: (program) => `_${program}`,
  fish: (program) => `${program}.fish`,
};

const completions = async (folder: string): Promise<void> => {
  for (const [shell, nameOf] of Object.entries(shells)) {
    await mkdir(join(folder, shell), { recursive: true });
    for (const program of Object.keys(programs)) {
      const command = [process.execPath, "src/bin/bqkit.ts", program, "--completions", shell];
      const { exitCode, stdout, stderr } = Bun.spawnSync(command, { cwd: root });
      if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
      await writeFile(join(folder, shell, nameOf(program)), stdout);
    }
  }
};

/** Writes the archives beside the folder, and returns their names. */
export const archive = async ({ folder, name, notices }: Archive): Promise<ReadonlyArray<string>> => {
  await copyFile(join(root, "LICENSE"), join(folder, "LICENSE"));
  await copyFile(notices, join(folder, "THIRD_PARTY_NOTICES.txt"));
  await cp(join(root, "docs", "man"), join(folder, "man"), { recursive: true });
  await completions(join(folder, "completions"));
  const base = `bqkit-${version}-${name}`;
  return isWindows(name) ? zip(folder, base) : tar(folder, base);
};
