/** Runs a program over many items: `Batch.run` for results, `Batch.plan` (Plan.ts) for what they would cost. */
import { Effect, Schema, type Scope, Stream } from "effect";
import type { Engines } from "../services/Engines.ts";
import type { Program } from "./Program.ts";
import {
  Failure,
  type ItemName,
  type ResultBase,
  resultFields,
  type Status,
  type Summary,
} from "./Result.ts";
import * as Spool from "./Spool.ts";
import * as Tally from "./Tally.ts";
import * as Work from "./Work.ts";

/** A result with the program's own part under the program's key. */
export type Result<Payload> = ResultBase & { readonly [key in "profile" | "diff" | "comparison"]?: Payload };

export interface RunOptions<Payload, E, R> extends Work.WorkOptions {
  /** Told of each result the moment it is there, one at a time; `line` is its JSON. */
  readonly onResult?: (result: Result<Payload>, line: string) => Effect.Effect<void, E, R>;
}

export interface Outcome<Payload> {
  readonly summary: Summary;
  /** Of those that are `different`, how many the exit status must tell. */
  readonly broken: number;
  /** All results in the order of the items; may be run again and again while the scope is open. */
  readonly results: Stream.Stream<Result<Payload>, Spool.SpoolError>;
  /** The same as lines of JSON. */
  readonly lines: Stream.Stream<string, Spool.SpoolError>;
}

/** How an item is called in one text. */
export const label = (name: ItemName): string => (typeof name === "string" ? name : `${name.a} : ${name.b}`);

/** The program's own part of a result. */
export const payloadOf = <Item, Payload>(
  program: Program<Item, Payload>,
  result: Result<Payload>,
): Payload | undefined => result[program.key];

/**
 * Runs the program for every item: `parallel` at a time, in any order, each for itself. An item's failure is its
 * result; only what concerns the whole batch (no room for results, or `onResult`) is an error here.
 */
export const run = <Item, Payload, E = never, R = never>(
  program: Program<Item, Payload>,
  items: ReadonlyArray<Item>,
  options: RunOptions<Payload, E, R> = {},
): Effect.Effect<Outcome<Payload>, E | Spool.SpoolError, Engines | Scope.Scope | R> =>
  Effect.gen(function* () {
    const spool = yield* Spool.make;
    const tally = Tally.make();
    const encode = Schema.encode(program.schema);
    const breaks = program.breaks ?? (() => true);
    let broken = 0;

    const load = yield* Work.forEach(items, {
      ...options,
      label: (item) => label(program.name(item)),
      work: (item: Item) =>
        program.run(item).pipe(
          Effect.flatMap((payload) =>
            Effect.map(Effect.orDie(encode(payload)), (json) => ({
              payload,
              json,
              status: program.verdict(payload),
            })),
          ),
        ),
      status: (done) => done.status,
      onEnded: (ended, item) =>
        Effect.suspend(() => {
          const base = baseOf(ended, program.name(item), (done) => done.status);
          const done = ended.ending._tag === "Done" ? ended.ending.value : undefined;
          const line = JSON.stringify(done === undefined ? base : { ...base, [program.key]: done.json });
          tally.add(base);
          if (done?.status === "different" && breaks(done.payload)) broken++;
          const result: Result<Payload> =
            done === undefined ? base : { ...base, [program.key]: done.payload };
          return Effect.zipRight(
            spool.put(base.index, line),
            options.onResult?.(result, line) ?? Effect.void,
          );
        }),
    });

    const decode = decoder(program);
    return {
      summary: tally.summary(load),
      broken,
      lines: spool.lines,
      results: Stream.mapEffect(spool.lines, (line) => Effect.orDie(decode(line))),
    };
  });

const baseOf = <A>(ended: Work.Ended<A>, item: ItemName, status: (value: A) => Status): ResultBase => ({
  type: "result",
  index: ended.index,
  item,
  status:
    ended.ending._tag === "Done"
      ? status(ended.ending.value)
      : ended.ending._tag === "Failed"
        ? "failed"
        : "skipped",
  ...(ended.ending._tag === "Done" ? {} : { error: ended.ending.failure }),
  startedAt: new Date(ended.startedAt).toISOString(),
  durationMs: ended.durationMs,
  attempts: 1 + ended.cost.retries,
  bytesProcessed: ended.cost.bytesProcessed,
  bytesBilled: ended.cost.bytesBilled,
  slotMs: ended.cost.slotMs,
  jobIds: ended.cost.jobIds,
});

const Base = Schema.Struct({ ...resultFields, error: Schema.optionalWith(Failure, { exact: true }) });

/** Reads a line of JSON as a result again. */
export const decoder = <Item, Payload>(program: Program<Item, Payload>) => {
  const base = Schema.decodeUnknown(Base);
  const payload = Schema.decodeUnknown(program.schema);
  return Effect.fn("Batch.decode")(function* (line: string) {
    const json: Readonly<Record<string, unknown>> = JSON.parse(line);
    const head = yield* base(json);
    const own = json[program.key];
    const result: Result<Payload> =
      own === undefined ? head : { ...head, [program.key]: yield* payload(own) };
    return result;
  });
};
