/**
 * The report for GitHub: a table of the items, then the Document of each, collapsed, the worst first. It fits a
 * comment of a pull request, with --full a job summary. Omits parts at the end that do not fit, with a note.
 */
import { Effect, Stream } from "effect";
import { payloadOf, type Result } from "../../batch/Batch.ts";
import type { Status } from "../../batch/Result.ts";
import * as Format from "../../domain/Format.ts";
import { counted, cut } from "../../domain/Phrases.ts";
import * as Digest from "../BatchTable.ts";
import { type Level, levelOf } from "../Document.ts";
import type { Presenter } from "../Presenter.ts";
import type { Report, WholeRenderer } from "../Renderer.ts";
import { pathLines } from "../text/ConcurrencyPath.ts";
import { statusesText, tookTexts } from "../text/Summary.ts";
import { isUneventful, keepWorst, rankOf } from "../WorstFirst.ts";
import { cellCode, code, htmlCode, inert } from "./Escape.ts";
import { cellMarkdown, pieces, table } from "./MarkdownDocument.ts";
import { fit, fitting, limits, sizeOf } from "./SizeLimit.ts";

/** Maximum characters of an item's name and of a failure's text. */
const longestName = 200;
const longestText = 500;

const icons: Readonly<Record<Status, string>> = { failed: "❌", different: "🔶", skipped: "⏭️", ok: "✅" };

export const markdown: WholeRenderer = {
  _tag: "Whole",
  render: (report, { full = false }) => Stream.fromEffect(whole(report, full)),
};

/** Its memory is bounded by the size limit. */
const whole = <Payload>(report: Report<Payload>, full: boolean) =>
  Effect.gen(function* () {
    const { program, presenter, results, summary } = report;
    const limit = full ? limits.summary : limits.comment;
    const isCut = !full && summary.total > 1;
    const level = levelOf(summary.total, full);
    const collector = Digest.make(presenter, isCut);
    const details = keepWorst<string>({ most: Number.POSITIVE_INFINITY, room: limit, weigh: sizeOf });
    let presentable = 0;
    yield* Stream.runForEach(results, (result) =>
      Effect.sync(() => {
        const payload = payloadOf(program, result);
        const rank = rankOf(presenter, result, payload);
        collector.add(rank, result, payload);
        if (payload === undefined) return;
        if (isCut && isUneventful(rank)) return;
        presentable++;
        details.offer(rank, () => detail(presenter, payload, result, level, limit / 2));
      }),
    );
    const head = headOf(report, collector.digest(), limit);
    const shown = fitting(details.values(), limit - sizeOf(head) - longestText);
    const left = presentable - (details.values().length - shown.left);
    return head + shown.text + (left === 0 ? "" : leftOut(left, presentable, full));
  });

const leftOut = (left: number, all: number, full: boolean): string => {
  const room = full
    ? "they exceed the size limit of a job summary; the json report has all"
    : "they exceed the size limit of a comment; --full allows as much as a job summary";
  return `\n*The details of ${Format.count(left)} of ${counted(all, "item")} are omitted: ${room}.*\n`;
};

/** One item's Document, collapsed. */
const detail = <Payload>(
  presenter: Presenter<Payload>,
  payload: Payload,
  result: Result<Payload>,
  level: Level,
  room: number,
): string => {
  const document = presenter.present(payload, result);
  const verdict = document.verdict?.text ?? result.status;
  const verdictText = document.headline.startsWith(verdict) ? "" : `<b>${inert(verdict)}</b>: `;
  const name = htmlCode(cut(document.title, longestName));
  const title = `${icons[result.status]} ${name} ${verdictText}${inert(cut(document.headline, longestText))}`;
  const body = fit(pieces(document, level), room - sizeOf(title));
  const note = body.cut === undefined ? "" : `\n*Truncated: ${body.cut}; the json report has all.*\n`;
  return `\n<details${level === "brief" ? " open" : ""}><summary>${title}</summary>\n${body.text}${note}\n</details>\n`;
};

/** The status of the batch, its table, and the items without a result. */
const headOf = <Payload>(
  { presenter, run, summary }: Report<Payload>,
  digest: Digest.Digest,
  limit: number,
): string => {
  const { columns, uneventful } = presenter.overview;
  const own = Digest.figuresOf(presenter.overview, digest.rows);
  const { head, rows } = table(
    [
      { title: "item", align: "left" },
      { title: "result", align: "left" },
      ...own.map(({ title }) => ({ title, align: "right" as const })),
      { title: "time", align: "right" },
    ],
    digest.rows.map((row) => [
      cellCode(cut(row.name, longestName)),
      `${icons[row.status]} ${inert(Digest.outcomeOf({ columns }, row))}`,
      ...own.map(({ i }) => (row.cells?.[i] === undefined ? "" : cellMarkdown(row.cells[i]))),
      row.status === "skipped" ? "" : Format.duration(row.durationMs),
    ]),
  );
  const shown = fitting(rows, limit / 2);
  const more = digest.moreRows + shown.left;
  const below = [
    ...(more > 0 ? [`And ${counted(more, "more item")} with a result.`] : []),
    ...(digest.uneventful > 0 ? [`${icons.ok} ${counted(digest.uneventful, "item")} ${uneventful}.`] : []),
    ...digest.remarks.map(
      ({ text, name, items }) =>
        `Note on ${items > 1 ? counted(items, "item") : code(cut(name, longestName))}: ${inert(cut(text, longestText))}.`,
    ),
  ];
  return [
    `### ${run.tool}: ${statusesText(summary)}\n\n${[...tookTexts(summary), ...pathLines(summary)].map(inert).join(" · ")}\n`,
    ...(rows.length === 0 ? [] : [`\n${head}${shown.text}`]),
    ...below.map((text) => `\n${text}\n`),
    troubles(digest, limit / 4),
  ].join("");
};

const troubles = ({ failures, moreFailures, skipped, moreSkipped }: Digest.Digest, room: number): string => {
  const because = (error: Digest.Digest["failures"][number]["error"]): string =>
    error === undefined ? "" : inert(cut(`${error.message}; ${error.remedy}`, longestText));
  const name = (text: string): string => code(cut(text, longestName));
  const lines = [
    ...failures.map(
      ({ name: item, error }) =>
        `- ${icons.failed} **failed** ${error?.message.includes(item) ? "" : `${name(item)}: `}${because(error)}\n`,
    ),
    ...skipped.map(({ error, names: [first = "", ...others], more }) => {
      const count = others.length + more;
      const rest = count > 0 ? ` and ${counted(count, "more", "more")}` : "";
      return `- ${icons.skipped} **skipped** ${name(first)}${rest}: ${because(error)}\n`;
    }),
  ];
  if (lines.length === 0) return "";
  const shown = fitting(lines, room);
  const more = shown.left + moreFailures + moreSkipped;
  return `\n**Without a result**\n\n${shown.text}${more > 0 ? `- and ${counted(more, "more", "more")}\n` : ""}`;
};
