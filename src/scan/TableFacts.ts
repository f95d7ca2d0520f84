/** A table's metadata, as shown in reports. */

import { Schema } from "effect";
import * as Property from "../domain/Property.ts";
import type { Partitioning, TableMetadata } from "../domain/TableMetadata.ts";

export const TableFacts = Schema.Struct({
  type: Property.required(
    Schema.Literal("TABLE", "VIEW", "MATERIALIZED_VIEW", "EXTERNAL", "SNAPSHOT", "CLONE", "FILE"),
    "The type of the table; `FILE` for local files and tables.",
  ),
  engine: Property.required(Schema.Literal("bigquery", "local"), "The engine that read the table."),
  rows: Property.required(
    Schema.NullOr(Schema.Number),
    "The number of rows in the metadata; null if unknown.",
  ),
  bytes: Property.required(Schema.NullOr(Schema.Number), "The stored bytes; null if unknown."),
  created: Property.required(Schema.NullOr(Schema.String), "ISO 8601 in UTC."),
  modified: Property.required(Schema.NullOr(Schema.String), "ISO 8601 in UTC."),
  expires: Property.required(Schema.NullOr(Schema.String), "ISO 8601 in UTC."),
  description: Property.required(Schema.NullOr(Schema.String), "The table's description."),
  labels: Property.required(
    Schema.Record({ key: Schema.String, value: Schema.String }),
    "The table's labels.",
  ),
  partitioning: Property.required(Schema.NullOr(Schema.String), "The partitioning: `DAY on created_at`."),
  clustering: Property.required(Schema.Array(Schema.String), "The clustering columns in order."),
  location: Property.required(Schema.NullOr(Schema.String), "The location of the table."),
  reading: Property.optional(
    Schema.String,
    "How local files were read: kind, delimiter, header, encoding, types, number of files.",
  ),
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
  ...(metadata.reading === undefined ? {} : { reading: metadata.reading }),
});

const partitioningText = (partitioning: Partitioning | null): string | null => {
  if (partitioning === null) return null;
  return partitioning._tag === "Time"
    ? `${partitioning.unit} on ${partitioning.field ?? "ingestion time"}`
    : `RANGE on ${partitioning.field}, ${partitioning.start} to ${partitioning.end} by ${partitioning.interval}`;
};
