/** The version of a table: tables with equal versions have the same rows. */
import { type Equivalence, Schema } from "effect";

/** A table that BigQuery stores, as tables.get describes it. */
const Stored = Schema.TaggedStruct("Stored", {
  etag: Schema.NullOr(Schema.String),
  /** ISO 8601 in UTC. */
  modified: Schema.NullOr(Schema.String),
  rows: Schema.NullOr(Schema.Number),
  bytes: Schema.NullOr(Schema.Number),
});

/** Files of this machine, in order of name. */
const Files = Schema.TaggedStruct("Files", {
  files: Schema.Array(
    Schema.Struct({
      /** Absolute. */
      path: Schema.String,
      bytes: Schema.Number,
      /** Milliseconds since 1970. */
      modifiedMs: Schema.Number,
    }),
  ),
});

export const TableVersion = Schema.Union(Stored, Files).annotations({ identifier: "TableVersion" });
export type TableVersion = typeof TableVersion.Type;

/** A version, or null for what may change without a sign: views, external tables, streaming buffers. */
export type Seen = TableVersion | null;

/** Versions by the table's name, as the item writes it. */
export type Versions = Readonly<Record<string, Seen>>;

const kept: ReadonlySet<string> = new Set(["TABLE", "SNAPSHOT", "CLONE"]);

/** The version in BigQuery's metadata. */
export const stored = ({
  type,
  etag,
  modified,
  rows,
  bytes,
  hasStreamingBuffer,
}: Omit<typeof Stored.Type, "_tag"> & {
  /** As in TableMetadata. */
  readonly type: string;
  readonly hasStreamingBuffer: boolean;
}): Seen =>
  kept.has(type) && etag !== null && !hasStreamingBuffer
    ? { _tag: "Stored", etag, modified, rows, bytes }
    : null;

const equivalence: Equivalence.Equivalence<TableVersion> = Schema.equivalence(TableVersion);

/** Whether every table of `now` is as it was `before`; never where one may have changed unseen. */
export const unchanged = (before: Versions, now: Versions): boolean =>
  Object.values(before).every((version) => version !== null) &&
  Object.entries(now).every(([name, version]) => {
    const earlier = before[name] ?? null;
    return version !== null && earlier !== null && equivalence(earlier, version);
  });
