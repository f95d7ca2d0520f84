/** Sample rows: which columns they show, and where they come from. */
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

/** The chosen columns that stand below no other chosen one: whole columns, or STRUCT fields where only those were asked for. */
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

/** Whether rows can be listed free of charge: a stored table, no condition, the present time. */
export const isListable = (metadata: TableMetadata, target: Target, asOf: string | undefined): boolean =>
  target.where === undefined &&
  asOf === undefined &&
  !isPattern(metadata.reference) &&
  ["TABLE", "SNAPSHOT", "CLONE", "FILE"].includes(metadata.type);

/** The top-level columns that listing must fetch. */
export const topLevel = (columns: ReadonlyArray<ProfiledColumn>): ReadonlyArray<string> => [
  ...new Set(columns.flatMap(({ path: [head] }) => (head?._tag === "Name" ? [head.name] : []))),
];

/** A listed row by the paths of the sample's columns. */
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

/** A row that a statement wrote as JSON text. */
export const fromRaw =
  (columns: ReadonlyArray<ProfiledColumn>) =>
  (raw: Raw): Row =>
    Object.fromEntries(columns.map((column) => [column.name, decodeWhole(raw[column.name], column.field)]));

/** TO_JSON_STRING writes some numbers as strings, and fractions of seconds with zeros at their end. */
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
  // Inside others a JSON document is no text.
  return typeof raw === "object" ? (raw as Value) : (decodeValue(raw, field) ?? null);
};

/** The statement for sample rows where scans are free: values of their own types, which the engine decodes. */
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
