/**
 * The report for a terminal: the status of the batch, its Documents with the worst first, and an overview at the end.
 * For a long batch, shows only the items that need attention and counts the rest.
 */
import { Effect, Stream } from "effect";
import { payloadOf } from "../../batch/Batch.ts";
import type { Status, Summary } from "../../batch/Result.ts";
import * as Format from "../../domain/Format.ts";
import { counted } from "../../domain/Phrases.ts";
import * as Digest from "../BatchTable.ts";
import type { Appearance, Report, ReportError, WholeRenderer } from "../Renderer.ts";
import { isUneventful, keepWorst, rankOf } from "../WorstFirst.ts";
import { pathLines } from "./ConcurrencyPath.ts";
import { troublesLines } from "./Failures.ts";
import { overviewLines } from "./Overview.ts";
import { style } from "./Style.ts";
import { statusesText, summaryLines } from "./Summary.ts";
import { documentLines } from "./TextDocument.ts";
import { wrapped } from "./Wrap.ts";

const paragraphs = (lines: ReadonlyArray<string>): string => `${lines.join("\n")}\n`;

export const text: WholeRenderer = {
  _tag: "Whole",
  render: (report, appearance) => {
    const { summary } = report;
    if (summary.total <= 1) return alone(report, appearance);
    if (appearance.full === true && summary.total > Digest.longBatch) return everything(report, appearance);
    return Stream.unwrap(theWorst(report, appearance));
  },
};

/** The Document of a single item contains its cost. A single failure is printed on stderr, and the report is empty. */
const alone = <Payload>({ program, presenter, results, summary }: Report<Payload>, appearance: Appearance) =>
  results.pipe(
    Stream.map((result) => {
      const payload = payloadOf(program, result);
      if (payload === undefined) return "";
      return paragraphs(documentLines(presenter.present(payload, result), appearance)) + cost(summary);
    }),
    Stream.filter((part) => part !== ""),
  );

const cost = ({ bytesBilled }: Summary): string =>
  bytesBilled === null || bytesBilled === 0 ? "" : `\n${Format.exactBytes(bytesBilled)} billed\n`;

/** Reads all results once, with bounded memory. */
const theWorst = <Payload>(report: Report<Payload>, appearance: Appearance) =>
  Effect.gen(function* () {
    const { program, presenter, results, summary } = report;
    const isLong = summary.total > Digest.longBatch;
    const documents = keepWorst<string>({ most: Digest.longBatch });
    const collector = Digest.make(presenter, isLong);
    let presentable = 0;
    yield* Stream.runForEach(results, (result) =>
      Effect.sync(() => {
        const payload = payloadOf(program, result);
        const rank = rankOf(presenter, result, payload);
        collector.add(rank, result, payload);
        if (payload === undefined) return;
        presentable++;
        if (isLong && presenter.overview.uneventful !== undefined && isUneventful(rank)) return;
        documents.offer(rank, () =>
          paragraphs(documentLines(presenter.present(payload, result), appearance)),
        );
      }),
    );
    const shown = documents.values();
    return Stream.fromIterable([
      opening(summary, appearance, shown.length === presentable ? undefined : shown.length),
      ...shown.map((part) => `${part}\n`),
      closing(report, collector.digest(), appearance),
    ]);
  });

/** Different items first, otherwise in input order, so that no results are kept in memory. */
const everything = <Payload>(
  report: Report<Payload>,
  appearance: Appearance,
): Stream.Stream<string, ReportError> => {
  const { program, presenter, results, summary } = report;
  const documents = (wanted: Status) =>
    results.pipe(
      Stream.filter(({ status }) => status === wanted),
      Stream.map((result) => {
        const payload = payloadOf(program, result);
        if (payload === undefined) return "";
        return `${paragraphs(documentLines(presenter.present(payload, result), appearance))}\n`;
      }),
    );
  const collector = Digest.make(presenter, false);
  const look = Stream.runForEach(results, (result) =>
    Effect.sync(() => {
      const payload = payloadOf(program, result);
      collector.add(rankOf(presenter, result, payload), result, payload);
    }),
  );
  const end = Effect.map(look, () => closing(report, collector.digest(), appearance));
  return Stream.make(opening(summary, appearance)).pipe(
    Stream.concat(documents("different")),
    Stream.concat(documents("ok")),
    Stream.concat(Stream.fromEffect(end)),
  );
};

/** The status of the batch and, if items are not shown, how many and how to see them. */
const opening = (summary: Summary, { color, width }: Appearance, shown?: number): string => {
  const all = Format.count(summary.total);
  const cut =
    shown === 0
      ? `No item needs attention; --full gives the details of all ${all}.`
      : `The details of ${counted(shown ?? 0, "item")} follow, the worst first; --full gives those of all ${all}.`;
  return paragraphs([
    style(color).strong(statusesText(summary)),
    ...(shown === undefined ? [] : wrapped(cut, width, "")),
    "",
  ]);
};

const closing = <Payload>(
  { presenter, summary }: Report<Payload>,
  digest: Digest.Digest,
  { color, width }: Appearance,
): string => {
  const pen = style(color);
  return paragraphs([
    ...overviewLines(presenter.overview, digest, pen, width),
    ...troublesLines(digest, pen, width),
    "",
    ...summaryLines(summary, width),
    ...pathLines(summary),
  ]);
};
