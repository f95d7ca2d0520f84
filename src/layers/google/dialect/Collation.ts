/** Strings with a collation, which takes different strings for equal ones, and which some functions refuse. */
import type { Field } from "../../../domain/TableSchema.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";

export const isCollated = (field: Field): boolean =>
  field.type === "STRING" && (field.collation ?? "") !== "";

/** The value as one that is told apart byte by byte. */
export const uncollated = (x: Sql, field: Field): Sql => (isCollated(field) ? sql`COLLATE(${x}, '')` : x);
