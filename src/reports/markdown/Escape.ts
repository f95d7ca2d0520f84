/**
 * Escapes text from outside for GitHub's Markdown: it is shown verbatim and forms no markup, link, image,
 * mention, reference, emoji or formula, even inside HTML.
 */
import { escapeControls } from "../../domain/EscapeControls.ts";
import { cut } from "../../domain/Phrases.ts";

/** Maximum characters of a text. */
const longest = 1000;

const short = (text: string): string => escapeControls(cut(text, longest));

const entity = (char: string): string => `&#${char.codePointAt(0)};`;

/** Characters that could start or end markup; entities never do. Underscores within a word cannot. */
const markup = /[\\`*[\]|~$<>&"^]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/;

/**
 * GitHub searches the rendered text for these, so escaping does not help: mentions and addresses, issues,
 * links, emoji. A zero-width break after the match prevents it.
 */
const found = /@|#(?=\d)|\bGH-(?=\d)|\bwww(?=\.)|:(?=\/\/|(?!\d\d:)[\w+-]+:)/;

const special = new RegExp(`(?<markup>${markup.source})|${found.source}`, "gi");
const noWidth = "&#8203;";

/** Prose with names; not for the start of a line. Keeps blanks that HTML would collapse. */
export const inert = (text: string): string =>
  short(text)
    .replace(special, (char, inMarkup?: string) => (inMarkup === undefined ? char + noWidth : entity(char)))
    .replace(/^ +| {2,}/g, (blanks) => "&nbsp;".repeat(blanks.length));

/** Prose as a separate line, which forms no heading, list or rule. */
export const inertLine = (text: string): string =>
  inert(text)
    .replace(/^[-+=#]/, entity)
    .replace(/^\d+(?=[.)])/, (digits) => digits + noWidth);

/** A name or value as a code span, in which nothing is interpreted; a number as it is. */
export const code = (text: string): string => {
  const shown = short(text);
  if (shown === "" || /^-?\d[\d.,]*$/.test(shown)) return shown;
  const runs = shown.match(/`+/g) ?? [];
  const fence = "`".repeat(1 + runs.reduce((most, run) => Math.max(most, run.length), 0));
  const pad = /^[ `]|[ `]$/.test(shown) && /[^ ]/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
};

/**
 * A code span in a table cell, where a bar needs a backslash, and a
 * backslash before a bar cannot be represented.
 */
export const cellCode = (text: string): string =>
  code(text.replace(/\\(?=\|)/g, "\\u{5c}")).replaceAll("|", "\\|");

/** A code span in HTML, for the summary line of details. */
export const htmlCode = (text: string): string => `<code>${short(text).replace(/[<>&"]/g, entity)}</code>`;
