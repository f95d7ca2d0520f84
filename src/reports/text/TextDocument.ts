/** Renders a Document as lines of text. */

import { escapeControls } from "../../domain/EscapeControls.ts";
import { type Block, brief, type Document, type Severity } from "../Document.ts";
import type { Appearance } from "../Renderer.ts";
import { cellText } from "./Cells.ts";
import { type Style, style } from "./Style.ts";
import { table } from "./Table.ts";
import { pageWidth, wrapped } from "./Wrap.ts";

const marks: Readonly<Record<Severity, string>> = { warning: "!", notice: "•", info: "·" };
const paints = { warning: "warn", notice: "note", info: "muted" } as const;

const indent = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.map((line) => (line === "" ? "" : `  ${line}`));

/** The Document, starting with its title, without a final line feed. */
export const documentLines = (document: Document, appearance: Appearance): ReadonlyArray<string> => {
  const pen = style(appearance.color);
  return [
    ...wrapped(pen.strong(escapeControls(document.title)), appearance.width ?? Number.POSITIVE_INFINITY, ""),
    ...wrapped(escapeControls(document.headline), appearance.width, ""),
    ...blockLines(document.blocks, appearance.width, pen),
  ];
};

const blockLines = (
  blocks: ReadonlyArray<Block>,
  width: number | undefined,
  pen: Style,
): ReadonlyArray<string> =>
  brief(blocks).flatMap((block, i, all) => {
    const lines = oneBlock(block, width, pen);
    const together = block._tag === "Finding" && all[i - 1]?._tag === "Finding";
    return lines.length === 0 ? [] : together ? lines : ["", ...lines];
  });

const oneBlock = (
  block: ReturnType<typeof brief>[number],
  width: number | undefined,
  pen: Style,
): ReadonlyArray<string> => {
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
      return titled(
        block.title,
        pen,
        (titledWidth) =>
          table(
            block.columns.map((column, i) => ({
              ...column,
              title: escapeControls(column.title),
              whole: block.rows.some((row) => row[i]?._tag === "Spark"),
            })),
            block.rows.map((row) => row.map((cell) => cellText(cell, pen))),
            pen,
            titledWidth,
            block.keys,
          ),
        width,
        inner,
      );
    case "Section":
      return [
        pen.strong(escapeControls(block.title)),
        ...indent(dropLeading(blockLines(block.blocks, inner, pen))),
      ];
  }
};

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
