/** Finds processes by an environment variable, which all of their descendants inherit. */
import { readdirSync, readFileSync } from "node:fs";

/** The processes whose environment contains `variable`, as `NAME=value`. */
export const processesWith = (variable: string): ReadonlyArray<number> =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && environmentOf(pid).includes(variable));

const environmentOf = (pid: number): ReadonlyArray<string> => {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return []; // It has ended, or is another user's.
  }
};

/** Kills the processes, and those that they start in the meantime, until none is left. */
export const killAllWith = async (variable: string): Promise<void> => {
  for (let pids = processesWith(variable); pids.length > 0; pids = processesWith(variable)) {
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {} // It has ended.
    }
    await Bun.sleep(20);
  }
};
