/** The position of a part of the page: its heading level, and the prefix of its IDs. */
import { type Html, html, trusted } from "../Html.ts";

export interface HeadingContext {
  /** The level of its headings: 2 for `<h2>`. */
  readonly level: number;
  /** The title of the enclosing part, for parts without a title. */
  readonly within: string;
  /** The id of a column's card. */
  readonly columnId: (path: string) => string;
  /** The id of a column's card, if it is on the page. */
  readonly linkTo: (path: string) => string | undefined;
}

/** `h2` for level 2; at most `h6`. */
export const headingTag = (level: number): Html => trusted(`h${Math.min(6, level)}`);

/** A heading with an optional count. */
export const heading = (level: number, title: string, count?: string): Html => {
  const tag = headingTag(level);
  return html`<${tag}>${title}${count !== undefined && html` <span class="count">${count}</span>`}</${tag}>`;
};
