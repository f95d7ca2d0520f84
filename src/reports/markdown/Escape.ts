/**
 * Text from outside made inert in Markdown as GitHub renders it: it shows as it is and forms no markup, link, image,
 * mention, reference, emoji or formula, within HTML as well.
 */
import { escapeControls } from "../../domain/EscapeControls.ts";
import { cut } from "../../domain/Phrases.ts";

/** Characters of any text; the report's room is for many of them. */
const longest = 1000;

const short = (text: string): string => escapeControls(cut(text, longest));

const entity = (char: string): string => `&#${char.codePointAt(0)};`;

/** What could begin or end markup; an entity never does. Underscores within a word cannot. */
const markup = /[\\`*[\]|~$<>&"^]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/;

/**
 * GitHub looks for these after Markdown is rendered, where escaping does not help: mentions and addresses, issues,
 * links, emoji. A break of no width after what was found ends it.
 */
const found = /@|#(?=\d)|\bGH-(?=\d)|\bwww(?=\.)|:(?=\/\/|(?!\d\d:)[\w+-]+:)/;

const special = new RegExp(`(?<markup>${markup.source})|${found.source}`, "gi");
const noWidth = "&#8203;";

/** Prose, and names in it; not fit to stand first on a line. Blanks that HTML would fold are kept. */
export const inert = (text: string): string =>
  short(text)
    .replace(special, (char, inMarkup?: string) => (inMarkup === undefined ? char + noWidth : entity(char)))
    .replace(/^ +| {2,}/g, (blanks) => "&nbsp;".repeat(blanks.length));

/** The same as a line of its own: no heading, no list, no rule. */
export const inertLine = (text: string): string =>
  inert(text)
    .replace(/^[-+=#]/, entity)
    .replace(/^\d+(?=[.)])/, (digits) => digits + noWidth);

/** A name or value on its own: code, in which nothing is looked for; a number as it is. */
export const code = (text: string): string => {
  const shown = short(text);
  if (shown === "" || /^-?\d[\d.,]*$/.test(shown)) return shown;
  const runs = shown.match(/`+/g) ?? [];
  const fence = "`".repeat(1 + runs.reduce((most, run) => Math.max(most, run.length), 0));
  const pad = /^[ `]|[ `]$/.test(shown) && /[^ ]/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
};

/** The same in a cell of a table, where a bar needs a backslash, and nothing can stand for a backslash before a bar. */
export const cellCode = (text: string): string =>
  code(text.replace(/\\(?=\|)/g, "\\u{5c}")).replaceAll("|", "\\|");

/** The same where only HTML is read: in the line that opens details. */
export const htmlCode = (text: string): string => `<code>${short(text).replace(/[<>&"]/g, entity)}</code>`;
