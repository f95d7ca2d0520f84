/** A batch as a job array: each task runs its shard, and the merged journals equal the whole run. */
import { expect } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Effect } from "effect";
import { binary, run } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { type Workdir, workdir } from "../support/files.ts";
import { describeWith } from "../support/needs.ts";
import { cluster, slurmNeed } from "./cluster.ts";

interface Result {
  readonly type: string;
  readonly index: number;
  readonly item: string;
  readonly status: string;
}

interface Report {
  readonly results: ReadonlyArray<Result>;
  readonly summary: object;
}

const tasks = [0, 1, 2, 3, 4, 5, 6];
const items = Array.from({ length: 40 }, (_, i) => `table-${i}.${i % 2 === 0 ? "csv" : "parquet"}`);

/** Tables of 1 to 40 rows, and the list of them. */
const makeFiles = async (dir: Workdir): Promise<void> => {
  for (const [i, item] of items.entries()) {
    const rows = Array.from({ length: i + 1 }, (_, row) => `${row},${i === row ? "" : `name ${row}`}\n`);
    if (item.endsWith(".csv")) dir.text(item, `id,name\n${rows.join("")}`);
    else await dir.parquet(item, `SELECT range AS id, range * ${i} / 7 AS share FROM range(${i + 1})`);
  }
  dir.text("list.txt", `${items.join("\n")}\n`);
};

/** All tasks wait until all have started. */
const script = `: >there-$SLURM_ARRAY_TASK_ID
until [ "$(ls there-* | wc -l)" -eq "$SLURM_ARRAY_TASK_COUNT" ]; do sleep 0.02; done
exec $PROGRAM --shard auto --journal journal-$SLURM_ARRAY_TASK_ID.ndjson --tables-file list.txt \\
  --format ndjson --output report-$SLURM_ARRAY_TASK_ID.ndjson`;

const resultsIn = (file: string): ReadonlyArray<Result> =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === "result");

/** What two runs of the same batch have in common: all but times, job ids, attempts and load figures. */
const lasting = (stdout: string): Report => {
  const { results, summary }: Report = JSON.parse(stdout);
  return {
    results: results.map((result) =>
      without(result, ["startedAt", "durationMs", "attempts", "jobIds", "slotMs"]),
    ),
    summary: without(summary, ["wallMs", "workMs", "speedup", "retries", "maxInFlight", "slotMs"]),
  };
};

const without = <A extends object>(value: A, names: ReadonlyArray<string>): A =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as A;

describeWith(slurmNeed, "A batch as a job array of SLURM", () => {
  it.live("runs each item in one task, and its journals are merged into the report of one run", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const home = yield* workdir;
      yield* Effect.promise(() => makeFiles(dir));
      const slurm = yield* cluster;
      const ended = yield* slurm.run({
        indexes: "0-6",
        script,
        folder: dir.path,
        env: { PROGRAM: binary().join(" "), HOME: home.path, XDG_CACHE_HOME: join(home.path, "cache") },
      });
      const said = tasks.map((index) => readFileSync(join(dir.path, `task-${index}.log`), "utf8"));
      expect(ended, said.join("")).toEqual(tasks.map((index) => ({ index, state: "COMPLETED" })));

      const whole = items.map((item, index) => ({ index, item, status: "ok" }));
      for (const kind of ["journal", "report"]) {
        const ran = tasks
          .flatMap((index) => resultsIn(join(dir.path, `${kind}-${index}.ndjson`)))
          .map(({ index, item, status }) => ({ index, item, status }))
          .sort((a, b) => a.index - b.index);
        expect(ran).toEqual(whole);
      }

      const profile = (...argv: ReadonlyArray<string>) =>
        Effect.promise(() => run([...binary(), ...argv, "--format=json"], { cwd: dir.path })).pipe(
          Effect.tap(({ status, stderr }) => expect(status, stderr).toBe(0)),
          Effect.map(({ stdout }) => stdout),
        );
      const journals = tasks.map((index) => `journal-${index}.ndjson`);
      dir.text("all.ndjson", journals.map((name) => readFileSync(join(dir.path, name), "utf8")).join(""));
      const merged = yield* profile("--from", ...journals);
      expect(yield* profile("--from", "all.ndjson")).toBe(merged);
      expect(lasting(merged)).toEqual(lasting(yield* profile("--tables-file=list.txt")));

      // The executable unpacks its library and addon once, although several start
      // concurrently, and leaves no partial files.
      const unpacked = readdirSync(home.path, { recursive: true, withFileTypes: true });
      const libraries = unpacked.filter((entry) => entry.isFile() && /duckdb/.test(entry.name));
      const compiled = ["duckdb.node", "libduckdb.so"];
      expect(libraries.map(({ name }) => name).sort()).toEqual(binary().length === 1 ? compiled : []);
    }),
  );
});
