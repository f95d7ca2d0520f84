/** A SLURM cluster on this machine: its daemons, and functions to run job arrays. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Effect, Schedule, type Scope } from "effect";
import { run } from "../cli/spawn.ts";
import { freePort, spawnGuarded } from "../emulator/guarded.ts";
import { workdir } from "../support/files.ts";
import type { Need } from "../support/needs.ts";
import * as Configuration from "./configuration.ts";
import { killAllWith, processesWith } from "./processes.ts";

export interface JobArray {
  /** The tasks, in the format of `sbatch --array`: `0-6`, `1,3,7`. */
  readonly indexes: string;
  /** A script for /bin/sh. */
  readonly script: string;
  /** The working directory of the tasks, which write their output to `task-INDEX.log`. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Task {
  /** SLURM_ARRAY_TASK_ID. */
  readonly index: number;
  /** The state in SLURM: COMPLETED for status 0, FAILED for others. */
  readonly state: string;
}

export interface Cluster {
  /** The folder of all files, except files that jobs write elsewhere. */
  readonly folder: string;
  /** Its processes: daemons, job supervisors and the processes of jobs. */
  readonly processes: () => ReadonlyArray<number>;
  /** Submits a job array, waits until all tasks have ended, and returns their states by index. */
  readonly run: (job: JobArray) => Effect.Effect<ReadonlyArray<Task>, Error>;
}

/** The search path with the folders of the daemons. */
const path = `${process.env.PATH}:/usr/sbin:/sbin`;

export const slurmNeed: Need = {
  available: ["munged", "slurmctld", "slurmd", "sbatch"].every((name) => Bun.which(name, { PATH: path })),
  missing: "no SLURM; install Debian's packages: apt-get install slurm-wlm munge",
};

const daemon = (folder: string, command: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => spawnGuarded(command, { PATH: path, SLURM_CONF: Configuration.file(folder) })),
    ({ stop }) => Effect.promise(stop),
  ).pipe(
    Effect.map(({ exited, output }) => ({
      output,
      ended: Effect.promise(() => exited).pipe(
        Effect.flatMap(() => Effect.fail(new Error(`${command[0]} has ended: ${output()}`))),
      ),
    })),
  );

type Daemon = Effect.Effect.Success<ReturnType<typeof daemon>>;

/** Polls until the condition is true. Fails if a daemon ends, or after a minute. */
const until = (
  what: string,
  holds: Effect.Effect<boolean, Error>,
  daemons: ReadonlyArray<Daemon>,
): Effect.Effect<void, Error> =>
  holds.pipe(
    Effect.repeat({ until: (yes) => yes, schedule: Schedule.spaced("50 millis") }),
    Effect.timeoutFail({
      duration: "1 minute",
      onTimeout: () => new Error([`waited in vain: ${what}`, ...daemons.map((d) => d.output())].join("\n")),
    }),
    Effect.raceFirst(Effect.forEach(daemons, ({ ended }) => ended, { concurrency: "unbounded" })),
    Effect.asVoid,
  );

/** Starts munged, slurmctld and slurmd, in the order of their dependencies. */
const started = (folder: string) =>
  Effect.gen(function* () {
    const socket = Configuration.mungeSocket(folder);
    const munged = yield* daemon(folder, [
      ...["munged", "--foreground", "--force", `--socket=${socket}`, `--key-file=${folder}/munge.key`],
      ...[`--pid-file=${folder}/munged.pid`, `--seed-file=${folder}/munged.seed`],
    ]);
    yield* until(
      "munged listens",
      Effect.sync(() => existsSync(socket)),
      [munged],
    );
    return [munged, yield* daemon(folder, ["slurmctld", "-D"]), yield* daemon(folder, ["slurmd", "-D"])];
  });

/** Runs a SLURM command; returns its output, or fails. */
const ask = (folder: string, command: ReadonlyArray<string>, more?: Pick<JobArray, "env" | "script">) =>
  Effect.promise(() =>
    run(command, {
      stdin: more?.script ?? "",
      env: { ...more?.env, SLURM_CONF: Configuration.file(folder) },
    }),
  ).pipe(
    Effect.filterOrFail(
      ({ status }) => status === 0,
      ({ stderr }) => new Error(`${command.join(" ")}: ${stderr}`),
    ),
    Effect.map(({ stdout }) => stdout.trim()),
  );

/** A cluster that is ready for jobs. When the scope closes, all of its processes and files are removed. */
export const cluster: Effect.Effect<Cluster, Error, Scope.Scope> = Effect.gen(function* () {
  const { path: folder } = yield* workdir;
  const mark = `SLURM_CONF=${Configuration.file(folder)}`;
  // Job supervisors outlive their daemon, and jobs outlive their supervisor.
  yield* Effect.addFinalizer(() => Effect.promise(() => killAllWith(mark)));

  const ports = { controller: yield* Effect.promise(freePort), node: yield* Effect.promise(freePort) };
  writeFileSync(Configuration.file(folder), Configuration.text(folder, ports));
  writeFileSync(join(folder, "munge.key"), crypto.getRandomValues(new Uint8Array(128)), { mode: 0o400 });
  const daemons = yield* started(folder);
  const idle = ask(folder, ["sinfo", "--noheader", "--format=%T"]).pipe(
    Effect.map((state) => state === "idle"),
    Effect.orElseSucceed(() => false), // The controller does not answer yet.
  );
  yield* until("the node is idle", idle, daemons);

  const submit = (job: JobArray) =>
    Effect.gen(function* () {
      const options = [`--array=${job.indexes}`, `--chdir=${job.folder}`, "--output=task-%a.log"];
      const id = yield* ask(folder, ["sbatch", "--parsable", ...options], {
        ...job,
        script: `#!/bin/sh\n${job.script}\n`,
      });
      const queue = ["squeue", "--noheader", `--jobs=${id}`];
      const over = ask(folder, queue).pipe(Effect.map((left) => left === ""));
      yield* until(`job ${id} is over`, over, daemons);
      return tasks(yield* ask(folder, [...queue, "--states=all", "--array", "--format=%K %T"]));
    });
  return { folder, processes: () => processesWith(mark), run: submit };
});

const tasks = (listing: string): ReadonlyArray<Task> =>
  listing
    .split("\n")
    .map((line) => line.split(" "))
    .map(([index, state]) => ({ index: Number(index), state: state! }))
    .sort((a, b) => a.index - b.index);
