/** Markdown for the generated docs. */

export const generated = "<!-- Made by `bun run docs`. Edit scripts/docs/, not this file. -->";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** A table with padded columns; columns that are empty in every row are left out. */
export const table = (titles: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const kept = titles.map((_, i) => i).filter((i) => rows.some((row) => row[i] !== ""));
  const cells = [titles, ...rows].map((row) => kept.map((i) => cell(row[i] ?? "")));
  const widths = kept.map((_, i) => Math.max(3, ...cells.map((row) => Bun.stringWidth(row[i]!))));
  const line = (row: ReadonlyArray<string>) =>
    `| ${row.map((text, i) => text + " ".repeat(widths[i]! - Bun.stringWidth(text))).join(" | ")} |`;
  const [head, ...body] = cells.map(line);
  return [head, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body].join("\n");
};

/** The text with its tables padded. */
export const padded = (text: string): string =>
  text.replace(/(?:^\|.*\|$\n?)+/gm, (found) => {
    const rows = found
      .trimEnd()
      .split("\n")
      .map((line) =>
        line
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((part) => part.trim().replaceAll("\\|", "|")),
      );
    const [head, , ...body] = rows;
    return `${table(head!, body)}\n`;
  });

export const code = (text: string): string => (text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``);

/** Blocks separated by empty lines, with a final line feed. */
export const page = (...blocks: ReadonlyArray<string>): string =>
  `${blocks.map((block) => block.trim()).join("\n\n")}\n`;
