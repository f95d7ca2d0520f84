/**
 * Aligned columns without borders. If they exceed the width of the terminal, columns are first truncated, then
 * continue in another band with the key columns repeated. Without a width, nothing is truncated.
 */

import { cutTo } from "../../domain/Phrases.ts";
import type { Style } from "./Style.ts";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Never truncated: a drawing. */
  readonly whole?: boolean;
}

const gap = "  ";
/** The minimum width of a truncated text column. */
const narrowest = 14;

const widthOf = (text: string): number => Bun.stringWidth(text);

/** Pads or truncates the text to `width` columns. */
const fit = (text: string, width: number, align: "left" | "right"): string => {
  const shown = cutTo(text, width);
  const padding = " ".repeat(Math.max(0, width - widthOf(shown)));
  return align === "left" ? shown + padding : padding + shown;
};

const total = (widths: ReadonlyArray<number>): number =>
  widths.reduce((sum, width) => sum + width, gap.length * Math.max(0, widths.length - 1));

const canShrink = (column: Column): boolean => column.align === "left" && column.whole !== true;

/** Narrows the widest text columns until all fit or none can be narrower. */
const shrink = (
  widths: ReadonlyArray<number>,
  columns: ReadonlyArray<Column>,
  room: number,
): ReadonlyArray<number> => {
  const given = [...widths];
  for (let over = total(given) - room; over > 0; ) {
    let widest = -1;
    columns.forEach((column, i) => {
      if (canShrink(column) && given[i]! > narrowest && (widest < 0 || given[i]! > given[widest]!))
        widest = i;
    });
    if (widest < 0) break;
    const others = given.filter((_, i) => i !== widest && canShrink(columns[i]!));
    const next = Math.max(narrowest, ...others.filter((width) => width < given[widest]!));
    const take = Math.max(1, Math.min(over, given[widest]! - next));
    given[widest]! -= take;
    over -= take;
  }
  return given;
};

/** If truncation is not enough, columns continue in another band and need less truncation. */
const widthsFor = (
  natural: ReadonlyArray<number>,
  columns: ReadonlyArray<Column>,
  room: number,
): ReadonlyArray<number> => {
  const shrunk = shrink(natural, columns, room);
  if (total(shrunk) <= room) return shrunk;
  const most = Math.max(narrowest, Math.floor((room - gap.length) / 2));
  return natural.map((width, i) => Math.min(width, canShrink(columns[i]!) || width > room ? most : width));
};

/** Groups columns into bands that fit, each starting with the key columns. */
const bands = (
  widths: ReadonlyArray<number>,
  room: number,
  keys: number,
): ReadonlyArray<ReadonlyArray<number>> => {
  const given = widths.map((_, i) => i);
  const isWide = (columns: ReadonlyArray<number>) => total(columns.map((i) => widths[i]!)) > room;
  const widest = Math.max(0, ...widths.slice(keys));
  const first = given.slice(0, keys);
  const leading = total([...first.map((i) => widths[i]!), widest]) > room ? [0] : first;
  const all: Array<Array<number>> = [[...leading]];
  for (const i of given.slice(leading.length)) {
    const band = all.at(-1)!;
    if (band.length > leading.length && isWide([...band, i])) all.push([...leading, i]);
    else band.push(i);
  }
  return all;
};

const naturalWidths = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
): ReadonlyArray<number> =>
  columns.map((column, i) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[i] ?? "")), widthOf(column.title)),
  );

/** The width of the table without truncation. */
export const widthOfTable = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
): number => total(naturalWidths(columns, rows));

/** The lines of a table. Cells are already rendered; the first `keys` columns identify a row. */
export const table = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  style: Style,
  room?: number,
  keys = 1,
): ReadonlyArray<string> => {
  if (columns.length === 0) return [];
  const natural = naturalWidths(columns, rows);
  const widths = room === undefined ? natural : widthsFor(natural, columns, room);
  const line = (band: ReadonlyArray<number>, text: (column: number) => string, paint = (s: string) => s) =>
    band
      .map((i) => paint(fit(text(i), widths[i]!, columns[i]!.align)))
      .join(gap)
      .replace(/ +((?:\u001b\[\d+m)*)$/, "$1");
  return (room === undefined ? [columns.map((_, i) => i)] : bands(widths, room, keys)).flatMap((band, n) => [
    ...(n === 0 ? [] : [""]),
    line(band, (i) => columns[i]!.title, style.muted),
    ...rows.map((row) => line(band, (i) => row[i] ?? "")),
  ]);
};
