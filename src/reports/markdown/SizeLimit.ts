/** Fits a report into GitHub's size limits: larger comments and summaries are rejected as a whole. */
import type { Piece } from "./MarkdownDocument.ts";

/** In bytes, below GitHub's limits of 65,536 characters and 1 MiB, so that a workflow can add its own text. */
export const limits = { comment: 65_000, summary: 1_000_000 } as const;

export const sizeOf = (text: string): number => Buffer.byteLength(text);

/** The rows that fit, and the number of those that do not. */
export const fitting = (
  rows: ReadonlyArray<string>,
  room: number,
): { readonly text: string; readonly left: number } => {
  let used = 0;
  const count = rows.findIndex((row) => {
    used += sizeOf(row);
    return used > room;
  });
  const shown = count < 0 ? rows.length : count;
  return { text: rows.slice(0, shown).join(""), left: rows.length - shown };
};

/**
 * The pieces that fit, with the last one possibly truncated by rows; undefined if all fit, else a text for the note.
 */
export const fit = (
  all: ReadonlyArray<Piece>,
  room: number,
): { readonly text: string; readonly cut: string | undefined } => {
  let text = "";
  let left = room;
  for (const [i, { opening, rows }] of all.entries()) {
    const found = fitting(rows, left - sizeOf(opening));
    if (sizeOf(opening) > left || (rows.length > 0 && found.left === rows.length)) {
      return { text, cut: `the last ${all.length - i} of ${all.length} parts` };
    }
    text += opening + found.text;
    left -= sizeOf(opening) + sizeOf(found.text);
    if (found.left > 0) {
      const later = all.length - i - 1;
      return { text, cut: `${found.left} rows${later > 0 ? `, and ${later} more parts` : ""}` };
    }
  }
  return { text, cut: undefined };
};
