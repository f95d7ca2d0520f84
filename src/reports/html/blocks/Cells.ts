/** Renders a cell of a Document as markup; rounded numbers include the exact number, for sorting and machines. */

import * as Format from "../../../domain/Format.ts";
import type { Cell, Span } from "../../Document.ts";
import { miniature } from "../charts/Svg.ts";
import { cutAt, type Html, html, lines, none, shortened } from "../Html.ts";

const unknown = html`<span class="muted" aria-label="none">–</span>`;

/** Adds the exact number if the shown one is rounded. */
const figure = <A extends number | string>(
  value: A | null,
  show: (value: A) => string,
  approximate = false,
): Html => {
  if (value === null) return unknown;
  const shown = show(value);
  const told = html`${approximate && "~"}${shown}`;
  return shown.replaceAll(",", "") === String(value) ? told : html`<data value="${value}">${told}</data>`;
};

/** A share from 0 to 1 as a bar, with the number next to it. */
export const bar = (share: number): Html => html`<span class="bar w${percent(share)}"></span>`;

/** Non-zero shares are at least 1%. */
export const percent = (share: number): number => {
  const whole = Math.round(Math.min(Math.max(share, 0), 1) * 100);
  return share > 0 ? Math.max(1, whole) : 0;
};

/** `place` is the context of the cell: a list of facts has room for exact bytes. */
export const cellHtml = (cell: Cell, place: "table" | "fact" = "table"): Html => {
  switch (cell._tag) {
    case "Text": {
      const text = place === "fact" ? lines(cell.text) : shortened(cell.text);
      return cell.emphasis === undefined ? text : html`<span class="${cell.emphasis}">${text}</span>`;
    }
    case "Count":
      return figure(cell.value, Format.count, cell.approximate);
    case "Number":
      return figure(cell.value, Format.measure, cell.approximate);
    case "Share":
      return cell.value === null
        ? unknown
        : html`${figure(cell.value, Format.share)}${place === "table" && cell.bar === true ? bar(cell.value) : none}`;
    case "Bytes":
      return figure(cell.value, place === "fact" ? Format.exactBytes : Format.bytes);
    case "Duration":
      return figure(cell.milliseconds, Format.duration);
    case "Value":
      return cell.text === null ? html`<span class="muted">NULL</span>` : valueHtml(cell.text, cell);
    case "Spark":
      return html`${cell.approximate === true && "~"}${miniature(cell.counts)}`;
  }
};

const valueHtml = (
  text: string,
  { changed, characters }: { readonly changed?: ReadonlyArray<Span>; readonly characters?: number },
): Html =>
  html`${changed === undefined ? shortened(text) : marked(text, changed)}${characters !== undefined && cutAt(characters)}`;

/** The changed parts, which the presenter has already shortened. */
const marked = (text: string, changed: ReadonlyArray<Span>): Html => {
  const parts: Array<Html> = [];
  let at = 0;
  for (const { from, to } of changed) {
    parts.push(html`${text.slice(at, from)}<mark>${text.slice(from, to)}</mark>`);
    at = to;
  }
  return html`${parts}${text.slice(at)}`;
};
