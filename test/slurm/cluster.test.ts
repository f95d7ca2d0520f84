/** The variables that SLURM sets for tasks of an array, and the cleanup of a cluster. */
import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Effect } from "effect";
import { it } from "../support/effect.ts";
import { workdir } from "../support/files.ts";
import { describeWith } from "../support/needs.ts";
import { cluster, slurmNeed } from "./cluster.ts";

const tell =
  'echo "$SLURM_ARRAY_TASK_ID: $SLURM_ARRAY_TASK_COUNT from $SLURM_ARRAY_TASK_MIN to $SLURM_ARRAY_TASK_MAX by $SLURM_ARRAY_TASK_STEP"';

describeWith(slurmNeed, "SLURM", () => {
  it.live("sets each task's index, the count, and the bounds and step of the indexes", () =>
    Effect.gen(function* () {
      const slurm = yield* cluster;
      const told = (indexes: string) =>
        Effect.gen(function* () {
          const { path: folder } = yield* workdir;
          const tasks = yield* slurm.run({ indexes, script: tell, folder });
          expect(tasks.map(({ state }) => state)).toEqual(tasks.map(() => "COMPLETED"));
          return tasks.map(({ index }) => readFileSync(join(folder, `task-${index}.log`), "utf8").trim());
        });
      const arrays = ["0-2", "1-3", "0-12:4", "0-2%1", "3", "1,3,7"];
      const all = yield* Effect.forEach(arrays, told, { concurrency: "unbounded" });
      expect(Object.fromEntries(arrays.map((indexes, i) => [indexes, all[i]]))).toEqual({
        "0-2": ["0: 3 from 0 to 2 by 1", "1: 3 from 0 to 2 by 1", "2: 3 from 0 to 2 by 1"],
        "1-3": ["1: 3 from 1 to 3 by 1", "2: 3 from 1 to 3 by 1", "3: 3 from 1 to 3 by 1"],
        "0-12:4": [0, 4, 8, 12].map((index) => `${index}: 4 from 0 to 12 by 4`),
        "0-2%1": ["0: 3 from 0 to 2 by 1", "1: 3 from 0 to 2 by 1", "2: 3 from 0 to 2 by 1"],
        // One task of a larger array that is submitted again on its own looks like an array of one.
        "3": ["3: 1 from 3 to 3 by 1"],
        // A list has no step: 1 to 7 by 1 would be seven.
        "1,3,7": ["1: 3 from 1 to 7 by 1", "3: 3 from 1 to 7 by 1", "7: 3 from 1 to 7 by 1"],
      });
    }),
  );

  it.live("reports which task failed", () =>
    Effect.gen(function* () {
      const slurm = yield* cluster;
      const { path: folder } = yield* workdir;
      expect(
        yield* slurm.run({ indexes: "0-2", script: "exit $((SLURM_ARRAY_TASK_ID % 2))", folder }),
      ).toEqual([
        { index: 0, state: "COMPLETED" },
        { index: 1, state: "FAILED" },
        { index: 2, state: "COMPLETED" },
      ]);
    }),
  );

  it.live("ends with its scope, even during an unresponsive job", () =>
    Effect.gen(function* () {
      const { path: folder } = yield* workdir;
      const started = join(folder, "started");
      const script = `trap "" TERM; sleep 600 & echo $! >child; mv child ${started}; wait`;
      const ended = yield* Effect.scoped(
        Effect.gen(function* () {
          const slurm = yield* cluster;
          yield* Effect.fork(slurm.run({ indexes: "0", script, folder }));
          while (!existsSync(started)) yield* Effect.sleep("20 millis");
          expect(slurm.processes()).toContain(Number(readFileSync(started, "utf8")));
          return slurm;
        }),
      );
      expect(ended.processes()).toEqual([]);
      expect(existsSync(ended.folder)).toBe(false);
    }),
  );
});
