/** Buttons that expand and collapse a whole section, shown if the script runs. */
import { type Html, html } from "./Html.ts";

/** `what` is a selector. */
export const expanders = (what: string): Html => html`
  <button type="button" data-open="${what}">Expand all</button>
  <button type="button" data-close="${what}">Collapse all</button>`;
