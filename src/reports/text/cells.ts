/** A cell of a Document as text for a terminal. */
import type { Cell } from "../Document.ts";
import { printable } from "../printable.ts";
import * as Figures from "./figures.ts";
import type { Style } from "./style.ts";

const none = "-";

const figure = (value: number | null, show: (value: number) => string, approximate = false): string =>
  value === null ? none : `${approximate ? "~" : ""}${show(value)}`;

/** The cell in a table; `exact` also tells what a human unit rounds away. */
export const cellText = (cell: Cell, style: Style, exact = false): string => {
  switch (cell._tag) {
    case "Text": {
      const text = printable(cell.text);
      return cell.emphasis === undefined ? text : style[cell.emphasis](text);
    }
    case "Count":
      return figure(cell.value, Figures.count, cell.approximate);
    case "Number":
      return figure(cell.value, Figures.measure, cell.approximate);
    case "Share":
      return figure(cell.value, Figures.share);
    case "Bytes":
      return figure(cell.value, exact ? Figures.exactBytes : Figures.bytes);
    case "Duration":
      return figure(cell.milliseconds, Figures.duration);
    case "Value":
      return cell.text === null ? style.muted(none) : printable(cell.text);
    case "Spark":
      return style.note(Figures.spark(cell.counts));
  }
};
