/** A cell of a Document as text for a terminal. */

import { escapeControls } from "../../domain/EscapeControls.ts";
import * as Format from "../../domain/Format.ts";
import type { Cell, Span } from "../Document.ts";
import type { Style } from "./Style.ts";

const none = "-";

const figure = <A extends number | string>(
  value: A | null,
  show: (value: A) => string,
  approximate = false,
): string => (value === null ? none : `${approximate ? "~" : ""}${show(value)}`);

/** The cell in a table; `exact` adds the exact number to a rounded unit. */
export const cellText = (cell: Cell, style: Style, exact = false): string => {
  switch (cell._tag) {
    case "Text": {
      const text = escapeControls(cell.text);
      return cell.emphasis === undefined ? text : style[cell.emphasis](text);
    }
    case "Count":
      return figure(cell.value, Format.count, cell.approximate);
    case "Number":
      return figure(cell.value, Format.measure, cell.approximate);
    case "Share":
      return (cell.bar ?? false) && (cell.value ?? 0) >= leastShare
        ? withBar(cell.value ?? 0, style)
        : figure(cell.value, Format.share);
    case "Bytes":
      return figure(cell.value, exact ? Format.exactBytes : Format.bytes);
    case "Duration":
      return figure(cell.milliseconds, Format.duration);
    case "Value":
      return cell.text === null ? style.muted(none) : marked(cell.text, cell.changed ?? [], style);
    case "Spark":
      return style.note(`${cell.approximate === true ? "~" : ""}${Format.spark(cell.counts)}`);
  }
};

/** The width of a bar and of the longest share, in columns. */
const barWidth = 5;
const shareWidth = 6;

/** The smallest share with a bar: an eighth of a column. */
const leastShare = 1 / (8 * barWidth);

/** Of constant width, so that bars are aligned. */
const withBar = (value: number, style: Style): string =>
  style.note(Format.bar(value, 1, barWidth).padEnd(barWidth)) + Format.share(value).padStart(1 + shareWidth);

/** The value with its changed parts highlighted. */
const marked = (text: string, changed: ReadonlyArray<Span>, style: Style): string => {
  let at = 0;
  const parts = changed.map(({ from, to }) => {
    const part = escapeControls(text.slice(at, from)) + style.warn(escapeControls(text.slice(from, to)));
    at = to;
    return part;
  });
  return parts.join("") + escapeControls(text.slice(at));
};
