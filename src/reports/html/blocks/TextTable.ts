/**
 * Rows of cells as text: a line per row, tabs between its cells. The script makes a table of it when a reader opens
 * it, so that pages of many columns stay small and open quickly; without the script, the text can be read.
 */
import { type Html, html, trusted } from "../Html.ts";

/** A line of one cell is the caption. The template shows tabs and line feeds inside a cell as visible signs. */
export const textTable = (rows: ReadonlyArray<ReadonlyArray<string>>): Html =>
  html`<pre>${trusted(rows.map((cells) => cells.map((cell) => html`${cell}`.markup).join("\t")).join("\n"))}</pre>`;
