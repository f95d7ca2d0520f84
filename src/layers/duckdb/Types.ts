/**
 * Maps DuckDB's types to BigQuery's. Relations contain only types with a counterpart in BigQuery; `shown`
 * is the expression that converts all others.
 */
import type {
  DuckDBArrayType, DuckDBDecimalType, DuckDBListType, DuckDBMapType, DuckDBStructType, DuckDBType,
} from "@duckdb/node-api"; // biome-ignore format: one list
import { DuckDBTypeId as Id } from "@duckdb/node-api/lib/DuckDBTypeId.js";
import type { Field, Mode, TypeName } from "../../domain/TableSchema.ts";
import { dialect } from "./dialect/Dialect.ts";

const names: Partial<Readonly<Record<Id, TypeName>>> = {
  [Id.BOOLEAN]: "BOOL",
  [Id.TINYINT]: "INT64",
  [Id.SMALLINT]: "INT64",
  [Id.INTEGER]: "INT64",
  [Id.BIGINT]: "INT64",
  [Id.UTINYINT]: "INT64",
  [Id.USMALLINT]: "INT64",
  [Id.UINTEGER]: "INT64",
  [Id.UBIGINT]: "NUMERIC",
  [Id.HUGEINT]: "BIGNUMERIC",
  [Id.UHUGEINT]: "BIGNUMERIC",
  [Id.FLOAT]: "FLOAT64",
  [Id.DOUBLE]: "FLOAT64",
  [Id.BLOB]: "BYTES",
  [Id.DATE]: "DATE",
  [Id.TIME]: "TIME",
  [Id.TIME_NS]: "TIME",
  [Id.TIMESTAMP]: "DATETIME",
  [Id.TIMESTAMP_S]: "DATETIME",
  [Id.TIMESTAMP_MS]: "DATETIME",
  [Id.TIMESTAMP_NS]: "DATETIME",
  [Id.TIMESTAMP_TZ]: "TIMESTAMP",
  [Id.INTERVAL]: "INTERVAL",
  [Id.GEOMETRY]: "GEOGRAPHY",
  [Id.UNION]: "JSON",
  [Id.VARIANT]: "JSON",
};

/** Types that the BigQuery type describes completely, without a native type. */
const plain: ReadonlySet<Id> = new Set([
  Id.BOOLEAN, Id.TINYINT, Id.SMALLINT, Id.INTEGER, Id.BIGINT, Id.UTINYINT, Id.USMALLINT, Id.UINTEGER, Id.DOUBLE,
  Id.VARCHAR, Id.BLOB, Id.DATE, Id.TIME, Id.TIMESTAMP, Id.TIMESTAMP_TZ, Id.INTERVAL, Id.DECIMAL,
]); // biome-ignore format: one list

const shownAsText: ReadonlySet<Id> = new Set([
  Id.ENUM, Id.UUID, Id.BIT, Id.TIME_TZ, Id.BIGNUM, Id.GEOMETRY, Id.SQLNULL, Id.ANY,
]); // biome-ignore format: one list

export const isJson = (type: DuckDBType): boolean => type.typeId === Id.VARCHAR && type.alias === "JSON";

/** The field of a column, a STRUCT's field or an element of this type. */
export const fieldOf = (name: string, type: DuckDBType, mode: Mode = "NULLABLE"): Field => {
  switch (type.typeId) {
    case Id.LIST:
    case Id.ARRAY: {
      const element = (type as DuckDBListType | DuckDBArrayType).valueType;
      const nativeType = type.typeId === Id.ARRAY ? { nativeType: String(type) } : {};
      const inner = fieldOf(name, element);
      return inner.mode === "REPEATED"
        ? { name, type: "ARRAY", mode: "REPEATED", fields: [{ ...inner, name: "element" }], ...nativeType }
        : { ...inner, mode: "REPEATED", ...nativeType };
    }
    case Id.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      const fields = [fieldOf("key", keyType), fieldOf("value", valueType)];
      return { name, type: "STRUCT", mode: "REPEATED", fields, nativeType: String(type) };
    }
    case Id.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      return {
        name,
        type: "STRUCT",
        mode,
        fields: entryTypes.map((entry, i) => fieldOf(entryNames[i]!, entry)),
      };
    }
    case Id.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      const fits = scale <= 9 && width - scale <= 29;
      return {
        name,
        type: fits ? "NUMERIC" : "BIGNUMERIC",
        mode,
        precision: String(width),
        scale: String(scale),
      };
    }
    default: {
      if (isJson(type)) return { name, type: "JSON", mode };
      const known = names[type.typeId] ?? "STRING";
      return plain.has(type.typeId)
        ? { name, type: known, mode }
        : { name, type: known, mode, nativeType: nativeName(type) };
    }
  }
};

/** The name of the native type, without the members of an ENUM, which are values of the data. */
const nativeName = (type: DuckDBType): string =>
  type.typeId === Id.ENUM ? "ENUM" : (type.alias ?? String(type));

/**
 * The expression that converts a value to a type with a counterpart in BigQuery; undefined if `x`
 * has one. A MAP becomes a list of entries, UNION and VARIANT become JSON, GEOMETRY becomes WKT,
 * and ENUM, UUID, BIT and TIMETZ become text.
 */
export const shown = (x: string, type: DuckDBType, depth = 0): string | undefined => {
  const variable = `e${depth}`;
  switch (type.typeId) {
    case Id.UNION:
      return `CAST(${x} AS JSON)`;
    case Id.VARIANT:
      // The cast turns NULL into the JSON value null.
      return `CASE WHEN ${x} IS NULL THEN NULL ELSE CAST(${x} AS JSON) END`;
    case Id.TIMESTAMP_S:
    case Id.TIMESTAMP_MS:
      return `CAST(${x} AS TIMESTAMP)`;
    case Id.LIST:
    case Id.ARRAY: {
      const element = shown(variable, (type as DuckDBListType | DuckDBArrayType).valueType, depth + 1);
      if (element === undefined && type.typeId === Id.LIST) return undefined;
      return `list_transform(${x}, lambda ${variable}: ${element ?? variable})`;
    }
    case Id.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      const key = shown(`${variable}.key`, keyType, depth + 1);
      const value = shown(`${variable}.value`, valueType, depth + 1);
      if (key === undefined && value === undefined) return `map_entries(${x})`;
      const entry = `{'key': ${key ?? `${variable}.key`}, 'value': ${value ?? `${variable}.value`}}`;
      return `list_transform(map_entries(${x}), lambda ${variable}: ${entry})`;
    }
    case Id.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      const entries = entryTypes.map((entry, i) => {
        const inner = `${x}.${dialect.identifier(entryNames[i]!).text}`;
        return { inner, name: entryNames[i]!, as: shown(inner, entry, depth) };
      });
      if (entries.every((entry) => entry.as === undefined)) return undefined;
      const packed = entries.map(
        ({ name, inner, as }) => `${dialect.identifier(name).text} := ${as ?? inner}`,
      );
      return `CASE WHEN ${x} IS NULL THEN NULL ELSE struct_pack(${packed.join(", ")}) END`;
    }
    default:
      return shownAsText.has(type.typeId) ? `CAST(${x} AS VARCHAR)` : undefined;
  }
};
