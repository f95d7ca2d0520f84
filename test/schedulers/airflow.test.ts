/** The DAG of examples/schedulers in a real Airflow: it loads, and its run profiles every table once. */
import { expect, setDefaultTimeout } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Effect } from "effect";
import { run } from "../cli/spawn.ts";
import { it } from "../support/effect.ts";
import { workdir } from "../support/files.ts";
import { describeWith } from "../support/needs.ts";
import { makeTables, programs, tables } from "./support.ts";

setDefaultTimeout(300_000);

const root = join(import.meta.dir, "../..");
const airflow = join(root, "test/.cache/airflow/bin/airflow");

describeWith(
  { available: existsSync(airflow), missing: "no Airflow: run sh test/schedulers/install-airflow.sh" },
  "Airflow",
  () => {
    it.live("loads the DAG and runs its shards and its report", () =>
      Effect.gen(function* () {
        const [dir, bin, home] = [yield* workdir, yield* workdir, yield* workdir];
        makeTables(dir);
        const env = {
          PATH: `${programs(bin)}:${process.env.PATH}`,
          HOME: home.path,
          AIRFLOW_HOME: home.path,
          AIRFLOW__CORE__LOAD_EXAMPLES: "False",
          AIRFLOW__CORE__DAGS_FOLDER: join(root, "examples/schedulers"),
          PYTHONDONTWRITEBYTECODE: "1",
          PROFILES_FOLDER: dir.path,
        };
        const call = (...args: ReadonlyArray<string>) =>
          Effect.promise(() => run([airflow, ...args], { cwd: home.path, env })).pipe(
            Effect.tap(({ status, stdout, stderr }) => expect(status, `${stdout}${stderr}`).toBe(0)),
          );
        yield* call("db", "migrate");
        yield* call("dags", "reserialize");
        yield* call("dags", "test", "profiles", "2026-01-02");
        const page = readFileSync(join(dir.path, "profiles-2026-01-02.html"), "utf8");
        expect(tables.filter((table) => !page.includes(table))).toEqual([]);
      }),
    );
  },
);
