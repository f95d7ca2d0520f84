/** The overview of a batch: one line per item, the worst first; two lines if one is too narrow. */
import { escapeControls } from "../../domain/EscapeControls.ts";
import * as Format from "../../domain/Format.ts";
import { counted } from "../../domain/Phrases.ts";
import { type Digest, figuresOf, outcomeOf, type Row } from "../BatchTable.ts";
import type { Presenter } from "../Presenter.ts";
import { cellText } from "./Cells.ts";
import type { Style } from "./Style.ts";
import { type Column, table, widthOfTable } from "./Table.ts";
import { flowing, wrapped } from "./Wrap.ts";

const paints = { ok: "good", different: "warn", failed: "bad", skipped: "muted" } as const;

const none = "-";
const time: Column = { title: "time", align: "right" };

/** An item's name and cells, rendered. */
type Line = readonly [name: string, status: string, ...cells: ReadonlyArray<string>];

type Overview = Presenter<never>["overview"];

export const overviewLines = (
  { columns: given, uneventful }: Pick<Overview, "columns" | "uneventful">,
  digest: Digest,
  pen: Style,
  width: number | undefined,
): ReadonlyArray<string> => {
  const { rows, moreRows } = digest;
  const own = figuresOf({ columns: given }, rows);
  const columns: ReadonlyArray<Column> = [
    { title: "item", align: "left" },
    { title: "result", align: "left" },
    ...own,
    time,
  ];
  const isOk = rows.every(({ status }) => status === "ok");
  const lineOf = (row: Row): Line => [
    escapeControls(row.name),
    pen[paints[row.status]](outcomeOf({ columns: given }, row)),
    ...own.map(({ i }) => {
      const cell = row.cells?.[i];
      return cell === undefined ? pen.muted(none) : cellText(cell, pen);
    }),
    row.status === "skipped" ? pen.muted(none) : Format.duration(row.durationMs),
  ];
  return [
    ...(rows.length === 0
      ? [pen.strong("Overview")]
      : itemLines(columns, rows.map(lineOf), pen, width, isOk)),
    ...(moreRows > 0 ? [`and ${counted(moreRows, "more item")} with a result; --full lists all`] : []),
    ...(digest.uneventful > 0 ? [`${counted(digest.uneventful, "item")} ${uneventful}`] : []),
    ...digest.remarks.flatMap(({ text, name, items }) =>
      wrapped(
        `${pen.muted("note:")} ${escapeControls(items > 1 ? counted(items, "item") : name)}: ${escapeControls(text)}`,
        width,
      ),
    ),
  ];
};

/**
 * One line per item. Names are never truncated: if the table is too wide, the folder of all names moves to the title; if
 * it still is, the cells are on the line below the name.
 */
const itemLines = (
  columns: ReadonlyArray<Column>,
  lines: ReadonlyArray<Line>,
  pen: Style,
  width: number | undefined,
  canDrop: boolean,
): ReadonlyArray<string> => {
  const title = pen.strong("Overview");
  const folder = commonFolder(lines.map(([name]) => name));
  const short = lines.map(([name, ...rest]): Line => [name.slice(folder.length), ...rest]);
  for (const count of countsOf(columns.length, canDrop)) {
    const some = columns.slice(0, count);
    const fits = (all: ReadonlyArray<Line>) =>
      width === undefined ||
      widthOfTable(
        some,
        all.map((line) => line.slice(0, count)),
      ) <= width;
    if (fits(lines)) return [title, ...table(some, lines, pen)];
    if (folder !== "" && fits(short)) {
      return [...wrapped(`${title} of ${folder}`, width), ...table(some, short, pen)];
    }
  }
  return [
    title,
    ...lines.flatMap(([name, status, ...cells]) => [
      ...wrapped(name, width),
      ...flowing([status, ...labelled(columns.slice(2), cells, pen)], " · ", (width ?? 100) - 2).map(
        (line) => `  ${line}`,
      ),
    ]),
  ];
};

/** All columns, or without the last one or two, such as time and size, which matter least. */
const countsOf = (all: number, canDrop: boolean): ReadonlyArray<number> =>
  [all, ...(canDrop ? [all - 1, all - 2] : [])].filter((count) => count === all || count > 2);

/** The start that all names share, up to a separator. */
const commonFolder = (names: ReadonlyArray<string>): string => {
  const [first = "", ...others] = names;
  let length = first.length;
  for (const name of others) {
    let same = 0;
    while (same < length && same < name.length && name[same] === first[same]) same++;
    length = same;
  }
  // Tables have no folder, but a dataset; the sides of a pair have none in common.
  if (names.some((name) => name.includes(" : "))) return "";
  const separated = names.some((name) => name.includes("/")) ? /^.*\//s : /^.*\./s;
  return separated.exec(first.slice(0, length))?.[0] ?? "";
};

/** Cells with their titles, without empty ones. */
const labelled = (
  columns: ReadonlyArray<Column>,
  cells: ReadonlyArray<string>,
  pen: Style,
): ReadonlyArray<string> =>
  cells.flatMap((cell, i) => {
    const { title } = columns[i]!;
    if (Bun.stripANSI(cell) === none) return [];
    return title === time.title ? [cell] : [`${pen.muted(title)} ${cell}`];
  });
