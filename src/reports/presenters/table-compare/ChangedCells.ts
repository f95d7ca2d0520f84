/**
 * Two different values as two cells with marked changes; long values are
 * truncated to the text around the first change.
 */
import * as Figures from "../../../domain/Format.ts";
import type { Value } from "../../../domain/Value.ts";
import { shown } from "../../../domain/Value.ts";
import { columnKind } from "../../../programs/profile/ReportedColumn.ts";
import { changedParts } from "../../../programs/table-compare/ChangedParts.ts";
import type { Cell, Span } from "../../Document.ts";
import * as Document from "../../Document.ts";

/**
 * A value of a row: numbers with every digit and separators, JSON with the quotes of its strings, everything else as
 * it is. Without the type, digits in text are text.
 */
export const text = (value: Value, type?: string): string => {
  if (type === "JSON") return JSON.stringify(value);
  const isNumber = typeof value === "number" || (typeof value === "string" && isNumeric(type));
  return isNumber ? Figures.digits(value) : shown(value);
};

export const isNumeric = (type: string | undefined): boolean =>
  type !== undefined && columnKind({ name: "", type, mode: "NULLABLE" }) === "number";

export const changedCells = (
  a: Value,
  b: Value,
  width: number,
  type?: string,
): readonly [a: Cell, b: Cell] => {
  if (a === null || b === null) return [lone(a, width, type), lone(b, width, type)];
  const [one, other] = [text(a, type), text(b, type)];
  const isLong = Math.max(one.length, other.length) > width;
  const from = isLong ? Math.max(0, common(one, other) - Math.floor(width / 4)) : 0;
  const [left, right] = [partOf(one, from, width), partOf(other, from, width)];
  const parts = changedParts(left, right);
  return [cellOf(one, left, parts.a), cellOf(other, right, parts.b)];
};

const lone = (value: Value, width: number, type: string | undefined): Cell => {
  if (value === null) return Document.value(null);
  const whole = text(value, type);
  return cellOf(whole, partOf(whole, 0, width), []);
};

const cellOf = (whole: string, part: string, changed: ReadonlyArray<Span>): Cell =>
  Document.value(part, {
    ...(changed.length === 0 ? {} : { changed }),
    ...(part === whole ? {} : { characters: whole.length }),
  });

/** The length of the common prefix in UTF-16 code units. */
const common = (a: string, b: string): number => {
  const most = Math.min(a.length, b.length);
  let i = 0;
  while (i < most && a[i] === b[i]) i++;
  return i;
};

/** `width` code units starting at `from`, with an ellipsis for omitted text. */
const partOf = (text: string, from: number, width: number): string =>
  `${from > 0 ? "…" : ""}${text.slice(from, from + width).toWellFormed()}${text.length > from + width ? "…" : ""}`;
