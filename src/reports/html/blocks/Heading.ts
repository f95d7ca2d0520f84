/** The position of a part of the page: its heading level, and the prefix of its IDs. */
import { type Html, html, trusted } from "../Html.ts";

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

/** `h2` for level 2; there are none beyond 6. */
export const headingTag = (level: number): Html => trusted(`h${Math.min(6, level)}`);

/** A heading, with how many things stand below it. */
export const heading = (level: number, title: string, count?: string): Html => {
  const tag = headingTag(level);
  return html`<${tag}>${title}${count !== undefined && html` <span class="count">${count}</span>`}</${tag}>`;
};
