/**
 * The manifests of examples/schedulers: valid by the schemas of their engines, and their tasks together profile every
 * table once.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { Effect } from "effect";
import { binary, run } from "../cli/spawn.ts";
import { type Step, stepsOf } from "../docs/manifests.ts";
import { cluster, slurmNeed } from "../slurm/cluster.ts";
import { it } from "../support/effect.ts";
import { type Workdir, workdir } from "../support/files.ts";
import { describeWith } from "../support/needs.ts";
import { makeTables, programs, tables } from "./support.ts";

setDefaultTimeout(120_000);

const folder = join(import.meta.dir, "../../examples/schedulers");
const textOf = (name: string): string => readFileSync(join(folder, name), "utf8");
const tasks = [0, 1, 2];

const problems = (schema: string, value: unknown): unknown => {
  const description = readFileSync(join(import.meta.dir, `description/${schema}.schema.json`), "utf8");
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(description));
  return validate(value) ? [] : validate.errors;
};

const profiled = (dir: Workdir) =>
  Effect.gen(function* () {
    const journals = readdirSync(dir.path).filter((name) => /^part-.*\.ndjson$/.test(name));
    expect(journals).toHaveLength(tasks.length);
    const merged = yield* Effect.promise(() =>
      run([...binary("bq-profile"), "--from", "--format=json", ...journals], { cwd: dir.path }),
    );
    expect(merged.status, merged.stderr).toBe(0);
    const { results } = JSON.parse(merged.stdout) as {
      results: ReadonlyArray<{ item: string; status: string }>;
    };
    return results.map(({ item, status }) => `${item} ${status}`);
  });

/** Runs the command as every task of the scheduler does. */
const runTasks = ({ script, env }: Step, ofTask: (index: number) => Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const [dir, bin] = [yield* workdir, yield* workdir];
    makeTables(dir);
    const PATH = `${programs(bin)}:${process.env.PATH}`;
    for (const index of tasks) {
      const ran = yield* Effect.promise(() =>
        run(["sh", "-c", script], {
          cwd: dir.path,
          env: { ...env, PATH, FOLDER: dir.path, ...ofTask(index) },
        }),
      );
      expect(ran.status, ran.stderr).toBe(0);
    }
    expect(yield* profiled(dir)).toEqual(tables.map((name) => `${name} ok`));
  });

it.live("the Kubernetes job is valid, and its pods profile every table once", () => {
  const manifest = textOf("kubernetes-job.yaml");
  expect(problems("kubernetes", Bun.YAML.parse(manifest))).toEqual([]);
  return runTasks(stepsOf(manifest)[0]!, (index) => ({ JOB_COMPLETION_INDEX: String(index) }));
});

it.live("the Cloud Run job is valid, and its tasks profile every table once", () => {
  const manifest = textOf("cloud-run-job.yaml");
  expect(problems("cloud-run", Bun.YAML.parse(manifest))).toEqual([]);
  return runTasks(stepsOf(manifest)[0]!, (index) => ({
    CLOUD_RUN_TASK_INDEX: String(index),
    CLOUD_RUN_TASK_COUNT: String(tasks.length),
  }));
});

it.live("the AWS Batch job is valid, and its array profiles every table once", () => {
  const { jobDefinition, submitJob } = JSON.parse(textOf("aws-batch.json"));
  expect(problems("aws-batch.RegisterJobDefinitionRequest", jobDefinition)).toEqual([]);
  expect(problems("aws-batch.SubmitJobRequest", submitJob)).toEqual([]);
  const [, , script] = jobDefinition.containerProperties.command;
  return runTasks({ script, env: {} }, (index) => ({
    AWS_BATCH_JOB_ARRAY_INDEX: String(index),
    AWS_BATCH_JOB_ARRAY_SIZE: String(submitJob.arrayProperties.size),
  }));
});

test("a misspelled property is not valid", () => {
  const manifest = Bun.YAML.parse(textOf("kubernetes-job.yaml")) as { spec: { completions: number } };
  expect(problems("kubernetes", { ...manifest, spec: { ...manifest.spec, completion: 3 } })).not.toEqual([]);
});

describeWith(slurmNeed, "SLURM", () => {
  it.live("runs the array, whose tasks profile every table once", () =>
    Effect.gen(function* () {
      const [dir, bin] = [yield* workdir, yield* workdir];
      makeTables(dir);
      const slurm = yield* cluster;
      const ended = yield* slurm.run({
        indexes: "0-2",
        script: textOf("profiles.sbatch"),
        folder: dir.path,
        env: { PATH: `${programs(bin)}:${process.env.PATH}` },
      });
      expect(ended.map(({ state }) => state)).toEqual(tasks.map(() => "COMPLETED"));
      expect(yield* profiled(dir)).toEqual(tables.map((name) => `${name} ok`));
    }),
  );
});
