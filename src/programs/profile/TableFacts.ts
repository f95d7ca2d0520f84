/** What is known of a table, as reports have it. */
import type { Partitioning, TableMetadata } from "../../domain/TableMetadata.ts";
import type { TableFacts } from "./Profile.ts";

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
