/** The schema of a table in BigQuery's terms, for any engine. */
import { Schema } from "effect";
import * as FieldPath from "./FieldPath.ts";
import * as Property from "./Property.ts";

/**
 * BigQuery's standard type names. `ARRAY` only occurs for local arrays of arrays, which BigQuery does not
 * have: a REPEATED field of type ARRAY has one field, `element`, itself REPEATED. `FOREIGN` is a type of
 * another system in an external table; queries cannot read it.
 */
export const typeNames = [
  "STRING", "BYTES", "INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "BOOL", "DATE", "DATETIME", "TIME", "TIMESTAMP",
  "INTERVAL", "GEOGRAPHY", "JSON", "RANGE", "STRUCT", "ARRAY", "FOREIGN",
] as const; // biome-ignore format: one list

export type TypeName = (typeof typeNames)[number];
export type Mode = "NULLABLE" | "REQUIRED" | "REPEATED";

/** A column, a STRUCT field or an array element. Absent attributes are not set. */
export interface Field {
  readonly name: string;
  readonly type: TypeName;
  readonly mode: Mode;
  /** The fields of a STRUCT, or the one `element` of an ARRAY. */
  readonly fields?: ReadonlyArray<Field>;
  readonly rangeElementType?: "DATE" | "DATETIME" | "TIMESTAMP";
  readonly description?: string;
  readonly maxLength?: string;
  readonly precision?: string;
  readonly scale?: string;
  readonly roundingMode?: string;
  readonly collation?: string;
  readonly defaultValueExpression?: string;
  readonly policyTags?: ReadonlyArray<string>;
  readonly dataPolicies?: ReadonlyArray<string>;
  /** The number of fractional digits of a TIMESTAMP's seconds: 12; absent for 6. */
  readonly timestampPrecision?: string;
  /** How the column's values are generated, as JSON with sorted keys. */
  readonly generatedColumn?: string;
  /** The type in the system that defines the table. */
  readonly foreignTypeDefinition?: string;
  /** Properties of the field that are set in BigQuery but not covered by any rule. */
  readonly notCompared?: ReadonlyArray<string>;
  /** The name in the engine, if it differs from `name` (DuckDB renames a CSV column `A` next to `a`). */
  readonly nativeName?: string;
  /** The type in the engine, if BigQuery has no exact equivalent (`ENUM`, `HUGEINT`). */
  readonly nativeType?: string;
}

export type TableSchema = ReadonlyArray<Field>;

export const Field: Schema.Schema<Field> = Schema.suspend(() =>
  Schema.Struct({
    name: Property.required(Schema.String, "The field's own name."),
    type: Property.required(
      Schema.Literal(...typeNames),
      "The GoogleSQL type; `ARRAY` only for local arrays of arrays, `FOREIGN` for types of another system.",
    ),
    mode: Property.required(Schema.Literal("NULLABLE", "REQUIRED", "REPEATED"), "`REPEATED` for an array."),
    fields: Property.optional(Schema.Array(Field), "The fields of a STRUCT."),
    rangeElementType: Property.optional(
      Schema.Literal("DATE", "DATETIME", "TIMESTAMP"),
      "The element type of a RANGE.",
    ),
    description: Property.optional(Schema.String, "The description."),
    maxLength: Property.optional(Schema.String, "The maximum length of a STRING or BYTES."),
    precision: Property.optional(Schema.String, "The precision of a NUMERIC or BIGNUMERIC."),
    scale: Property.optional(Schema.String, "The scale of a NUMERIC or BIGNUMERIC."),
    roundingMode: Property.optional(Schema.String, "The rounding mode of a NUMERIC or BIGNUMERIC."),
    collation: Property.optional(Schema.String, "The collation of a STRING."),
    defaultValueExpression: Property.optional(Schema.String, "The default value, as SQL."),
    policyTags: Property.optional(Schema.Array(Schema.String), "The names of the policy tags."),
    dataPolicies: Property.optional(Schema.Array(Schema.String), "The names of the data policies."),
    timestampPrecision: Property.optional(
      Schema.String,
      "The number of fractional digits of a TIMESTAMP's seconds: 12. Absent for 6.",
    ),
    generatedColumn: Property.optional(Schema.String, "How the column's values are generated, as JSON."),
    foreignTypeDefinition: Property.optional(Schema.String, "The type in the system that defines the table."),
    notCompared: Property.optional(
      Schema.Array(Schema.String),
      "Properties of the field that are set in BigQuery but not covered by any rule.",
    ),
    nativeName: Property.optional(Schema.String, "The name in the local engine, if it differs."),
    nativeType: Property.optional(
      Schema.String,
      "The type in the local engine, if GoogleSQL has no name for it.",
    ),
  }),
).annotations({
  identifier: "Field",
  description: "A column, a STRUCT field or an array element, with the attributes that are set.",
});

