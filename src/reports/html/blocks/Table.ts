/** Tables with a heading, column headers with scope, and a scrollable frame. */

import { cut } from "../../../domain/Phrases.ts";
import type { Block, Cell } from "../../Document.ts";
import { type Html, html, none, shortened } from "../Html.ts";
import { cellHtml } from "./Cells.ts";
import { type HeadingContext, heading } from "./Heading.ts";
import { scrollable } from "./Scrollable.ts";

type Table = Extract<Block, { _tag: "Table" }>;

const head = ({ columns }: Table): Html =>
  html`<thead><tr>${columns.map(({ title, align }) =>
    title === ""
      ? html`<td>`
      : html`<th scope="col"${align === "right" ? html` class="n"` : none}>${shortened(title, 100)}`,
  )}</thead>`;

/** Longer words may break anywhere. */
const longWord = 30;

const isLong = (one: Cell): boolean => "text" in one && (one.text?.length ?? 0) > longWord;

const isEmpty = (one: Cell): boolean => one._tag === "Text" && one.text === "";

const look = (one: Cell, isRight: boolean): Html | false =>
  isRight ? html` class="n"` : isLong(one) && html` class="long"`;

const row = (cells: ReadonlyArray<Cell>, { columns, keys = 1 }: Table): Html =>
  html`<tr>${cells.map((one, i) => {
    const attributes = look(one, columns[i]?.align === "right");
    return i < keys && !isEmpty(one)
      ? html`<th scope="row"${attributes}>${cellHtml(one)}`
      : html`<td${attributes}>${cellHtml(one)}`;
  })}`;

/** Longer tables get a scrollable frame, so that the next part stays visible. */
const manyRows = 30;

/** The script sorts tables of class `sortable`. */
export const tableHtml = (table: Table, place: HeadingContext): Html => {
  const { title } = table;
  const label = shortLabel(title ?? place.within);
  const isSortable = table.rows.length > 2;
  const grid = scrollable(
    label,
    html`
      <table aria-label="${label}"${isSortable && html` class="sortable"`}>
        ${head(table)}
        <tbody>${table.rows.map((cells) => row(cells, table))}</tbody>
      </table>`,
    table.rows.length > manyRows,
  );
  return title === undefined ? grid : html`<section>${heading(place.level, label)}${grid}</section>`;
};

const shortLabel = (title: string): string => cut(title, 200);
