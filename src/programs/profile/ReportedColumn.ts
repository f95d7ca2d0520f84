/** What a column of a report is, read from its name and type. */
import { type Field, typeName } from "../../domain/TableSchema.ts";
import type { Value } from "../../domain/Value.ts";
import { type Kind, kindOf } from "../../scan/Kind.ts";
import type { ColumnProfile } from "./Profile.ts";
import { position } from "./statistics/Bins.ts";

type Typed = Pick<ColumnProfile, "name" | "type" | "mode">;

/** The field behind the column, without parameters and inner fields. An unknown type counts as JSON: opaque. */
export const fieldOf = (column: Typed): Field => ({
  name: column.name,
  type: typeName(/^\w+/.exec(column.type)?.[0] ?? "") ?? "JSON",
  mode: column.mode,
});

/** Where a value of the column lies on a line: see `position`. */
export const placeOf = (column: Typed, value: Value): number | undefined => position(value, fieldOf(column));

/** The family of types that the column belongs to. */
export const columnKind = (column: Typed): Kind => kindOf(fieldOf(column));

/** Of values that can be compared: dates with dates, numbers with numbers of any type. */
export const alike = (before: Typed, after: Typed): boolean => {
  const kind = columnKind(before);
  if (kind !== columnKind(after)) return false;
  return kind === "temporal" ? fieldOf(before).type === fieldOf(after).type : true;
};

/** Rows that hold a value. */
export const present = (column: Pick<ColumnProfile, "rows" | "nulls">): number =>
  Math.max(0, column.rows - column.nulls);

/** Whether a path lies below another: `items[].sku` below `items[]` and `items`. */
export const isBelow = (path: string, parent: string): boolean =>
  path.length > parent.length &&
  path.startsWith(parent) &&
  (path[parent.length] === "." || path.startsWith("[]", parent.length));

/** Whether the column's rows are elements of arrays, not rows of the table. */
export const isElement = (column: Pick<ColumnProfile, "name">): boolean =>
  // Inside backticks a name may hold brackets of its own.
  column.name.replaceAll(/`(?:[^`]|``)*`/g, "").includes("[]");

/** The type with the fields of a STRUCT left out, which are columns of their own: `ARRAY<STRUCT>`. */
export const outline = (type: string): string => {
  const start = type.indexOf("STRUCT<");
  if (start === -1) return type;
  const before = type.slice(0, start);
  return `${before}STRUCT${">".repeat(before.split("ARRAY<").length - 1)}`;
};
