/** Builds statements that create a DuckDB table with BigQuery's types from plain objects. */
import { elementOf, type Field, type TableSchema, type TypeName } from "../../domain/TableSchema.ts";
import { dialect } from "../duckdb/dialect/Dialect.ts";

type PlainRow = Readonly<Record<string, unknown>>;

const types: Partial<Readonly<Record<TypeName, string>>> = {
  STRING: "VARCHAR", BYTES: "BLOB", INT64: "BIGINT", FLOAT64: "DOUBLE", BOOL: "BOOLEAN", DATE: "DATE",
  DATETIME: "TIMESTAMP", TIME: "TIME", TIMESTAMP: "TIMESTAMPTZ", JSON: "JSON", INTERVAL: "INTERVAL",
  GEOGRAPHY: "VARCHAR",
}; // biome-ignore format: one table

const identifier = (name: string): string => dialect.identifier(name).text;
const string = (text: string): string => dialect.string(text).text;

const typeOf = (field: Field): string => {
  if (field.mode === "REPEATED") return `${typeOf(elementOf(field))}[]`;
  if (field.type === "STRUCT")
    return `STRUCT(${(field.fields ?? []).map((inner) => `${identifier(inner.name)} ${typeOf(inner)}`).join(", ")})`;
  if (field.type === "NUMERIC" || field.type === "BIGNUMERIC")
    return `DECIMAL(${field.precision}, ${field.scale ?? 0})`;
  const type = types[field.type];
  if (type === undefined)
    throw new TypeError(`BigQueryTest: ${field.name}: the embedded engine has no type ${field.type}`);
  return type;
};

/** The structure of the values' JSON text: every scalar is a string. */
const structure = (field: Field): unknown => {
  if (field.mode === "REPEATED") return [structure(elementOf(field))];
  if (field.type === "STRUCT")
    return Object.fromEntries((field.fields ?? []).map((inner) => [inner.name, structure(inner)]));
  return field.type === "JSON" ? "JSON" : "VARCHAR";
};

const interval = (text: string): string => {
  const part = (i: number) => `regexp_extract(${text}, '^(-?\\d+)-(\\d+) (-?\\d+) (.+)$', ${i})`;
  return `CASE WHEN ${text} IS NOT NULL THEN CAST(concat(${part(1)}, ' years ', ${part(2)}, ' months ', ${part(3)}, ' days ', ${part(4)}) AS INTERVAL) END`;
};

/** The typed value of an expression of that structure. */
const decode = (text: string, field: Field, depth = 0): string => {
  if (field.mode === "REPEATED") {
    const element = `e${depth}`;
    // BigQuery stores a NULL array as an empty one.
    return `coalesce(list_transform(${text}, lambda ${element}: ${decode(element, elementOf(field), depth + 1)}), CAST([] AS ${typeOf(field)}))`;
  }
  switch (field.type) {
    case "STRUCT": {
      const members = (field.fields ?? []).map(
        (inner) => `${string(inner.name)}: ${decode(`${text}.${identifier(inner.name)}`, inner, depth)}`,
      );
      return `CASE WHEN ${text} IS NOT NULL THEN {${members.join(", ")}} END`;
    }
    case "BYTES":
      return `from_base64(${text})`;
    case "JSON":
      return text;
    case "INTERVAL":
      return interval(text);
    default:
      return `CAST(${text} AS ${typeOf(field)})`;
  }
};

/** Encodes a value for JSON. */
const encode = (value: unknown): unknown => {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encode(inner)]));
  return value;
};

const check = (table: string, schema: TableSchema, row: PlainRow): void => {
  const unknown = Object.keys(row).find((name) => !schema.some((field) => field.name === name));
  if (unknown !== undefined)
    throw new TypeError(`BigQueryTest: a row of ${table} has "${unknown}", which its schema does not`);
};

/** Creates and fills the table. */
export const insert = (
  table: string,
  target: string,
  schema: TableSchema,
  rows: ReadonlyArray<PlainRow>,
): ReadonlyArray<string> => {
  for (const row of rows) check(table, schema, row);
  const columns = schema.map(
    (field) => `${identifier(field.name)} ${typeOf(field)}${field.mode === "REQUIRED" ? " NOT NULL" : ""}`,
  );
  const create = `CREATE TABLE ${target} (${columns.join(", ")})`;
  if (rows.length === 0) return [create];
  const of = JSON.stringify([Object.fromEntries(schema.map((field) => [field.name, structure(field)]))]);
  const values = schema.map((field) => decode(`r.${identifier(field.name)}`, field));
  const json = JSON.stringify(rows.map(encode));
  return [
    create,
    `INSERT INTO ${target} SELECT ${values.join(", ")} FROM (SELECT unnest(from_json(${string(json)}, ${string(of)})) AS r)`,
  ];
};
