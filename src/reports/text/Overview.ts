/** The overview of a batch: one line per item, the worst first; two lines if one is too narrow. */
import { escapeControls } from "../../domain/EscapeControls.ts";
import * as Format from "../../domain/Format.ts";
import { counted } from "../../domain/Phrases.ts";
import type { Digest, Row } from "../BatchTable.ts";
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
  { columns: own, uneventful }: Pick<Overview, "columns" | "uneventful">,
  digest: Digest,
  pen: Style,
  width: number | undefined,
): ReadonlyArray<string> => {
  const columns: ReadonlyArray<Column> = [
    { title: "item", align: "left" },
    { title: "status", align: "left" },
    ...own,
    time,
  ];
  const lineOf = ({ name, status, cells, durationMs }: Row): Line => [
    escapeControls(name),
    pen[paints[status]](status),
    ...own.map((_, i) => {
      const cell = cells?.[i];
      return cell === undefined ? pen.muted(none) : cellText(cell, pen);
    }),
    status === "skipped" ? pen.muted(none) : Format.duration(durationMs),
  ];
  const { rows, moreRows } = digest;
  return [
    pen.strong("Overview"),
    ...(rows.length === 0 ? [] : itemLines(columns, rows.map(lineOf), pen, width)),
    ...(moreRows > 0 ? [`and ${counted(moreRows, "more item")} with a result; --full lists all`] : []),
    ...(digest.uneventful > 0 ? [`${counted(digest.uneventful, "item")} ${uneventful}`] : []),
  ];
};

/** Names are never truncated: if the table is too wide, the cells are on the line below the name. */
const itemLines = (
  columns: ReadonlyArray<Column>,
  lines: ReadonlyArray<Line>,
  pen: Style,
  width: number | undefined,
): ReadonlyArray<string> => {
  if (width === undefined || widthOfTable(columns, lines) <= width) return table(columns, lines, pen);
  return lines.flatMap(([name, status, ...cells]) => [
    ...wrapped(name, width),
    ...flowing([status, ...figuresOf(columns.slice(2), status, cells, pen)], " · ", width - 2).map(
      (line) => `  ${line}`,
    ),
  ]);
};

/** Cells with their titles, without empty ones; a text is shown once and without a title. */
const figuresOf = (
  columns: ReadonlyArray<Column>,
  status: string,
  cells: ReadonlyArray<string>,
  pen: Style,
): ReadonlyArray<string> =>
  cells.flatMap((cell, i) => {
    const { title, align } = columns[i]!;
    if ([none, Bun.stripANSI(status)].includes(Bun.stripANSI(cell))) return [];
    return align === "left" || title === time.title ? [cell] : [`${pen.muted(title)} ${cell}`];
  });
