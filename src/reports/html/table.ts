/** Tables: with a caption, heads that say what they head, and a frame that scrolls where they are too wide. */
import type { Block, Cell } from "../Document.ts";
import { cellHtml } from "./cells.ts";
import { type Html, html, none, shortened } from "./Html.ts";

type Table = Extract<Block, { _tag: "Table" }>;

/** What scrolls by itself can be reached by the keyboard, and says what it is. */
export const scrollable = (label: string, content: Html): Html =>
  html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;

const head = ({ columns }: Table): Html =>
  html`<thead><tr>${columns.map(({ title, align }) =>
    title === ""
      ? html`<td>`
      : html`<th scope="col"${align === "right" ? html` class="n"` : none}>${shortened(title, 100)}`,
  )}</thead>`;

const cell = (one: Cell, isRight: boolean): Html =>
  html`<td${isRight ? html` class="n"` : none}>${cellHtml(one)}`;

const row = (cells: ReadonlyArray<Cell>, { columns }: Table): Html =>
  html`<tr>${cells.map((one, i) => cell(one, columns[i]?.align === "right"))}`;

/** The script makes tables of class `sortable` what they are called. */
export const tableHtml = (table: Table, label = "Table"): Html => {
  const title = table.title ?? label;
  const caption = table.title === undefined ? none : html`<caption>${shortened(table.title, 200)}</caption>`;
  const isSortable = table.rows.length > 2;
  return scrollable(
    title.slice(0, 100),
    html`<table${isSortable ? html` class="sortable"` : none}>${caption}${head(table)}<tbody>${table.rows.map((cells) => row(cells, table))}</tbody></table>`,
  );
};
