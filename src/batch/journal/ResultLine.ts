/** Converts results to lines of JSON and back. */
import { Effect, Schema } from "effect";
import type { Ended } from "../ItemRunner.ts";
import type { Program } from "../Program.ts";
import { Failure, type ItemName, type ResultBase, resultFields, type Status } from "../Result.ts";
import type { Ending } from "../RunItem.ts";

/** A result with the program's payload under the program's key. */
export type Result<Payload> = ResultBase & { readonly [key in "profile" | "diff" | "comparison"]?: Payload };

const statusOf = <A>(ending: Ending<A>, status: (value: A) => Status): Status => {
  switch (ending._tag) {
    case "Done":
      return status(ending.value);
    case "Failed":
      return "failed";
    case "Skipped":
      return "skipped";
  }
};

/** The fields that the results of all programs have. */
export const baseOf = <A>(ended: Ended<A>, item: ItemName, status: (value: A) => Status): ResultBase => ({
  type: "result",
  index: ended.index,
  item,
  status: statusOf(ended.ending, status),
  ...(ended.ending._tag === "Done" ? {} : { error: ended.ending.failure }),
  startedAt: new Date(ended.startedAt).toISOString(),
  durationMs: ended.durationMs,
  attempts: 1 + ended.cost.retries,
  bytesProcessed: ended.cost.bytesProcessed,
  bytesBilled: ended.cost.bytesBilled,
  slotMs: ended.cost.slotMs,
  jobIds: ended.cost.jobIds,
});

/** Replaces the index of the line. */
export const withIndex = (line: string, index: number): string =>
  JSON.stringify({ ...(JSON.parse(line) as Readonly<Record<string, unknown>>), index });

const Base = Schema.Struct({ ...resultFields, error: Schema.optionalWith(Failure, { exact: true }) });

/** Decodes results from lines of JSON. */
export const decoder = <Item, Payload>(program: Pick<Program<Item, Payload>, "key" | "schema">) => {
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
