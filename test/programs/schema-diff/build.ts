/** Fields, tables and pairs in few words. */
import type { TableMetadata } from "../../../src/domain/TableMetadata.ts";
import { type BigQueryTable, parse } from "../../../src/domain/TableReference.ts";
import type { Field, TypeName } from "../../../src/domain/TableSchema.ts";
import { table } from "../../../src/layers/test/BigQueryTest.ts";
import type { Side } from "../../../src/programs/schema-diff/source/SchemaSource.ts";

export const field = (name: string, type: TypeName = "STRING", more: Partial<Field> = {}): Field => ({
  name,
  type,
  mode: "NULLABLE",
  ...more,
});

export const struct = (name: string, fields: ReadonlyArray<Field>, more: Partial<Field> = {}): Field =>
  field(name, "STRUCT", { fields, ...more });

export const array = (one: Field): Field => ({ ...one, mode: "REPEATED" });

export const side = (fields: ReadonlyArray<Field>, more: Partial<TableMetadata> = {}): Side => ({
  schema: fields,
  table: table("p.d.t", fields, more),
});

export const bigQuery = (text: string): BigQueryTable => {
  const reference = parse(text);
  if (reference._tag === "Left" || reference.right._tag !== "BigQueryTable") throw new TypeError(text);
  return reference.right;
};

export const target = bigQuery("p.d.t");
