/** Groups types that are measured and compared in the same way. */
import type { Field, TypeName } from "../domain/TableSchema.ts";

export type Kind = "number" | "string" | "bytes" | "bool" | "temporal" | "opaque" | "struct" | "array";

const kinds: Readonly<Record<TypeName, Kind>> = {
  STRING: "string",
  BYTES: "bytes",
  INT64: "number",
  FLOAT64: "number",
  NUMERIC: "number",
  BIGNUMERIC: "number",
  BOOL: "bool",
  DATE: "temporal",
  DATETIME: "temporal",
  TIME: "temporal",
  TIMESTAMP: "temporal",
  INTERVAL: "opaque",
  GEOGRAPHY: "opaque",
  JSON: "opaque",
  RANGE: "opaque",
  STRUCT: "struct",
  ARRAY: "array",
  FOREIGN: "opaque",
};

export const kindOf = (field: Field): Kind => (field.mode === "REPEATED" ? "array" : kinds[field.type]);

export const isScalar = (column: { readonly kind: Kind }): boolean =>
  column.kind !== "struct" && column.kind !== "array";
