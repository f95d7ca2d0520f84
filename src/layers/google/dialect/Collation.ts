/** Removes collations, which make different strings equal, and which some functions reject. */
import type { Field } from "../../../domain/TableSchema.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";

export const isCollated = (field: Field): boolean =>
  field.type === "STRING" && (field.collation ?? "") !== "";

/** The value without its collation, compared byte by byte. */
export const uncollated = (x: Sql, field: Field): Sql => (isCollated(field) ? sql`COLLATE(${x}, '')` : x);
