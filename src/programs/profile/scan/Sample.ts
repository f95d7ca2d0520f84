/** Sample rows: their columns and their source. */
import type { TableMetadata } from "../../../domain/TableMetadata.ts";
import { isPattern } from "../../../domain/TableReference.ts";
import { elementOf, type Field } from "../../../domain/TableSchema.ts";
import type { Row, Value } from "../../../domain/Value.ts";
import type { ProfiledColumn } from "../../../scan/Columns.ts";
import { decodeValue } from "../../../scan/DecodeValue.ts";
import type { Target } from "../../../scan/Target.ts";
import type { LocalDialect } from "../../../sql/Dialect.ts";
import { integer, join, type Sql, sql } from "../../../sql/Sql.ts";
import type { Raw } from "../statistics/Statistic.ts";

/** The selected columns whose parent is not selected: whole columns, or STRUCT fields if only those were selected. */
export const sampleColumns = (columns: ReadonlyArray<ProfiledColumn>): ReadonlyArray<ProfiledColumn> => {
  const chosen = new Set(columns.map((column) => column.name));
  const rows = columns.filter((column) => column.source.index === 0);
  return rows.filter(
    (column) => !rows.some((other) => other !== column && chosen.has(other.name) && isAbove(other, column)),
  );
};

const isAbove = (above: ProfiledColumn, below: ProfiledColumn): boolean =>
  above.path.length < below.path.length &&
  above.path.every((step, i) => {
    const other = below.path[i];
    return step._tag === "Name" && other?._tag === "Name" && other.name === step.name;
  });

/** Whether rows can be listed free of charge: a stored table without condition, as of now. */
export const isListable = (metadata: TableMetadata, target: Target, asOf: string | undefined): boolean =>
  target.where === undefined &&
  asOf === undefined &&
  !isPattern(metadata.reference) &&
  ["TABLE", "SNAPSHOT", "CLONE", "FILE"].includes(metadata.type);

/** The top-level columns that a listing must fetch. */
export const topLevel = (columns: ReadonlyArray<ProfiledColumn>): ReadonlyArray<string> => [
  ...new Set(columns.flatMap(({ path: [head] }) => (head?._tag === "Name" ? [head.name] : []))),
];

/** Converts a listed row to the paths of the sample's columns. */
export const pick =
  (columns: ReadonlyArray<ProfiledColumn>) =>
  (row: Row): Row =>
    Object.fromEntries(columns.map((column) => [column.name, at(row, column)]));

const at = (row: Row, column: ProfiledColumn): Value =>
  column.path.reduce<Value>((value, step) => {
    if (step._tag !== "Name" || value === null || typeof value !== "object" || Array.isArray(value))
      return null;
    return (value as Row)[step.name] ?? null;
  }, row);

/** Converts a row from a statement's JSON text. */
export const fromRaw =
  (columns: ReadonlyArray<ProfiledColumn>) =>
  (raw: Raw): Row =>
    Object.fromEntries(columns.map((column) => [column.name, decodeWhole(raw[column.name], column.field)]));

/** TO_JSON_STRING writes some numbers as strings, and fractions of seconds with trailing zeros. */
const decodeWhole = (raw: unknown, field: Field): Value => {
  if (raw === null || raw === undefined) return null;
  if (field.mode === "REPEATED") {
    const element = elementOf(field);
    return (raw as ReadonlyArray<unknown>).map((value) => decodeWhole(value, element));
  }
  if (field.type === "STRUCT") {
    const values = raw as Raw;
    return Object.fromEntries((field.fields ?? []).map((f) => [f.name, decodeWhole(values[f.name], f)]));
  }
  // A nested JSON document is not encoded as a string.
  return typeof raw === "object" ? (raw as Value) : (decodeValue(raw, field) ?? null);
};

/** The statement for sample rows if scans are free: values keep their types, which the engine decodes. */
export const statement = (
  target: Target,
  columns: ReadonlyArray<ProfiledColumn>,
  limit: number,
  dialect: LocalDialect,
): Sql => {
  const shortened = dialect.shorten(columns.map(({ expression, field }) => [expression, field]));
  const values = columns.map(({ name }, i) => sql`${shortened[i]!} AS ${dialect.identifier(name)}`);
  const where = target.where === undefined ? sql`` : sql`\nWHERE ${target.where}`;
  return sql`SELECT ${join(values, ", ")}
FROM ${target.from}${where}
LIMIT ${integer(limit)}`;
};
