/** One call of a program with its options read: shows journals, or comes to a batch and runs it. */
import { Cause, Effect, Either, Ref } from "effect";
import { complete, iterate } from "../../batch/Items.ts";
import { type Run, schemaVersion } from "../../batch/Result.ts";
import type { OptionField } from "../../domain/options/OptionField.ts";
import { withEnvironment } from "../../layers/google/Connection.ts";
import { version } from "../../version.ts";
import type { Parsed } from "../command/Command.ts";
import { Stderr } from "../output/Stderr.ts";
import * as Status from "../process/ExitStatus.ts";
import type { CommonValues, Tool } from "../Tool.ts";
import { Stopped, UsageError } from "../UsageError.ts";
import { assign } from "./AssignShard.ts";
import { conflicts } from "./Conflicts.ts";
import { showJournals } from "./FromJournals.ts";
import { RunTables } from "./Layers.ts";
import { run } from "./RunBatch.ts";
import { decisiveOptions, shownOptions } from "./Settings.ts";
import * as Shard from "./Shard.ts";

/** Returns the exit status; reports every failure on stderr. */
export const runCommand = <Values extends CommonValues, Item, Payload>(
  tool: Tool<Values, Item, Payload>,
  fields: ReadonlyArray<OptionField>,
  { values, given, operands }: Parsed<Values>,
  stop: Effect.Effect<void>,
) =>
  Effect.gen(function* () {
    const untilStopped = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      Effect.raceFirst(effect, Effect.zipRight(stop, Effect.fail(new Stopped())));
    const problems = yield* conflicts(values, operands);
    if (problems.length > 0) return yield* UsageError.of(...problems);
    const head = {
      type: "run" as const,
      schemaVersion,
      tool: tool.name,
      version,
      options: shownOptions(fields, given),
      startedAt: new Date().toISOString(),
    } satisfies Omit<Run, "principal">;
    const decisive = yield* decisiveOptions(tool.options, fields, {
      ...values,
      ...withEnvironment(values.endpoint === undefined ? {} : { endpoint: values.endpoint }),
    });
    if (values.from) {
      const { from, ...options } = head.options;
      // `full` only affects what is shown.
      const { full, ...late } = decisive;
      const own = { ...head, options, principal: null };
      return yield* untilStopped(showJournals(yield* tool.reader, operands, values, own, late));
    }
    const part = yield* shardOf(values.shard);
    const batch = yield* untilStopped(tool.prepare(values, operands));
    // A journal records the number of items.
    if (values.journal !== undefined) yield* untilStopped(complete(batch.items));
    yield* Ref.set(yield* RunTables, function* () {
      for (const item of iterate(batch.items)) yield* batch.program.references(item);
    });
    const shard = part && (yield* untilStopped(assign(batch, values, part, head)));
    return yield* run(batch, values, { run: head, settings: decisive, shard, stop });
  }).pipe(
    Effect.scoped,
    Effect.catchTags({
      UsageError: ({ lines }) =>
        Effect.flatMap(Stderr, (stderr) => Effect.forEach(lines, stderr.error)).pipe(Effect.as(Status.usage)),
      Stopped: () => Effect.succeed(Status.trouble),
      ReaderGone: () => Effect.succeed(Status.readerGone),
      OutputError: tell,
      SpoolError: tell,
      JournalError: tell,
      BigQueryError: tell,
    }),
    Effect.catchAllCause((cause) =>
      Effect.flatMap(Stderr, (stderr) =>
        Effect.zipRight(stderr.error(Status.internalError(cause)), stderr.detail(Cause.pretty(cause))),
      ).pipe(Effect.as(Status.trouble)),
    ),
  );

const tell = (error: Error) =>
  Effect.flatMap(Stderr, (stderr) => stderr.error(error.message)).pipe(Effect.as(Status.trouble));

/** The shard. Logs the scheduler that chose it. */
const shardOf = (option: CommonValues["shard"]) =>
  Effect.gen(function* () {
    if (option === undefined) return undefined;
    const { shard, by } = yield* Either.mapLeft(Shard.resolve(option, process.env), (text) =>
      UsageError.of(text),
    );
    if (by !== undefined) yield* (yield* Stderr).note(`shard ${shard.part}/${shard.of}, as ${by} says`);
    return shard;
  });
