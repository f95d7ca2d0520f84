/** The table of a batch, an item a line, the worst first; where a line has no room for its item, two lines. */
import { label, payloadOf, type Result } from "../../batch/Batch.ts";
import type { Program } from "../../batch/Program.ts";
import type { Status } from "../../batch/Result.ts";
import { printable } from "../printable.ts";
import { counted } from "../words.ts";
import { isUneventful, keepWorst, type Rank } from "../worst.ts";
import { cellText } from "./cells.ts";
import * as Figures from "./figures.ts";
import type { Style } from "./style.ts";
import { type Column, table, widthOfTable } from "./table.ts";
import { wrapped } from "./wrapped.ts";

/** Lines for the items of a long batch. */
const most = 100;

const paints = { ok: "good", different: "warn", failed: "bad", skipped: "muted" } as const;

const none = "-";
const time: Column = { title: "time", align: "right" };

export interface Overview<Payload> {
  readonly add: (rank: Rank, result: Result<Payload>) => void;
  readonly lines: (width: number | undefined) => ReadonlyArray<string>;
}

/** An item's name and its other cells, ready to be shown. */
type Line = readonly [name: string, status: string, ...cells: ReadonlyArray<string>];

/** `isCut`: keeps what a long batch shows, and counts the rest. */
export const make = <Item, Payload>(
  program: Program<Item, Payload>,
  pen: Style,
  isCut: boolean,
): Overview<Payload> => {
  const { columns: own, row, uneventful } = program.overview;
  const columns: ReadonlyArray<Column> = [
    { title: "item", align: "left" },
    { title: "status", align: "left" },
    ...own,
    time,
  ];
  const kept = keepWorst<Line>({ most: isCut ? most : Number.POSITIVE_INFINITY });
  const counts = { offered: 0, uneventful: 0 };
  const lineOf = (result: Result<Payload>): Line => {
    const payload = payloadOf(program, result);
    const cells = payload === undefined ? [] : row(payload).map((cell) => cellText(cell, pen));
    return [
      printable(label(result.item)),
      paint(pen, result.status),
      ...own.map((_, i) => cells[i] ?? pen.muted(none)),
      result.status === "skipped" ? pen.muted(none) : Figures.duration(result.durationMs),
    ];
  };
  return {
    add: (rank, result) => {
      // What gave no result is told below, with the reason.
      if (isCut && (result.status === "failed" || result.status === "skipped")) return;
      if (isCut && uneventful !== undefined && isUneventful(rank)) counts.uneventful++;
      else {
        counts.offered++;
        kept.offer(rank, () => lineOf(result));
      }
    },
    lines: (width) => {
      const lines = kept.values();
      return [
        ...(lines.length === 0 ? [] : itemLines(columns, lines, pen, width)),
        ...rest(counts.offered - lines.length, counts.uneventful, uneventful),
      ];
    },
  };
};

const paint = (pen: Style, status: Status): string => pen[paints[status]](status);

/** Names are never cut: where the table is too wide, the figures stand below the name. */
const itemLines = (
  columns: ReadonlyArray<Column>,
  lines: ReadonlyArray<Line>,
  pen: Style,
  width: number | undefined,
): ReadonlyArray<string> => {
  if (width === undefined || widthOfTable(columns, lines) <= width) return table(columns, lines, pen);
  return lines.flatMap(([name, status, ...cells]) => [
    ...wrapped(name, width),
    ...flowing([status, ...figuresOf(columns.slice(2), status, cells, pen)], width),
  ]);
};

/** Figures by their names, without those that are not there; texts speak for themselves, and once. */
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

/** Parts one after the other, none of them broken, moved in below a name. */
const flowing = (parts: ReadonlyArray<string>, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = `${last} · ${part}`;
    if (last === undefined || Bun.stringWidth(longer) > width) lines.push(`  ${part}`);
    else lines[lines.length - 1] = longer;
  }
  return lines;
};

const rest = (more: number, uneventful: number, word: string | undefined): ReadonlyArray<string> => [
  ...(more > 0 ? [`and ${counted(more, "more item")} with a result; --full lists all`] : []),
  ...(uneventful > 0 ? [`${counted(uneventful, "item")} ${word}`] : []),
];
