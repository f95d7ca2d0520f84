/** Counts and values inside sentences. */

import * as Figures from "./Format.ts";
import type { Value } from "./Value.ts";

/** `about 3,000,000` where it is not exact. */
export const about = (value: number, exact: boolean): string =>
  `${exact ? "" : "about "}${Figures.count(value)}`;

/** `1 row`, `2 rows`. */
export const counted = (value: number, singular: string, plural = `${singular}s`): string =>
  `${Figures.count(value)} ${value === 1 ? singular : plural}`;

/** Cut to so many characters, the last of them an ellipsis. */
export const cut = (text: string, most: number): string => {
  if (text.length <= most) return text;
  // A character has two units at most; a text may have millions.
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
};

/** A value inside a sentence: short, strings in quotes with control characters escaped. */
export const quoted = (value: Value): string =>
  typeof value === "string" ? JSON.stringify(cut(value, 60)) : cut(JSON.stringify(value), 60);
