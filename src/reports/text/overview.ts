/** The end of a batch's report: every item on a line, what failed and why, and what it took. */
import { label, payloadOf, type Result } from "../../batch/Batch.ts";
import type { Program } from "../../batch/Program.ts";
import type { ResultBase, Status, Summary } from "../../batch/Result.ts";
import { printable } from "../printable.ts";
import { cellText } from "./cells.ts";
import * as Figures from "./figures.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

const paints = { ok: "good", different: "warn", failed: "bad", skipped: "muted" } as const;

/** What the overview keeps of a result: a few cells. */
export interface Line {
  readonly name: string;
  readonly status: Status;
  readonly durationMs: number;
  readonly cells: ReadonlyArray<string>;
  readonly error: ResultBase["error"];
}

export const lineOf = <Item, Payload>(
  program: Program<Item, Payload>,
  result: Result<Payload>,
  pen: Style,
): Line => {
  const payload = payloadOf(program, result);
  const cells = payload === undefined ? [] : program.overview.row(payload).map((cell) => cellText(cell, pen));
  const { status, durationMs, error } = result;
  return { name: printable(label(result.item)), status, durationMs, cells, error };
};

/** The table of all items, and the failures below it. */
export const overviewLines = <Item, Payload>(
  program: Program<Item, Payload>,
  lines: ReadonlyArray<Line>,
  pen: Style,
  width?: number,
): ReadonlyArray<string> => {
  const columns = [
    { title: "item", align: "left" as const },
    { title: "status", align: "left" as const },
    ...program.overview.columns,
    { title: "time", align: "right" as const },
  ];
  const rows = lines.map((line) => [
    line.name,
    pen[paints[line.status]](line.status),
    ...program.overview.columns.map((_, i) => line.cells[i] ?? pen.muted("-")),
    line.status === "skipped" ? pen.muted("-") : Figures.duration(line.durationMs),
  ]);
  const failed = lines
    .filter((line) => line.status === "failed")
    .flatMap((line) => wrapped(failure(line, pen), width));
  const skipped = skippedLines(lines, pen).flatMap((line) => wrapped(line, width));
  return [
    pen.strong("Overview"),
    ...table(columns, rows, pen, width),
    ...(failed.length + skipped.length === 0
      ? []
      : ["", pen.strong("Without a result"), ...failed, ...skipped]),
  ];
};

const because = (error: ResultBase["error"]): string =>
  error === undefined ? "" : `${printable(error.message)}; ${printable(error.remedy)}`;

const failure = (line: Line, pen: Style): string => {
  const text = because(line.error);
  return `${pen.bad("failed:")} ${text.includes(line.name) ? text : `${line.name}: ${text}`}`;
};

/** One line a reason: many items are skipped for the same. */
const skippedLines = (lines: ReadonlyArray<Line>, pen: Style): ReadonlyArray<string> => {
  const byReason = new Map<string, Array<string>>();
  for (const line of lines) {
    if (line.status !== "skipped") continue;
    const reason = because(line.error);
    byReason.set(reason, [...(byReason.get(reason) ?? []), line.name]);
  }
  return [...byReason].map(([reason, names]) => `${pen.muted("skipped:")} ${names.join(", ")}: ${reason}`);
};

const wrapped = (text: string, width = 100): ReadonlyArray<string> =>
  Bun.wrapAnsi(text, Math.max(20, width - 2), { hard: true })
    .split("\n")
    .map((part, i) => (i === 0 ? part : `  ${part}`));

const many = (n: number, one: string, more = `${one}s`): string =>
  `${Figures.count(n)} ${n === 1 ? one : more}`;

/** `5 items: 4 ok, 1 failed; 3.2 s, 3.7 times as fast as one by one; 1.2 GB billed` */
export const summaryLines = (summary: Summary, width: number | undefined): ReadonlyArray<string> =>
  wrapped(summaryText(summary), width);

const summaryText = (summary: Summary): string => {
  const statuses = (["ok", "different", "failed", "skipped"] as const)
    .filter((status) => summary[status] > 0)
    .map((status) => `${Figures.count(summary[status])} ${status}`);
  const counted = summary.total < 1 ? "no items" : `${many(summary.total, "item")}: ${statuses.join(", ")}`;
  const faster =
    summary.total > 1 && summary.speedup >= 1.1
      ? ` (${Figures.measure(summary.speedup)} times as fast as one by one)`
      : "";
  return [
    summary.interrupted ? `interrupted; ${counted}` : counted,
    `${Figures.duration(summary.wallMs)}${faster}`,
    ...((summary.bytesBilled ?? 0) === 0 ? [] : [`${Figures.bytes(summary.bytesBilled ?? 0)} billed`]),
    ...(summary.retries === 0 ? [] : [many(summary.retries, "call repeated", "calls repeated")]),
  ].join("; ");
};
