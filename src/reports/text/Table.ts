/**
 * Aligned columns without borders. On a terminal, columns that do not fit are first cut down, then go on below with the
 * first column repeated; where there is no width, nothing is cut.
 */

import { cutTo } from "../../domain/Phrases.ts";
import type { Style } from "./Style.ts";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Never cut: a drawing. */
  readonly whole?: boolean;
}

const gap = "  ";
/** A text column is not cut below this. */
const narrowest = 14;

const widthOf = (text: string): number => Bun.stringWidth(text);

/** The text on `width` columns. */
const fit = (text: string, width: number, align: "left" | "right"): string => {
  const shown = cutTo(text, width);
  const padding = " ".repeat(Math.max(0, width - widthOf(shown)));
  return align === "left" ? shown + padding : padding + shown;
};

const total = (widths: ReadonlyArray<number>): number =>
  widths.reduce((sum, width) => sum + width, gap.length * Math.max(0, widths.length - 1));

const canShrink = (column: Column): boolean => column.align === "left" && column.whole !== true;

/** Takes from the widest text columns until all fit, or none can give more. */
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

/** If cutting alone does not make room, columns go on below, and need not be cut so far. */
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

/** Which columns stand side by side: in every band first those that say what a row is about, as far as they fit. */
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

/** How wide the table is where nothing is cut. */
export const widthOfTable = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
): number => total(naturalWidths(columns, rows));

/** The lines of a table. Cells are ready to be shown, colours and all; the first `keys` say what a row is about. */
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
