/** One side of a diff: a schema from anywhere, and the table that has it, if there is one. */
import type { TableMetadata } from "../../../domain/TableMetadata.ts";
import type { TableSchema } from "../../../domain/TableSchema.ts";

export interface Side {
  readonly schema: TableSchema;
  /** Absent: the table's own attributes are not compared. */
  readonly table?: TableMetadata;
  /**
   * `shape`: names, types, parameters and order, which is all that local data has; descriptions, defaults and the like
   * are then not compared. (`all`)
   */
  readonly holds?: "all" | "shape";
}

/** A table of BigQuery with all it has, or local data with its shape. */
export const ofTable = (table: TableMetadata): Side =>
  table.reference._tag === "BigQueryTable"
    ? { schema: table.schema, table, holds: "all" }
    : { schema: table.schema, holds: "shape" };

export const ofSchema = (schema: TableSchema): Side => ({ schema, holds: "all" });
