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
import { levelOf } from "../Document.ts";
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
    if (appearance.full === true) return everything(report, appearance);
    return Stream.unwrap(theWorst(report, appearance));
  },
};

/** The Document of a single item contains its cost. A single failure is printed on stderr, and the report is empty. */
const alone = <Payload>({ program, presenter, results, summary }: Report<Payload>, appearance: Appearance) =>
  results.pipe(
    Stream.map((result) => {
      const payload = payloadOf(program, result);
      if (payload === undefined) return "";
      const level = levelOf(1, appearance.full);
      return paragraphs(documentLines(presenter.present(payload, result), appearance, level)) + cost(summary);
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
        if (isUneventful(rank)) return;
        documents.offer(rank, () =>
          paragraphs(documentLines(presenter.present(payload, result), appearance, levelOf(summary.total))),
        );
      }),
    );
    const shown = documents.values();
    return Stream.fromIterable([
      ...(shown.length === 0
        ? []
        : [opening(summary, appearance, shown.length === presentable ? undefined : shown.length)]),
      ...shown.map((part) => `${part}\n`),
      closing(report, collector.digest(), appearance, shown.length === 0 ? presentable : 0),
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
        return `${paragraphs(documentLines(presenter.present(payload, result), appearance, "long"))}\n`;
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

/** The status of the batch and, if details of items are not shown, how to see them. */
const opening = (summary: Summary, { color, width }: Appearance, shown?: number): string =>
  paragraphs([
    style(color).strong(statusesText(summary)),
    ...(shown === undefined
      ? []
      : wrapped(
          `The details of ${counted(shown, "item")} follow, the worst first; --full shows those of all.`,
          width,
          "",
        )),
    "",
  ]);

/** `hidden`: the number of items with details, if none are shown. */
const closing = <Payload>(
  { presenter, summary }: Report<Payload>,
  digest: Digest.Digest,
  { color, width }: Appearance,
  hidden = 0,
): string => {
  const pen = style(color);
  return paragraphs([
    ...overviewLines(presenter.overview, digest, pen, width),
    ...troublesLines(digest, pen, width),
    "",
    ...summaryLines(summary, width),
    ...pathLines(summary),
    ...(hidden === 0
      ? []
      : wrapped(
          pen.muted(`--full shows the details of ${hidden > 1 ? `all ${counted(hidden, "item")}` : "it"}`),
          width,
        )),
  ]);
};
