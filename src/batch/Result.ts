/**
 * The envelope of a report: one run, one result per item, one summary. The JSON formats, the spool and the library
 * use the same objects. Unknown figures are null, never 0.
 */
import { Schema } from "effect";
import * as Property from "../domain/Property.ts";

export const schemaVersion = 1;

export const Run = Schema.Struct({
  type: Property.required(Schema.Literal("run"), "Always `run`."),
  schemaVersion: Property.required(
    Schema.Literal(schemaVersion),
    "Incremented when the format changes incompatibly.",
  ),
  tool: Property.required(Schema.NonEmptyString, "The program that wrote the report."),
  version: Property.required(Schema.String, "The program's version."),
  options: Property.required(
    Schema.Record({ key: Schema.String, value: Schema.Unknown }),
    "The given options, by name, without credentials.",
  ),
  startedAt: Property.required(Schema.String, "ISO 8601 in UTC."),
  principal: Property.required(
    Schema.NullOr(Schema.String),
    "The BigQuery account that ran the queries, or the operating-system user for local files; null if unknown.",
  ),
}).annotations({ identifier: "Run" });
export type Run = typeof Run.Type;

export const Status = Schema.Literal("ok", "different", "failed", "skipped");
export type Status = typeof Status.Type;

export const ItemName = Schema.Union(Schema.String, Schema.Struct({ a: Schema.String, b: Schema.String }));
export type ItemName = typeof ItemName.Type;

export const Failure = Schema.Struct({
  reason: Property.required(
    Schema.String,
    "A stable identifier, such as `notFound`, `accessDenied` or `timeout`.",
  ),
  message: Property.required(Schema.String, "What happened, in one sentence."),
  remedy: Property.required(Schema.String, "What to do next."),
});
export type Failure = typeof Failure.Type;

/** The properties of every result. The program adds its own result under its own key. */
export const resultFields = {
  type: Property.required(Schema.Literal("result"), "Always `result`."),
  index: Property.required(Schema.Int, "Position in the batch, from 0."),
  item: Property.required(ItemName, "The table, or the pair."),
  status: Property.required(Status, "`ok`, `different`, `failed` or `skipped`."),
  error: Property.optional(Failure, "Why there is no result; present when `failed` or `skipped`."),
  startedAt: Property.required(Schema.String, "ISO 8601 in UTC."),
  durationMs: Property.required(Schema.Number, "Milliseconds from the item's start to its end."),
  attempts: Property.required(Schema.Int, "1 plus the number of retried calls."),
  bytesProcessed: Property.required(
    Schema.NullOr(Schema.Number),
    "Bytes read, as BigQuery counts them; null if unknown, as for local files.",
  ),
  bytesBilled: Property.required(
    Schema.NullOr(Schema.Number),
    "Bytes billed; null if unknown, as for local files.",
  ),
  slotMs: Property.required(
    Schema.NullOr(Schema.Number),
    "BigQuery's slot time in milliseconds; null if unknown.",
  ),
  jobIds: Property.required(
    Schema.Array(Schema.String),
    "IDs of the BigQuery jobs, including those that were cancelled; empty for local files.",
  ),
};

const ResultBase = Schema.Struct(resultFields);
export type ResultBase = typeof ResultBase.Type;

export const Summary = Schema.Struct({
  type: Property.required(Schema.Literal("summary"), "Always `summary`."),
  total: Property.required(Schema.Int, "The number of items."),
  ok: Property.required(Schema.Int, "Items with status `ok`."),
  different: Property.required(Schema.Int, "Items with status `different`."),
  failed: Property.required(Schema.Int, "Items that ended with an error."),
  skipped: Property.required(
    Schema.Int,
    "Items that were not started, or were stopped before they ended. After an interruption, up to 1,000 of those that were not started have a result each.",
  ),
  interrupted: Property.required(Schema.Boolean, "Whether the run ended before all items had run."),
  bytesProcessed: Property.required(
    Schema.NullOr(Schema.Number),
    "Bytes read, as BigQuery counts them; null if unknown, as for local files.",
  ),
  bytesBilled: Property.required(
    Schema.NullOr(Schema.Number),
    "Bytes billed, as far as they are known; null if none are, as for local files.",
  ),
  unknownCost: Property.optional(
    Schema.Int,
    "Items whose jobs may have been billed, but whose bytes are unknown and not in `bytesBilled`; absent for none.",
  ),
  slotMs: Property.required(
    Schema.NullOr(Schema.Number),
    "BigQuery's slot time in milliseconds; null if unknown.",
  ),
  wallMs: Property.required(
    Schema.Number,
    "Milliseconds from the first item's start to the last item's end.",
  ),
  workMs: Property.required(Schema.Number, "The sum of the items' durations."),
  speedup: Property.required(Schema.Number, "`workMs` / `wallMs`."),
  retries: Property.required(Schema.Int, "Calls that were retried."),
  maxInFlight: Property.required(Schema.Int, "The highest number of items that ran at the same time."),
  concurrency: Property.optional(
    Schema.Array(
      Schema.Struct({
        finished: Property.required(Schema.Int, "How many items had finished."),
        limit: Property.required(Schema.Int, "The limit from then on."),
      }),
    ),
    "With `--parallel auto`: how the limit of items in flight changed.",
  ),
}).annotations({ identifier: "Summary" });
export type Summary = typeof Summary.Type;
