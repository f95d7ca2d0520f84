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
  /** Its exit status and output. */
  readonly ended: Promise<Ran>;
}

export interface Home {
  /** The working directory of the program. */
  readonly path: string;
  readonly file: (name: string) => string;
  readonly text: (name: string) => string;
  /** The environment that sets this home. */
  readonly env: Readonly<Record<string, string>>;
  readonly start: (program: string, argv: ReadonlyArray<string>, options?: SpawnOptions) => Running;
  readonly run: (program: string, argv: ReadonlyArray<string>, options?: SpawnOptions) => Promise<Ran>;
  /** Processes, and the content of the temporary, home and working directories. */
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
      // If a test fails, its program may still be running.
      for (const child of children) child.kill("SIGKILL");
      rmSync(base, { recursive: true, force: true });
    },
    left: () => ({
      // Other systems cannot list processes by an environment variable.
      processes: existsSync("/proc") ? processesWith(mark.join("=")) : [],
      temporary: readdirSync(temporary),
      files: [...readdirSync(home), ...readdirSync(path)].sort(),
    }),
  };
};

/** A home directory; the scope removes it and kills its processes. */
export const home: Effect.Effect<Home, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(make),
  ({ remove }) => Effect.sync(remove),
);

/** Waits for a condition; limited by the test's time limit. */
export const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await Bun.sleep(5);
};
