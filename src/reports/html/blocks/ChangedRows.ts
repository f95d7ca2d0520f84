/** A block per changed row: the key, then each changed value of A above that of B. */
import type { Cell } from "../../Document.ts";
import type { ChangedRows } from "../../Drawing.ts";
import { type Html, html, name } from "../Html.ts";
import { cellHtml } from "./Cells.ts";
import { type HeadingContext, heading } from "./Heading.ts";
import { scrollable } from "./Scrollable.ts";

/** More blocks scroll in a frame of their own, so that the next part stays in sight. */
const manyRows = 30;

export const changedRowsHtml = ({ title, keys, rows }: ChangedRows, place: HeadingContext): Html => html`
  <section>
    ${heading(place.level, title)}
    ${scrollable(
      title,
      html`<ol class="changes">${rows.map(
        ({ key, cells }) => html`
          <li>
            <p>${key.map((cell, i) => html`<span class="muted">${name(keys[i] ?? "", 60)}</span> <b>${cellHtml(cell)}</b> `)}</p>
            <dl>${cells.map(
              ({ column, a, b }) => html`
                <div><dt>${name(column, 100)}${side("a", "A", "−", a)}${side("b", "B", "+", b)}</div>`,
            )}</dl>`,
      )}</ol>`,
      rows.length > manyRows,
    )}
  </section>`;

const side = (kind: "a" | "b", label: string, sign: string, cell: Cell): Html =>
  html`<dd class="${kind}"><span class="sign" aria-hidden="true">${sign}</span><span class="vh">${label}: </span>${cellHtml(cell)}`;
