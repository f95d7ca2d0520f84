/** Renders a Document as lines of text. */

import { escapeControls } from "../../domain/EscapeControls.ts";
import { type Block, brief, type Cell, type Document, type Level, type Severity } from "../Document.ts";
import type { Appearance } from "../Renderer.ts";
import { cellText } from "./Cells.ts";
import { type Style, style } from "./Style.ts";
import { type Layout, layout, linesOf } from "./Table.ts";
import { pageWidth, wrapped } from "./Wrap.ts";

const marks: Readonly<Record<Severity, string>> = { warning: "!", notice: "•", info: "·" };
const paints = { warning: "warn", notice: "note", info: "muted" } as const;

const indent = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.map((line) => (line === "" ? "" : `  ${line}`));

/** The Document, starting with its title, without a final line feed. */
export const documentLines = (
  document: Document,
  appearance: Appearance,
  level: Level = "brief",
): ReadonlyArray<string> => {
  const pen = style(appearance.color);
  return [
    ...wrapped(pen.strong(escapeControls(document.title)), appearance.width ?? Number.POSITIVE_INFINITY, ""),
    ...wrapped(escapeControls(document.headline), appearance.width, ""),
    ...blockLines(brief(document.blocks, level), appearance.width, pen),
  ];
};

type Brief = ReturnType<typeof brief>[number];

const blockLines = (
  blocks: ReadonlyArray<Brief>,
  width: number | undefined,
  pen: Style,
): ReadonlyArray<string> =>
  blocks.flatMap((block, i, all) => {
    const lines = oneBlock(block, width, pen);
    const together = block._tag === "Finding" && all[i - 1]?._tag === "Finding";
    return lines.length === 0 ? [] : together ? lines : ["", ...lines];
  });

const oneBlock = (block: Brief, width: number | undefined, pen: Style): ReadonlyArray<string> => {
  const page = width ?? pageWidth;
  const inner = width === undefined ? undefined : Math.max(20, width - 2);
  switch (block._tag) {
    case "Paragraph":
      return block.text.split(/\r?\n/).flatMap((line) => wrapped(escapeControls(line), page, ""));
    case "Finding": {
      const mark = pen[paints[block.severity]](`${marks[block.severity]} ${escapeControls(block.subject)}`);
      return wrapped(`${mark}: ${escapeControls(block.text)}`, page, "    ");
    }
    case "Facts": {
      const room = Math.max(0, ...block.facts.map((fact) => Bun.stringWidth(escapeControls(fact.label))));
      return block.facts.flatMap((fact) => {
        const label = escapeControls(fact.label);
        const name = pen.muted(label + " ".repeat(room - Bun.stringWidth(label)));
        return wrapped(`${name}  ${cellText(fact.cell, pen, true)}`, page, " ".repeat(room + 2));
      });
    }
    case "Table":
      return titled(block.title, pen, (room) => tableLines(block, room, pen), width, inner);
    case "Section":
      return [
        pen.strong(escapeControls(block.title)),
        ...indent(dropLeading(blockLines(brief(block.blocks), inner, pen))),
      ];
  }
};

type Table = Extract<Block, { _tag: "Table" }>;

/** Sparklines have half as many bins if this keeps them beside the first columns. */
const tableLines = (block: Table, room: number | undefined, pen: Style): ReadonlyArray<string> => {
  const isSpark = (i: number): boolean => block.rows.some((row) => row[i]?._tag === "Spark");
  const columns = block.columns.map((column, i) => ({
    ...column,
    title: escapeControls(column.title),
    whole: isSpark(i),
  }));
  const layoutOf = (change: (cell: Cell) => Cell) =>
    layout(
      columns,
      block.rows.map((row) => row.map((cell) => cellText(change(cell), pen))),
      room,
      block.keys,
    );
  const whole = layoutOf((cell) => cell);
  if (whole.isOneBand || !columns.some((column) => column.whole)) return linesOf(whole, pen);
  const narrow = layoutOf(halved);
  const isBeside = ({ bands: [first] }: Layout): boolean =>
    columns.every((column, i) => !column.whole || first?.includes(i) === true);
  const isBetter = narrow.isOneBand || whole.bands.length === 1 || (isBeside(narrow) && !isBeside(whole));
  return linesOf(isBetter ? narrow : whole, pen);
};

const halved = (cell: Cell): Cell =>
  cell._tag === "Spark"
    ? {
        ...cell,
        counts: cell.counts.flatMap((count, i) => (i % 2 === 0 ? [count + (cell.counts[i + 1] ?? 0)] : [])),
      }
    : cell;

const dropLeading = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines[0] === "" ? lines.slice(1) : lines;

const titled = (
  title: string | undefined,
  pen: Style,
  body: (width: number | undefined) => ReadonlyArray<string>,
  width: number | undefined,
  inner: number | undefined,
): ReadonlyArray<string> =>
  title === undefined ? body(width) : [pen.strong(escapeControls(title)), ...indent(body(inner))];
