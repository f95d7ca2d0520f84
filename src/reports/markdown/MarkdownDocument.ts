/** Renders a Document as pieces of Markdown, so that a report can end after any piece. */
import { type Block, brief, type Cell, type Document, type Severity } from "../Document.ts";
import { cellText } from "../text/Cells.ts";
import { style } from "../text/Style.ts";
import { cellCode, code, inert, inertLine } from "./Escape.ts";

/** A self-contained piece of Markdown; the last of its `rows` may be omitted. */
export interface Piece {
  readonly opening: string;
  readonly rows: ReadonlyArray<string>;
}

type Brief = ReturnType<typeof brief>[number];

const plain = style(false);
const marks: Readonly<Record<Severity, string>> = { warning: "⚠️ warning", notice: "notice", info: "info" };

/** The Document's blocks; the caller renders its title and headline. */
export const pieces = ({ blocks }: Document): ReadonlyArray<Piece> => piecesOf(brief(blocks));

/** A table cell or a fact; a fact also has the exact number. */
export const cellMarkdown = (cell: Cell, as: "cell" | "fact" = "cell"): string => {
  switch (cell._tag) {
    case "Value":
      return cell.text === null ? "" : as === "cell" ? cellCode(cell.text) : code(cell.text);
    case "Text":
      return cell.emphasis === "strong" && /^\S/.test(cell.text)
        ? `**${inert(cell.text)}**`
        : inert(cell.text);
    default:
      return inert(cellText(cell, plain, as === "fact"));
  }
};

const piecesOf = (blocks: ReadonlyArray<Brief>): ReadonlyArray<Piece> =>
  blocks.flatMap((block, i) => {
    const goesOn = block._tag === "Finding" && blocks[i - 1]?._tag === "Finding";
    const [first, ...others] = onePiece(block);
    return first === undefined
      ? []
      : [goesOn ? first : { ...first, opening: `\n${first.opening}` }, ...others];
  });

const onePiece = (block: Brief): ReadonlyArray<Piece> => {
  switch (block._tag) {
    case "Paragraph":
      return [{ opening: `${block.text.split(/\r?\n/).map(inertLine).join("  \n")}\n`, rows: [] }];
    case "Finding": {
      const { severity, subject, text } = block;
      return [{ opening: `- **${marks[severity]}** ${code(subject)}: ${inert(text)}\n`, rows: [] }];
    }
    case "Facts":
      // A different list marker separates this list from the findings.
      return [
        {
          opening: "",
          rows: block.facts.map(
            ({ label, cell }) => `* **${inert(label)}**: ${cellMarkdown(cell, "fact")}\n`,
          ),
        },
      ];
    case "Table":
      return [
        {
          opening: `${titled(block.title)}${tableHead(block.columns)}`,
          rows: block.rows.map((row) => tableRow(row.map((cell) => cellMarkdown(cell)))),
        },
      ];
    case "Section":
      return [{ opening: `${titled(block.title)}`, rows: [] }, ...piecesOf(brief(block.blocks))];
  }
};

const titled = (title: string | undefined): string => (title === undefined ? "" : `**${inert(title)}**\n\n`);

/** The table header with its delimiter row. */
export const tableHead = (columns: Extract<Block, { _tag: "Table" }>["columns"]): string =>
  tableRow(columns.map(({ title }) => inert(title))) +
  tableRow(columns.map(({ align }) => (align === "right" ? "--:" : ":--")));

/** A row of cells that are already Markdown. */
export const tableRow = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |\n`;
