/** The version of a table: tables with equal versions have the same rows. */
import { type Equivalence, Schema } from "effect";

/** A table stored in BigQuery, as tables.get describes it. */
const Stored = Schema.TaggedStruct("Stored", {
  etag: Schema.NullOr(Schema.String),
  /** ISO 8601 in UTC. */
  modified: Schema.NullOr(Schema.String),
  rows: Schema.NullOr(Schema.Number),
  bytes: Schema.NullOr(Schema.Number),
});

/** Local files, ordered by name. */
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

/** A version, or null if changes cannot be detected: views, external tables, streaming buffers. */
export type Seen = TableVersion | null;

/** Versions keyed by the table's name in the item. */
export type Versions = Readonly<Record<string, Seen>>;

const kept: ReadonlySet<string> = new Set(["TABLE", "SNAPSHOT", "CLONE"]);

/** The version from BigQuery's metadata. */
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

/** Whether no table changed; false if a version is null. */
export const unchanged = (before: Versions, now: Versions): boolean =>
  Object.values(before).every((version) => version !== null) &&
  Object.entries(now).every(([name, version]) => {
    const earlier = before[name] ?? null;
    return version !== null && earlier !== null && equivalence(earlier, version);
  });
