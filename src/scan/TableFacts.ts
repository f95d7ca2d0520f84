/** What the metadata of a table says, as reports show it. */
import { Schema } from "effect";
import type { Partitioning, TableMetadata } from "../domain/TableMetadata.ts";

export const TableFacts = Schema.Struct({
  type: Schema.Literal("TABLE", "VIEW", "MATERIALIZED_VIEW", "EXTERNAL", "SNAPSHOT", "CLONE", "FILE"),
  engine: Schema.Literal("bigquery", "local"),
  /** Rows as the metadata has them; null if it does not say. */
  rows: Schema.NullOr(Schema.Number),
  bytes: Schema.NullOr(Schema.Number),
  created: Schema.NullOr(Schema.String),
  modified: Schema.NullOr(Schema.String),
  expires: Schema.NullOr(Schema.String),
  description: Schema.NullOr(Schema.String),
  labels: Schema.Record({ key: Schema.String, value: Schema.String }),
  /** In words: `DAY on created_at`. */
  partitioning: Schema.NullOr(Schema.String),
  clustering: Schema.Array(Schema.String),
  location: Schema.NullOr(Schema.String),
}).annotations({ identifier: "TableFacts" });
export type TableFacts = typeof TableFacts.Type;

export const tableFacts = (engine: TableFacts["engine"], metadata: TableMetadata): TableFacts => ({
  type: metadata.type,
  engine,
  rows: metadata.rows,
  bytes: metadata.bytes,
  created: metadata.created,
  modified: metadata.modified,
  expires: metadata.expires,
  description: metadata.description,
  labels: metadata.labels,
  partitioning: partitioningText(metadata.partitioning),
  clustering: metadata.clustering,
  location: metadata.location,
});

const partitioningText = (partitioning: Partitioning | null): string | null => {
  if (partitioning === null) return null;
  return partitioning._tag === "Time"
    ? `${partitioning.unit} on ${partitioning.field ?? "ingestion time"}`
    : `RANGE on ${partitioning.field}, ${partitioning.start} to ${partitioning.end} by ${partitioning.interval}`;
};
