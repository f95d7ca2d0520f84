/** --shard: which part of a batch this process runs, as given or as the scheduler that started it says. */
import { Either } from "effect";
import type { Shard } from "../../batch/Shard.ts";
import type { ShardOption } from "../options/Values.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A scheduler that starts many processes of one kind, and tells each which it is. */
interface Scheduler {
  readonly name: string;
  /** Set wherever it runs. */
  readonly index: string;
  readonly count: string;
  /** The part, from 1, and the number of parts where the scheduler tells it; the Left says what is missing. */
  readonly read: (
    environment: Environment,
  ) => Either.Either<{ part: number; of: number | undefined }, string>;
}

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;

/** Counts from 0, and may say how many there are. */
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

/** Counts from where the array begins, by its step. A list of tasks has no such order. */
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
          "this SLURM array is a list, so that a task cannot know its index; use a range such as 1-7",
        );
  },
};

const schedulers: ReadonlyArray<Scheduler> = [
  fromZero("Cloud Run", "CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT"),
  fromZero("AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"),
  slurm,
  // Kubernetes does not tell a pod the number of completions; its manifest can.
  fromZero("Kubernetes", "JOB_COMPLETION_INDEX", "JOB_COMPLETION_COUNT"),
];

/** The shard, and the scheduler that told of it; the Left says what is wrong. */
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
        `--shard auto: ${scheduler.name} does not say how many parts there are; give --shard auto/N, or set ${scheduler.count}`,
      );
    }
    if (read.part > of)
      return yield* Either.left(`--shard auto: this is part ${read.part}, and there are ${of}`);
    return { shard: { part: read.part, of }, by: scheduler.name };
  });
