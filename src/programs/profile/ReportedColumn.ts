/** Derives the field and kind of a report's column from its name and type. */
import { type Field, typeName } from "../../domain/TableSchema.ts";
import type { Value } from "../../domain/Value.ts";
import { type Kind, kindOf } from "../../scan/Kind.ts";
import type { ColumnProfile } from "./Profile.ts";
import { position } from "./statistics/Bins.ts";

type Typed = Pick<ColumnProfile, "name" | "type" | "mode">;

/** The field of the column, without parameters and inner fields. An unknown type is treated as JSON. */
export const fieldOf = (column: Typed): Field => ({
  name: column.name,
  type: typeName(/^\w+/.exec(column.type)?.[0] ?? "") ?? "JSON",
  mode: column.mode,
});

/** The position of a value of the column on an axis: see `position`. */
export const placeOf = (column: Typed, value: Value): number | undefined => position(value, fieldOf(column));

/** The kind of the column's type. */
export const columnKind = (column: Typed): Kind => kindOf(fieldOf(column));

/** Whether values can be compared: dates with dates, and numbers with numbers of any type. */
export const alike = (before: Typed, after: Typed): boolean => {
  const kind = columnKind(before);
  if (kind !== columnKind(after)) return false;
  return kind === "temporal" ? fieldOf(before).type === fieldOf(after).type : true;
};

/** The number of rows that are not NULL. */
export const present = (column: Pick<ColumnProfile, "rows" | "nulls">): number =>
  Math.max(0, column.rows - column.nulls);

/** Whether a path is below another: `items[].sku` is below `items[]` and `items`. */
export const isBelow = (path: string, parent: string): boolean =>
  path.length > parent.length &&
  path.startsWith(parent) &&
  (path[parent.length] === "." || path.startsWith("[]", parent.length));

/** Whether the column's rows are array elements. */
export const isElement = (column: Pick<ColumnProfile, "name">): boolean =>
  // A quoted name may contain brackets.
  column.name.replaceAll(/`(?:[^`]|``)*`/g, "").includes("[]");

/** The type without the fields of a STRUCT, which are separate columns: `ARRAY<STRUCT>`. */
export const outline = (type: string): string => {
  const start = type.indexOf("STRUCT<");
  if (start === -1) return type;
  const before = type.slice(0, start);
  return `${before}STRUCT${">".repeat(before.split("ARRAY<").length - 1)}`;
};
