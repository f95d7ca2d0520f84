/**
 * --shard: selects the part of a batch that this process runs, given explicitly or by the scheduler that started it.
 */
import { Either } from "effect";
import type * as Batch from "../../batch/Shard.ts";
import type { ShardOption } from "../options/Values.ts";

type Shard = Pick<Batch.Shard, "part" | "of">;
type Environment = Readonly<Record<string, string | undefined>>;

/** A scheduler that starts many identical processes and gives each an index. */
interface Scheduler {
  readonly name: string;
  /** The variable that holds the index; always set under this scheduler. */
  readonly index: string;
  readonly count: string;
  /** The part, from 1, and the number of parts if the scheduler provides it; Left explains what is missing. */
  readonly read: (
    environment: Environment,
  ) => Either.Either<{ part: number; of: number | undefined }, string>;
}

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;

/** Indexes from 0; the count is optional. */
const fromZero = (name: string, index: string, count: string): Scheduler => ({
  name,
  index,
  count,
  read: (environment) => {
    const at = whole(environment[index]);
    return at === undefined
      ? Either.left(`${index} is "${environment[index]}", which is not a whole number`)
      : Either.right({ part: at + 1, of: whole(environment[count]) });
  },
});

/** Indexes from the start of the array, by its step. A list of tasks has no order. */
const slurm: Scheduler = {
  name: "SLURM",
  index: "SLURM_ARRAY_TASK_ID",
  count: "SLURM_ARRAY_TASK_COUNT",
  read: (environment) => {
    const [id, count, least, most, step] = ["ID", "COUNT", "MIN", "MAX", "STEP"].map((name) =>
      whole(environment[`SLURM_ARRAY_TASK_${name}`]),
    );
    const [first, by] = [least ?? 0, step ?? 1];
    const isRegular =
      id !== undefined &&
      count !== undefined &&
      by > 0 &&
      (most ?? first + (count - 1) * by) === first + (count - 1) * by &&
      (id - first) % by === 0;
    return isRegular
      ? Either.right({ part: (id - first) / by + 1, of: count })
      : Either.left(
          "this SLURM array is a list of IDs, so the index of a task is unknown; use a range such as 1-7",
        );
  },
};

const schedulers: ReadonlyArray<Scheduler> = [
  fromZero("Cloud Run", "CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT"),
  fromZero("AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"),
  slurm,
  // Kubernetes does not set the number of completions; the manifest of the job can.
  fromZero("Kubernetes", "JOB_COMPLETION_INDEX", "JOB_COMPLETION_COUNT"),
];

/** The shard, and the scheduler that provided it; Left explains the problem. */
export const resolve = (
  option: ShardOption,
  environment: Environment,
): Either.Either<{ readonly shard: Shard; readonly by?: string }, string> =>
  Either.gen(function* () {
    if (option._tag === "Part") return { shard: { part: option.part, of: option.of } };
    const scheduler = schedulers.find(({ index }) => (environment[index] ?? "") !== "");
    if (scheduler === undefined) {
      const names = schedulers.map(({ index }) => index).join(", ");
      return yield* Either.left(`--shard auto: none of ${names} is set; give --shard K/N`);
    }
    const read = yield* Either.mapLeft(scheduler.read(environment), (text) => `--shard auto: ${text}`);
    const of = option.of ?? read.of;
    if (of === undefined) {
      return yield* Either.left(
        `--shard auto: ${scheduler.name} does not provide the number of parts; give --shard auto/N, or set ${scheduler.count}`,
      );
    }
    if (read.part > of)
      return yield* Either.left(`--shard auto: part ${read.part} exceeds the number of parts, ${of}`);
    return { shard: { part: read.part, of }, by: scheduler.name };
  });
