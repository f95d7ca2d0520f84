/** Texts on so many columns of a terminal. */

/** Where prose is wrapped when nobody says how wide the page is. */
export const pageWidth = 100;

/** Lines of at most `width` columns, all but the first moved in by `hang`. */
export const wrapped = (text: string, width = pageWidth, hang = "  "): ReadonlyArray<string> =>
  (Number.isFinite(width) ? Bun.wrapAnsi(text, Math.max(20, width - hang.length), { hard: true }) : text)
    .split("\n")
    .map((line, i) => (i === 0 ? line : hang + line));

/** Parts one after the other on lines of at most `width` columns, none of them broken. */
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
