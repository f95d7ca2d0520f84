/**
 * Markup that only the template below can make: whatever else is put into it is text, made visible and escaped. End tags
 * that HTML does without (`</td>`, `</tr>`, `</dd>` …) are left out by those who use it: large pages have thousands.
 */

import { escapeControls, escapeControlsInLines } from "../../domain/EscapeControls.ts";
import * as Figures from "../../domain/Format.ts";

/** Text that is markup already. */
export class Html {
  constructor(readonly markup: string) {}
}

/** Nothing is shown for `false` and undefined. */
export type Part = Html | string | number | false | undefined | ReadonlyArray<Html>;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;",
}; // biome-ignore format: one list

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => entities[char]!);

const markupOf = (part: Part): string => {
  if (part === undefined || part === false) return "";
  if (part instanceof Html) return part.markup;
  if (typeof part === "object") return part.map((one) => one.markup).join("");
  return escaped(escapeControls(String(part)));
};

const tightened = new WeakMap<TemplateStringsArray, ReadonlyArray<string>>();

/** A template may be written on several lines: neither line ends nor what indents a line are part of the page. */
const tight = (strings: TemplateStringsArray): ReadonlyArray<string> => {
  const known = tightened.get(strings) ?? strings.map((text) => text.replaceAll(/\n\s*/g, ""));
  tightened.set(strings, known);
  return known;
};

/** Between tags or inside double quotes: strings are escaped, with control and direction characters as visible signs. */
export const html = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html =>
  new Html(tight(strings).reduce((all, text, i) => all + markupOf(parts[i - 1]) + text));

export const none = new Html("");

/** Our own style sheet, script or drawing, which holds nothing from outside. */
export const trusted = (markup: string): Html => new Html(markup);

/** Characters of a value on a page. */
const longest = 1000;

/** What is said where a text is only a part of the whole. */
export const cutAt = (length: number): Html =>
  html`<span class="cut">… cut, ${Figures.count(length)} characters</span>`;

/** Text of several lines, which stay; cut where it is too long. */
export const lines = (text: string): Html => {
  const shown = new Html(escaped(escapeControlsInLines(text.slice(0, longest))));
  return text.length <= longest ? shown : html`${shown}${cutAt(text.length)}`;
};

/** Its beginning where it is too long, and how long it is. */
export const shortened = (text: string, most = longest): Html =>
  text.length <= most ? html`${text}` : html`${text.slice(0, most)}${cutAt(text.length)}`;

/** A name: apart from the text around it, whichever direction it is written in. */
export const name = (text: string, most = 300): Html => html`<bdi>${shortened(text, most)}</bdi>`;
