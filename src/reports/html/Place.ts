/** Where on the page something stands: below which heading, and what its parts are called. */
import { type Html, html, none, trusted } from "./Html.ts";

export interface Place {
  /** Of the headings here: 2 for `<h2>`. */
  readonly level: number;
  /** What those headings stand below, for parts without a title. */
  readonly within: string;
  /** The id of a column's card. */
  readonly columnId: (path: string) => string;
  /** The id of a column's card where there is one to go to. */
  readonly linkTo: (path: string) => string | undefined;
}

const tag = (level: number): Html => trusted(`h${Math.min(6, level)}`);

/** A heading, with how many things stand below it. */
export const heading = Object.assign(
  (level: number, title: string, count?: string): Html =>
    html`<${tag(level)}>${title}${count === undefined ? none : html` <span class="count">${count}</span>`}</${tag(level)}>`,
  { tag },
);
