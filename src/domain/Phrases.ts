/** Counts and values for use in sentences. */

import * as Figures from "./Format.ts";
import type { Value } from "./Value.ts";

/** `about 3,000,000` if the value is not exact. */
export const about = (value: number, exact: boolean): string =>
  `${exact ? "" : "about "}${Figures.count(value)}`;

/** `1 row`, `2 rows`. */
export const counted = (value: number, singular: string, plural = `${singular}s`): string =>
  `${Figures.count(value)} ${value === 1 ? singular : plural}`;

/** Truncated to so many characters, the last of them an ellipsis. */
export const cut = (text: string, most: number): string => {
  if (text.length <= most) return text;
  // Only the start is split into characters: one has at most two units, and a text may have millions.
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
};

/** A value for use in a sentence: truncated, strings in quotes with control characters escaped. */
export const quoted = (value: Value): string =>
  typeof value === "string" ? JSON.stringify(cut(value, 60)) : cut(JSON.stringify(value), 60);

/** Truncated to so many terminal columns, with an ellipsis at the end. */
export const cutTo = (text: string, columns: number): string => {
  if (Bun.stringWidth(text) <= columns) return text;
  // The result is one column too wide if a wide character crosses the edge.
  for (let room = columns; room > 0; room--) {
    const shown = Bun.sliceAnsi(text, 0, room, { ellipsis: "…" });
    if (Bun.stringWidth(shown) <= columns) return shown;
  }
  return "";
};
