/** The collation of strings, from the metadata of a table. */
import type { TableMetadata } from "../domain/TableMetadata.ts";
import type { Field, TableSchema } from "../domain/TableSchema.ts";

/**
 * The schema with an explicit collation of every STRING that may have one. A field without an explicit
 * collation may have inherited the table's default when it was added.
 */
export const withCollations = ({ schema, defaultCollation }: TableMetadata): TableSchema => {
  if (defaultCollation === undefined) return schema;
  const inherit = (field: Field): Field => ({
    ...field,
    ...(field.type === "STRING" && field.collation === undefined ? { collation: defaultCollation } : {}),
    ...(field.fields === undefined ? {} : { fields: field.fields.map(inherit) }),
  });
  return schema.map(inherit);
};
