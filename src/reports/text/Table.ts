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

/** A table with the widths and the bands of its columns. */
export interface Layout {
  readonly columns: ReadonlyArray<Column>;
  readonly rows: ReadonlyArray<ReadonlyArray<string>>;
  readonly widths: ReadonlyArray<number>;
  readonly bands: ReadonlyArray<ReadonlyArray<number>>;
  /** Whether all columns are beside each other, untruncated. */
  readonly isOneBand: boolean;
}

/** Cells are already rendered; the first `keys` columns identify a row. */
export const layout = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  room?: number,
  keys = 1,
): Layout => {
  const natural = naturalWidths(columns, rows);
  if (room === undefined || total(natural) <= room) {
    return { columns, rows, widths: natural, bands: [columns.map((_, i) => i)], isOneBand: true };
  }
  const widths = widthsFor(natural, columns, room);
  return { columns, rows, widths, bands: bands(widths, room, keys), isOneBand: false };
};

/** The lines of a table. A row without values in a further band is not repeated there. */
export const linesOf = ({ columns, rows, widths, bands }: Layout, style: Style): ReadonlyArray<string> => {
  if (columns.length === 0) return [];
  const line = (band: ReadonlyArray<number>, text: (column: number) => string, paint = (s: string) => s) =>
    band
      .map((i) => paint(fit(text(i), widths[i]!, columns[i]!.align)))
      .join(gap)
      .replace(/ +((?:\u001b\[\d+m)*)$/, "$1");
  const leading = bands.length < 2 ? 0 : bands[1]!.findIndex((i, n) => bands[0]![n] !== i);
  return bands.flatMap((band, n) => [
    ...(n === 0 ? [] : [""]),
    line(band, (i) => columns[i]!.title, style.muted),
    ...rows
      .filter((row) => n === 0 || band.slice(leading).some((i) => (row[i] ?? "") !== ""))
      .map((row) => line(band, (i) => row[i] ?? "")),
  ]);
};

/** The lines of a table in its layout. */
export const table = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  style: Style,
  room?: number,
  keys = 1,
): ReadonlyArray<string> => linesOf(layout(columns, rows, room, keys), style);
