/** A separate home directory for a program, to detect files that it leaves behind. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Effect, type Scope } from "effect";
import { binary, type Ran, type SpawnOptions, start } from "../cli/spawn.ts";
import { processesWith } from "../slurm/processes.ts";
import { scratch } from "../support/scratch.ts";

export interface Running {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Its end, with all that it said. */
  readonly ended: Promise<Ran>;
}

export interface Home {
  /** The folder that the program runs in. */
  readonly path: string;
  readonly file: (name: string) => string;
  readonly text: (name: string) => string;
  /** The environment that makes this its home. */
  readonly env: Readonly<Record<string, string>>;
  readonly start: (program: string, argv: ReadonlyArray<string>, options?: SpawnOptions) => Running;
  readonly run: (program: string, argv: ReadonlyArray<string>, options?: SpawnOptions) => Promise<Ran>;
  /** Processes, and what stands in the folder for temporary files, the home folder and the working folder. */
  readonly left: () => Left;
}

export interface Left {
  readonly processes: ReadonlyArray<number>;
  readonly temporary: ReadonlyArray<string>;
  readonly files: ReadonlyArray<string>;
}

/** The library of the compiled programs is unpacked once for all homes of a test file. */
const cache = scratch();

let homes = 0;

const make = (): Home & { readonly remove: () => void } => {
  const base = mkdtempSync(join(tmpdir(), "bqkit-test-"));
  const [path, temporary, home] = ["work", "tmp", "home"].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [path, temporary, home]) mkdirSync(folder);
  homes += 1;
  const mark = ["BQKIT_TEST_HOME", `${process.pid}-${homes}`] as const;
  const env = { TMPDIR: temporary, HOME: home, XDG_CACHE_HOME: cache, [mark[0]]: mark[1] };
  const children: Array<{ readonly kill: (signal: NodeJS.Signals) => void }> = [];
  const begin: Home["start"] = (program, argv, options = {}) => {
    const child = start([...binary(program), ...argv], {
      cwd: path,
      ...options,
      env: { ...env, ...options.env },
    });
    children.push(child);
    const output = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
    return {
      pid: child.pid,
      kill: (signal) => child.kill(signal),
      ended: Promise.all([...output, child.exited]).then(([stdout, stderr, status]) => ({
        stdout: String(stdout),
        stderr: String(stderr),
        status: Number(status),
      })),
    };
  };
  return {
    path,
    file: (name) => join(path, name),
    text: (name) => readFileSync(join(path, name), "utf8"),
    env,
    start: begin,
    run: (...call) => begin(...call).ended,
    remove: () => {
      // Where a test fails, its program may still run.
      for (const child of children) child.kill("SIGKILL");
      rmSync(base, { recursive: true, force: true });
    },
    left: () => ({
      // Elsewhere nobody can be asked for all processes with a variable.
      processes: existsSync("/proc") ? processesWith(mark.join("=")) : [],
      temporary: readdirSync(temporary),
      files: [...readdirSync(home), ...readdirSync(path)].sort(),
    }),
  };
};

/** A home, gone with the scope, and all that runs in it. */
export const home: Effect.Effect<Home, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(make),
  ({ remove }) => Effect.sync(remove),
);

/** Waits for something that a process is to do; the test's own time limit ends it. */
export const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await Bun.sleep(5);
};
