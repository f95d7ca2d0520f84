/**
 * Markup that only the template below can make: whatever else is put into it is text, made visible and escaped. End tags
 * that HTML does without (`</td>`, `</tr>`, `</dd>` …) are left out by those who use it: large pages have thousands.
 */
import { printable, printableLines } from "../printable.ts";
import * as Figures from "../text/figures.ts";

/** Text that is markup already. */
export class Html {
  constructor(readonly markup: string) {}
}

export type Part = Html | string | number | undefined | ReadonlyArray<Html>;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;",
}; // biome-ignore format: one list

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => entities[char]!);

const markupOf = (part: Part): string => {
  if (part === undefined) return "";
  if (part instanceof Html) return part.markup;
  if (typeof part === "object") return part.map((one) => one.markup).join("");
  return escaped(printable(String(part)));
};

/** Between tags or inside double quotes: strings are escaped, with control and direction characters as visible signs. */
export const html = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html =>
  new Html(strings.reduce((all, text, i) => all + markupOf(parts[i - 1]) + text));

export const none = new Html("");

/** Our own style sheet, script or drawing, which holds nothing from outside. */
export const trusted = (markup: string): Html => new Html(markup);

/** Text of several lines, which stay. */
export const lines = (text: string): Html => new Html(escaped(printableLines(text)));

/** Characters of a value on a page. */
const longest = 1000;

/** Its beginning where it is too long, and how long it is. */
export const shortened = (text: string, most = longest): Html =>
  text.length <= most
    ? html`${text}`
    : html`${text.slice(0, most)}<span class="cut">… cut, ${Figures.count(text.length)} characters</span>`;

/** A name: apart from the text around it, whichever direction it is written in. */
export const name = (text: string, most = 300): Html => html`<bdi>${shortened(text, most)}</bdi>`;