/** The engine's type of a column with only NULL in a file without types; it is compatible with every type. */
export const nullType = "NULL";

/** Whether the local engine keeps nanoseconds of the field, where BigQuery keeps microseconds. */
export const hasNanoseconds = ({ nativeType }: Field): boolean =>
  nativeType === "TIMESTAMP_NS" || nativeType === "TIME_NS";

/** A field with its position in the table. */
export interface LocatedField {
  readonly path: FieldPath.FieldPath;
  /** `path` as text. */
  readonly name: string;
  readonly field: Field;
}

/**
 * Every field of the schema in order, parents before children. STRUCT fields have dotted
 * paths, array elements end in `[]`. The element of `tags ARRAY<STRING>` is `tags[]`,
 * with the element's type and mode NULLABLE.
 */
export const walk = (schema: TableSchema, parent: FieldPath.FieldPath = []): ReadonlyArray<LocatedField> =>
  schema.flatMap((field) => below(field, [...parent, FieldPath.name(field.name)]));

const below = (field: Field, path: FieldPath.FieldPath): ReadonlyArray<LocatedField> => {
  const here: LocatedField = { path, name: FieldPath.format(path), field };
  if (field.mode === "REPEATED") return [here, ...below(elementOf(field), [...path, FieldPath.elements])];
  if (field.type === "STRUCT") return [here, ...walk(field.fields ?? [], path)];
  return [here];
};

export const isForeign = ({ type }: Field): boolean => type === "FOREIGN";

/** The element of an array field: the same type, NULLABLE; the inner array for an array of arrays. */
export const elementOf = (field: Field): Field => {
  const inner = field.type === "ARRAY" ? field.fields?.[0] : undefined;
  return inner ?? { ...field, mode: "NULLABLE" };
};

/** The type in GoogleSQL: `ARRAY<STRUCT<sku STRING, n INT64>>`, `NUMERIC(10, 2)`, `RANGE<DATE>`. */
export const typeText = (field: Field): string => {
  if (field.mode === "REPEATED") return `ARRAY<${typeText(elementOf(field))}>`;
  switch (field.type) {
    case "STRUCT":
      return `STRUCT<${(field.fields ?? []).map((inner) => `${inner.name} ${typeText(inner)}`).join(", ")}>`;
    case "RANGE":
      return `RANGE<${field.rangeElementType ?? "DATE"}>`;
    default: {
      const parameters = [field.precision ?? field.maxLength ?? field.timestampPrecision, field.scale].filter(
        (p) => p !== undefined,
      );
      return parameters.length === 0 ? field.type : `${field.type}(${parameters.join(", ")})`;
    }
  }
};

const legacyNames: Readonly<Record<string, TypeName>> = {
  INTEGER: "INT64", FLOAT: "FLOAT64", BOOLEAN: "BOOL", RECORD: "STRUCT", DECIMAL: "NUMERIC", BIGDECIMAL: "BIGNUMERIC",
}; // biome-ignore format: one table

/** Normalizes BigQuery's legacy and standard type names; undefined for other names. */
export const typeName = (text: string): TypeName | undefined => {
  const upper = text.toUpperCase();
  return legacyNames[upper] ?? typeNames.find((known) => known === upper);
};
