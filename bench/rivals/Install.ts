/** Installs the rivals into bench/.data, each once per version. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { folder as data } from "../data.ts";

/** Where a rival is, or why it is missing. */
export type Installed =
  | { readonly folder: string; readonly version: (name: string) => string }
  | { readonly missing: string };

const pins = join(import.meta.dir, "requirements.txt");
const qsvVersion = "16.1.0";

/** Runs the commands in turn; the reason why one failed, or undefined. */
const failure = (...commands: ReadonlyArray<ReadonlyArray<string>>): string | undefined => {
  for (const [program = "", ...argv] of commands) {
    if (Bun.which(program) === null) return `${program} is not installed`;
    console.error(`$ ${program} ${argv.join(" ")}`);
    const ran = Bun.spawnSync([program, ...argv], { stdout: "ignore", stderr: "pipe" });
    if (!ran.success)
      return `\`${basename(program)} ${argv[0]}\` failed: ${String(ran.stderr).trim().split("\n").at(-1) ?? ""}`;
  }
  return undefined;
};

/** Installs unless it is installed; repeats an installation that was interrupted. */
const install = (
  name: string,
  version: (name: string) => string,
  commands: (folder: string) => ReadonlyArray<ReadonlyArray<string>>,
): Installed => {
  const folder = join(data, name);
  const done = join(folder, "installed");
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    const missing = failure(...commands(folder));
    if (missing !== undefined) return { missing };
    writeFileSync(done, "");
  }
  return { folder: join(folder, "bin"), version };
};

/** A virtual environment with the packages of requirements.txt. */
export const python = (): Installed => {
  const text = readFileSync(pins, "utf8");
  const version = (name: string) => new RegExp(`^${name}==(.+)$`, "m").exec(text)?.[1] ?? "";
  return install(`python-${Bun.hash(text).toString(16)}`, version, (folder) => [
    ["python3", "-m", "venv", folder],
    [join(folder, "bin", "pip"), "install", "--quiet", "--requirement", pins],
  ]);
};

/** qsv, compiled from its crate; this can take half an hour. */
export const qsv = (): Installed =>
  install(
    `qsv-${qsvVersion}`,
    () => qsvVersion,
    (folder) => [
      [
        "cargo",
        "install",
        `qsv@${qsvVersion}`,
        "--locked",
        "--bin=qsvlite",
        "--features=lite",
        `--root=${folder}`,
      ],
    ],
  );
