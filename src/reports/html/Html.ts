/**
 * Markup that only this template creates: other values are escaped as text, with control characters visible. Callers
 * omit optional end tags (`</td>`, `</tr>`, `</dd>` …), because large pages have thousands.
 */

import { escapeControls, escapeControlsInLines } from "../../domain/EscapeControls.ts";
import * as Format from "../../domain/Format.ts";

/** Markup. */
export class Html {
  constructor(readonly markup: string) {}
}

/** `false` and undefined render as nothing. */
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

/** Removes line feeds and indentation from multi-line templates. */
const tight = (strings: TemplateStringsArray): ReadonlyArray<string> => {
  const known = tightened.get(strings) ?? strings.map((text) => text.replaceAll(/\n\s*/g, ""));
  tightened.set(strings, known);
  return known;
};

/**
 * For content between tags or inside double quotes: escapes strings, with control and direction characters as visible
 * signs.
 */
export const html = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html =>
  new Html(tight(strings).reduce((all, text, i) => all + markupOf(parts[i - 1]) + text));

export const none = new Html("");

/** The project's own style sheet, script or drawing, without any text from outside. */
export const trusted = (markup: string): Html => new Html(markup);

/** Maximum characters of a value on a page. */
const longest = 1000;

/** A note that a text is truncated. */
export const cutAt = (length: number): Html =>
  html`<span class="cut">… cut, ${Format.count(length)} characters</span>`;

/** Text of several lines, truncated if it is too long. */
export const lines = (text: string): Html => {
  const shown = new Html(escaped(escapeControlsInLines(text.slice(0, longest))));
  return text.length <= longest ? shown : html`${shown}${cutAt(text.length)}`;
};

/** Truncates a long text and notes its full length. */
export const shortened = (text: string, most = longest): Html =>
  text.length <= most ? html`${text}` : html`${text.slice(0, most)}${cutAt(text.length)}`;

/** A name, isolated from the direction of the surrounding text. */
export const name = (text: string, most = 300): Html => html`<bdi>${shortened(text, most)}</bdi>`;
