/** Runs a program as a real process, and returns its status, stdout and stderr. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dir, "../..");

/** The compiled program in dist/ (or in the given folder) if BQKIT_TEST_BINARY is set, else the source. */
export const binary = (name = "bq-profile"): ReadonlyArray<string> => {
  const wanted = process.env.BQKIT_TEST_BINARY ?? "";
  const compiled = [wanted, "dist"]
    .map((folder) => resolve(root, folder, name))
    .find((path) => existsSync(path));
  return wanted !== "" && compiled !== undefined
    ? [compiled]
    : [process.execPath, resolve(root, "src/bin/bqkit.ts"), name];
};

/** The command line over a fake program: see fake.ts. */
export const fake: ReadonlyArray<string> = [process.execPath, resolve(import.meta.dir, "fake.ts")];

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const environment = (more: Readonly<Record<string, string>> = {}) => {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("BQKIT_"));
  return { ...Object.fromEntries(kept), NO_COLOR: "", COLUMNS: "", ...more };
};

export const start = (command: ReadonlyArray<string>, { stdin, env, cwd }: SpawnOptions = {}) =>
  Bun.spawn([...command], {
    stdin: new Blob([stdin ?? ""]),
    stdout: "pipe",
    stderr: "pipe",
    env: environment(env),
    ...(cwd === undefined ? {} : { cwd }),
  });

export const run = async (command: ReadonlyArray<string>, options: SpawnOptions = {}): Promise<Ran> => {
  const child = start(command, options);
  const [stdout, stderr, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { status, stdout, stderr };
};

/** Through `sh -c`, for pipes and redirections; `$PROGRAM` is the command. */
export const shell = (
  script: string,
  command: ReadonlyArray<string>,
  options: SpawnOptions = {},
): Promise<Ran> =>
  run(["bash", "-c", script], { ...options, env: { ...options.env, PROGRAM: command.join(" ") } });
