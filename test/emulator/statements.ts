/** The statements that create and fill a table from its REST schema. */
import type { Field } from "./emulator.ts";

const restNames: Readonly<Record<string, string>> = { INTEGER: "INT64", FLOAT: "FLOAT64", BOOLEAN: "BOOL" };

const isStruct = ({ type }: Field) => type === "RECORD" || type === "STRUCT";

const elementType = (field: Field): string => {
  if (isStruct(field)) return `STRUCT<${columnList(field.fields ?? [])}>`;
  if (field.type === "RANGE") return `RANGE<${field.rangeElementType?.type ?? "DATE"}>`;
  return restNames[field.type] ?? field.type;
};

export const columnList = (fields: ReadonlyArray<Field>): string =>
  fields
    .map((field) => {
      const type = elementType(field);
      return `\`${field.name}\` ${field.mode === "REPEATED" ? `ARRAY<${type}>` : type}`;
    })
    .join(", ");

/** One value, or one element of an array, from the JSON at a path. */
const element = (field: Field, source: string, path: string, depth: number): string => {
  const at = `${source}, ${stringLiteral(path)}`;
  switch (field.type) {
    case "RECORD":
    case "STRUCT": {
      const fields = (field.fields ?? []).map(
        (child) => `${member(child, source, path, depth)} AS \`${child.name}\``,
      );
      return `IF(JSON_QUERY(${at}) IS NULL, NULL, STRUCT(${fields.join(", ")}))`;
    }
    case "STRING":
      return `JSON_VALUE(${at})`;
    case "BYTES":
      return `FROM_BASE64(JSON_VALUE(${at}))`;
    case "JSON":
      return `PARSE_JSON(JSON_QUERY(${at}))`;
    case "GEOGRAPHY":
      return `ST_GEOGFROMTEXT(JSON_VALUE(${at}))`;
    default:
      return `CAST(JSON_VALUE(${at}) AS ${elementType(field)})`;
  }
};

const member = (field: Field, source: string, parent: string, depth: number): string => {
  const path = `${parent}.${JSON.stringify(field.name)}`;
  if (field.mode !== "REPEATED") return element(field, source, path, depth);
  const item = `e${depth}`;
  const items = `UNNEST(JSON_QUERY_ARRAY(${source}, ${stringLiteral(path)})) AS ${item} WITH OFFSET AS o${depth}`;
  return `ARRAY(SELECT ${element(field, item, "$", depth + 1)} FROM ${items} ORDER BY o${depth})`;
};

const stringLiteral = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;

const asText = (value: unknown): unknown => {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asText(member)]));
};

/** Numbers as strings, because the emulator's JSON_VALUE prints 12345678 as 1.2345678e+07. */
export const rowText = (line: string, schema: ReadonlyArray<Field>): string => {
  const row = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const values = schema.map(({ name, type }) => [name, type === "JSON" ? row[name] : asText(row[name])]);
  return JSON.stringify(Object.fromEntries(values));
};

/** The statement that inserts the rows in `@rows`, a JSON array of the values of `rowText`. */
export const insertStatement = (table: string, schema: ReadonlyArray<Field>): string => {
  const names = schema.map(({ name }) => `\`${name}\``).join(", ");
  const values = schema.map((field) => member(field, "r", "$", 0)).join(", ");
  return `INSERT INTO ${table} (${names}) SELECT ${values} FROM UNNEST(JSON_QUERY_ARRAY(@rows)) AS r`;
};
