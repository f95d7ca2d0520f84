/** Renders a Document as pieces of Markdown, so that a report can end after any piece. */
import { type Block, brief, type Cell, type Document, type Level, type Severity } from "../Document.ts";
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
export const pieces = ({ blocks }: Document, level: Level): ReadonlyArray<Piece> =>
  piecesOf(brief(blocks, level));

/** A table cell or a fact; a fact also has the exact number. */
export const cellMarkdown = (cell: Cell, as: "cell" | "fact" = "cell"): string => {
  switch (cell._tag) {
    case "Value":
      return cell.text === null ? "" : as === "cell" ? cellCode(cell.text) : code(cell.text);
    case "Text":
      return cell.emphasis === "strong" && /^\S/.test(cell.text)
        ? `**${inert(cell.text)}**`
        : inert(cell.text);
    case "Share":
      // A bar would need a fixed-width font to line up.
      return inert(cellText({ ...cell, bar: false }, plain));
    case "Spark":
      return code(cellText(cell, plain));
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
    case "Table": {
      const { head, rows } = table(
        block.columns,
        block.rows.map((row) => row.map((cell) => cellMarkdown(cell))),
      );
      return [{ opening: `${titled(block.title)}${head}`, rows }];
    }
    case "Section":
      return [{ opening: `${titled(block.title)}`, rows: [] }, ...piecesOf(brief(block.blocks))];
  }
};

const titled = (title: string | undefined): string => (title === undefined ? "" : `**${inert(title)}**\n\n`);

/** Longer cells are not padded. */
const widestPadding = 60;

/** The head with its delimiter row, and the rows, of cells that are Markdown; columns line up in the source, too. */
export const table = (
  columns: Extract<Block, { _tag: "Table" }>["columns"],
  rows: ReadonlyArray<ReadonlyArray<string>>,
): { readonly head: string; readonly rows: ReadonlyArray<string> } => {
  const titles = columns.map(({ title }) => inert(title));
  const widths = titles.map((title, i) => {
    const widest = rows.reduce((most, row) => Math.max(most, Bun.stringWidth(row[i] ?? "")), 3);
    return Math.min(widestPadding, Math.max(widest, Bun.stringWidth(title)));
  });
  const line = (cells: ReadonlyArray<string>): string => {
    const padded = cells.map((cell, i) => {
      const padding = " ".repeat(Math.max(0, (widths[i] ?? 0) - Bun.stringWidth(cell)));
      return columns[i]?.align === "right" ? padding + cell : cell + padding;
    });
    return `| ${padded.join(" | ")} |\n`;
  };
  const delimiters = columns.map(({ align }, i) => {
    const dashes = "-".repeat((widths[i] ?? 3) - 1);
    return align === "right" ? `${dashes}:` : `:${dashes}`;
  });
  return { head: line(titles) + line(delimiters), rows: rows.map(line) };
};
