/** One call of a program, with its options read: shows journals, or comes to a batch and runs it. */
import { Effect, Either, Layer, type Scope } from "effect";
import { type Run, schemaVersion } from "../batch/Result.ts";
import { withEnvironment } from "../layers/google/Connection.ts";
import type { ReportError } from "../reports/Renderer.ts";
import { version } from "../version.ts";
import { conflicts } from "./Conflicts.ts";
import { showJournals } from "./FromJournals.ts";
import type { Common } from "./options/Common.ts";
import type { Specs, Values } from "./options/Spec.ts";
import { Stderr } from "./output/Stderr.ts";
import type * as Stdout from "./output/Stdout.ts";
import { run } from "./RunBatch.ts";
import { settings } from "./Settings.ts";
import * as Shard from "./Shard.ts";
import type { Tool } from "./Tool.ts";
import { Stopped, UsageError } from "./UsageError.ts";

export interface Given<S extends Specs> {
  readonly values: Values<S>;
  /** The options that were given, as a report tells them. */
  readonly given: Run["options"];
  readonly operands: ReadonlyArray<string>;
  /** Completes when the run is to end early. */
  readonly stop: Effect.Effect<void>;
}

/** Gives the exit status. */
export const runCommand = <S extends Common & Specs, Item, Payload>(
  tool: Tool<S, Item, Payload>,
  { values, given, operands, stop }: Given<S>,
): Effect.Effect<
  number,
  UsageError | Stopped | ReportError | Stdout.ReaderGone | Stdout.OutputError,
  Stderr | Scope.Scope
> =>
  Effect.gen(function* () {
    const wrong = conflicts(values, operands);
    if (wrong.length > 0) return yield* UsageError.of(...wrong);
    const head = {
      type: "run" as const,
      schemaVersion,
      tool: tool.name,
      version,
      options: given,
      startedAt: new Date().toISOString(),
    } satisfies Omit<Run, "principal">;
    const decisive = yield* settings(tool.options, { ...values, endpoint: endpointOf(values.endpoint) });
    if (values.from) {
      const { from, ...shown } = given;
      const own = { ...head, options: shown, principal: null };
      // More of the fields is a matter of showing, where they are there.
      const { full, ...late } = decisive;
      const stopped = Effect.zipRight(stop, Effect.fail(new Stopped()));
      return yield* Effect.raceFirst(showJournals(yield* tool.reader, operands, values, own, late), stopped);
    }
    const shard = yield* shardOf(values.shard);
    return yield* Effect.gen(function* () {
      const stopped = Effect.zipRight(stop, Effect.fail(new Stopped()));
      const batch = yield* Effect.raceFirst(tool.prepare(values, operands), stopped);
      return yield* run(batch, values, { run: head, settings: decisive, shard, stop });
    }).pipe(Effect.provide(Layer.unwrapEffect(tool.engines(values))));
  });

/** The environment names an emulator, too. */
const endpointOf = (given: string | undefined): string | undefined =>
  withEnvironment(given === undefined ? {} : { endpoint: given }).endpoint;

/** The shard; a scheduler's word is repeated, for it decides what does not run here. */
const shardOf = (option: Values<Common>["shard"]) =>
  Effect.gen(function* () {
    if (option === undefined) return undefined;
    const { shard, by } = yield* Either.mapLeft(Shard.resolve(option, process.env), (text) =>
      UsageError.of(text),
    );
    if (by !== undefined) yield* (yield* Stderr).note(`shard ${shard.part}/${shard.of}, as ${by} says`);
    return shard;
  });
