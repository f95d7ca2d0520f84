/** Wraps text to the columns of a terminal. */

/** The line width if the width of the terminal is unknown. */
export const pageWidth = 100;

/** Lines of at most `width` columns; all but the first are indented by `hang`. */
export const wrapped = (text: string, width = pageWidth, hang = "  "): ReadonlyArray<string> =>
  (Number.isFinite(width) ? Bun.wrapAnsi(text, Math.max(20, width - hang.length), { hard: true }) : text)
    .split("\n")
    .map((line, i) => (i === 0 ? line : hang + line));

/** Joins parts into lines of at most `width` columns without breaking a part. */
export const flowing = (
  parts: ReadonlyArray<string>,
  between: string,
  width = pageWidth,
): ReadonlyArray<string> => {
  const lines: Array<string> = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = `${last}${between}${part}`;
    if (last === undefined || Bun.stringWidth(longer) > width) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  return lines;
};
