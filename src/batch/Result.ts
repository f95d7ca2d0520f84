/**
 * The report's own shape: one run, a result an item, one summary. The same objects are the JSON formats, the spool and
 * the library's answer. Figures that are not known are null, never 0.
 */
import { Schema } from "effect";

export const schemaVersion = 1;

export const Run = Schema.Struct({
  type: Schema.Literal("run"),
  schemaVersion: Schema.Literal(schemaVersion),
  tool: Schema.Literal("bq-profile", "bq-schema-diff", "bq-table-compare"),
  version: Schema.String,
  /** The options that were given, by name; no credentials. */
  options: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  /** ISO 8601 in UTC. */
  startedAt: Schema.String,
  /** Who looked; null if unknown. */
  principal: Schema.NullOr(Schema.String),
}).annotations({ identifier: "Run" });
export type Run = typeof Run.Type;

export const Status = Schema.Literal("ok", "different", "failed", "skipped");
export type Status = typeof Status.Type;

export const ItemName = Schema.Union(Schema.String, Schema.Struct({ a: Schema.String, b: Schema.String }));
export type ItemName = typeof ItemName.Type;

export const Failure = Schema.Struct({
  reason: Schema.String,
  message: Schema.String,
  remedy: Schema.String,
});
export type Failure = typeof Failure.Type;

/** What every result has, whichever program gave it. The program's own part stands beside it under its own name. */
export const resultFields = {
  type: Schema.Literal("result"),
  /** Place in the whole batch, from 0. */
  index: Schema.Int,
  item: ItemName,
  status: Status,
  error: Schema.optionalWith(Failure, { exact: true }),
  startedAt: Schema.String,
  durationMs: Schema.Number,
  /** 1 and the number of calls that were made again. */
  attempts: Schema.Int,
  bytesProcessed: Schema.NullOr(Schema.Number),
  bytesBilled: Schema.NullOr(Schema.Number),
  slotMs: Schema.NullOr(Schema.Number),
  jobIds: Schema.Array(Schema.String),
};

const ResultBase = Schema.Struct(resultFields);
export type ResultBase = typeof ResultBase.Type;

export const Summary = Schema.Struct({
  type: Schema.Literal("summary"),
  total: Schema.Int,
  ok: Schema.Int,
  different: Schema.Int,
  failed: Schema.Int,
  skipped: Schema.Int,
  /** The run ended before every item had its turn. */
  interrupted: Schema.Boolean,
  bytesProcessed: Schema.NullOr(Schema.Number),
  bytesBilled: Schema.NullOr(Schema.Number),
  slotMs: Schema.NullOr(Schema.Number),
  /** From the first item's start to the last one's end. */
  wallMs: Schema.Number,
  /** The items' own durations, added up. */
  workMs: Schema.Number,
  /** workMs / wallMs. */
  speedup: Schema.Number,
  retries: Schema.Int,
  maxInFlight: Schema.Int,
  /** With `--parallel auto`: the limit of items in flight, and after how many finished items it was set. */
  concurrency: Schema.optionalWith(Schema.Array(Schema.Struct({ finished: Schema.Int, limit: Schema.Int })), {
    exact: true,
  }),
}).annotations({ identifier: "Summary" });
export type Summary = typeof Summary.Type;
