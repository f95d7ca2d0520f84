/** Formats counts and values for sentences. */

import * as Format from "./Format.ts";
import type { Value } from "./Value.ts";

/** `about 3,000,000` if the value is not exact. */
export const about = (value: number, exact: boolean): string =>
  `${exact ? "" : "about "}${Format.count(value)}`;

/** `1 row`, `2 rows`. */
export const counted = (value: number, singular: string, plural = `${singular}s`): string =>
  `${Format.count(value)} ${value === 1 ? singular : plural}`;

/** Truncates to at most `most` characters, with an ellipsis. */
export const cut = (text: string, most: number): string => {
  if (text.length <= most) return text;
  // Splits only the start: a character has at most two code units, and the text may have millions.
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
};

/** A value for a sentence: truncated; strings are quoted, with control characters escaped. */
export const quoted = (value: Value): string =>
  typeof value === "string" ? JSON.stringify(cut(value, 60)) : cut(JSON.stringify(value), 60);

/** Truncates to terminal columns, with an ellipsis. */
export const cutTo = (text: string, columns: number): string => {
  if (Bun.stringWidth(text) <= columns) return text;
  // The first result is a column too wide if a wide character crosses the edge.
  for (let room = columns; room > 0; room--) {
    const shown = Bun.sliceAnsi(text, 0, room, { ellipsis: "…" });
    if (Bun.stringWidth(shown) <= columns) return shown;
  }
  return "";
};
