/** One side of a diff: a schema from any source, and its table, if there is one. */
import type { TableMetadata } from "../../../domain/TableMetadata.ts";
import type { TableSchema } from "../../../domain/TableSchema.ts";

export interface Side {
  readonly schema: TableSchema;
  /** Absent: table attributes are not compared. */
  readonly table?: TableMetadata;
  /**
   * `shape`: only names, types, parameters and order, as for local data; other attributes are not compared. (`all`)
   */
  readonly holds?: "all" | "shape";
}

/** A BigQuery table with all attributes, or local data with its shape. */
export const ofTable = (table: TableMetadata): Side =>
  table.reference._tag === "BigQueryTable"
    ? { schema: table.schema, table, holds: "all" }
    : { schema: table.schema, holds: "shape" };

export const ofSchema = (schema: TableSchema): Side => ({ schema, holds: "all" });
