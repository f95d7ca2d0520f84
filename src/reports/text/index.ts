/**
 * The report for a person at a terminal: how the batch stands, the Documents with the worst first, and an overview
 * where the eye ends up. Of a long batch only what needs a reader is shown; the rest is counted.
 */
import { Effect, Stream } from "effect";
import { payloadOf } from "../../batch/Batch.ts";
import type { Summary } from "../../batch/Result.ts";
import type { SpoolError } from "../../batch/Spool.ts";
import type { Appearance, Report, WholeRenderer } from "../Renderer.ts";
import { isUneventful, keepWorst, rankOf } from "../worst.ts";
import { documentLines } from "./document.ts";
import * as Figures from "./figures.ts";
import * as Overview from "./overview.ts";
import { type Style, style } from "./style.ts";
import { statusesText, summaryLines } from "./summary.ts";
import * as Troubles from "./troubles.ts";

/** A batch of more items is a long one; as many of its Documents are shown. */
const mostDocuments = 20;

const paragraphs = (lines: ReadonlyArray<string>): string => `${lines.join("\n")}\n`;

export const text: WholeRenderer = {
  _tag: "Whole",
  render: (report, appearance) => {
    const { summary } = report;
    if (summary.total <= 1) return alone(report, appearance);
    if (appearance.full === true && summary.total > mostDocuments) return everything(report, appearance);
    return Stream.unwrap(theWorst(report, appearance));
  },
};

/** What a lone item took stands in its Document; a lone failure is told of on stderr, and there is no report. */
const alone = <Item, Payload>({ program, results, summary }: Report<Item, Payload>, appearance: Appearance) =>
  results.pipe(
    Stream.map((result) => {
      const payload = payloadOf(program, result);
      if (payload === undefined) return "";
      return paragraphs(documentLines(program.present(payload, result), appearance)) + cost(summary);
    }),
    Stream.filter((part) => part !== ""),
  );

const cost = ({ bytesBilled }: Summary): string =>
  bytesBilled === null || bytesBilled === 0 ? "" : `\n${Figures.exactBytes(bytesBilled)} billed\n`;

/** One look at all results; what it keeps of them does not grow with the batch. */
const theWorst = <Item, Payload>(report: Report<Item, Payload>, appearance: Appearance) =>
  Effect.gen(function* () {
    const { program, results, summary } = report;
    const pen = style(appearance.color);
    const isLong = summary.total > mostDocuments;
    const documents = keepWorst<string>({ most: mostDocuments });
    const overview = Overview.make(program, pen, isLong);
    const troubles = Troubles.make(pen, isLong);
    let presentable = 0;
    yield* Stream.runForEach(results, (result) =>
      Effect.sync(() => {
        const rank = rankOf(program, result);
        overview.add(rank, result);
        troubles.add(rank, result);
        const payload = payloadOf(program, result);
        if (payload === undefined) return;
        presentable++;
        if (isLong && program.overview.uneventful !== undefined && isUneventful(rank)) return;
        documents.offer(rank, () => paragraphs(documentLines(program.present(payload, result), appearance)));
      }),
    );
    const shown = documents.values();
    const opening = [
      pen.strong(statusesText(summary)),
      ...(shown.length === presentable ? [] : [cutText(shown.length, summary.total)]),
      "",
    ];
    const closing = closingText(summary, overview, troubles, pen, appearance);
    return Stream.fromIterable([paragraphs(opening), ...shown.map((part) => `${part}\n`), closing]);
  });

/** Says what is missing and how to see it. */
const cutText = (shown: number, total: number): string =>
  shown === 0
    ? `None of them needs a reader; --full shows all ${Figures.count(total)}.`
    : `Below ${shown === 1 ? "is the one that needs" : `are the ${shown} that most need`} a reader, the worst first; --full shows all ${Figures.count(total)}.`;

/** Those that differ first, each kind in the order of the items, so that nothing need be kept. */
const everything = <Item, Payload>(
  report: Report<Item, Payload>,
  appearance: Appearance,
): Stream.Stream<string, SpoolError> => {
  const { program, results, summary } = report;
  const pen = style(appearance.color);
  const overview = Overview.make(program, pen, false);
  const troubles = Troubles.make(pen, false);
  const documents = (wanted: "different" | "ok") =>
    results.pipe(
      Stream.filter(({ status }) => status === wanted),
      Stream.map((result) => {
        const payload = payloadOf(program, result);
        if (payload === undefined) return "";
        return `${paragraphs(documentLines(program.present(payload, result), appearance))}\n`;
      }),
    );
  const look = Stream.runForEach(results, (result) =>
    Effect.sync(() => {
      const rank = rankOf(program, result);
      overview.add(rank, result);
      troubles.add(rank, result);
    }),
  );
  return Stream.make(paragraphs([pen.strong(statusesText(summary)), ""])).pipe(
    Stream.concat(documents("different")),
    Stream.concat(documents("ok")),
    Stream.concat(
      Stream.fromEffect(Effect.map(look, () => closingText(summary, overview, troubles, pen, appearance))),
    ),
  );
};

const closingText = <Payload>(
  summary: Summary,
  overview: Overview.Overview<Payload>,
  troubles: Troubles.Troubles,
  pen: Style,
  { width }: Appearance,
): string =>
  paragraphs([
    pen.strong("Overview"),
    ...overview.lines(width),
    ...troubles.lines(width),
    "",
    ...summaryLines(summary, width),
  ]);
