/** Buttons that open and close all of a section, when the script is there to do it. */
import { type Html, html } from "../Html.ts";

/** `what` is a selector. */
export const expanders = (what: string): Html => html`
  <button type="button" data-open="${what}">Expand all</button>
  <button type="button" data-close="${what}">Collapse all</button>`;
