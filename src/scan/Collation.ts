/** The collation of strings, as far as the metadata of a table tells it. */
import type { TableMetadata } from "../domain/TableMetadata.ts";
import type { Field, TableSchema } from "../domain/TableSchema.ts";

/**
 * The schema in which every STRING that may have a collation names one. A field without one of its own may have inherited
 * the table's default when it was added.
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
