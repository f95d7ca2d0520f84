/** Writes the report as one page, piece by piece, the worst items first. */
import { Effect, Stream } from "effect";
import { label, payloadOf, type Result } from "../../batch/Batch.ts";
import { counted } from "../../domain/Phrases.ts";
import type { Report, ReportError } from "../Renderer.ts";
import { compareRanks, type Rank, rankOf } from "../WorstFirst.ts";
import { anchors } from "./Anchors.ts";
import { badge, type Kind } from "./blocks/Badges.ts";
import { expanders } from "./blocks/Expanders.ts";
import { type Html, html } from "./Html.ts";
import { foldedItem, loneItem, sizeOf } from "./Item.ts";
import { failureHtml, Overview } from "./Overview.ts";
import { closing, kindOf, opening } from "./Shell.ts";
import { titleHtml } from "./Title.ts";

/** Maximum bytes of an item's part, and of all parts, so that a browser opens the page quickly. */
const mostOfItem = 1_900_000;
const mostOfAll = 9_000_000;

/** Up to this many items are initially open; of more, the overview is shown, and the items that are opened. */
const fewItems = 3;

type Pieces = Stream.Stream<string, ReportError>;

const piece = ({ markup }: Html): string => `${markup}\n`;

export const page = <Payload>(report: Report<Payload>): Pieces =>
  report.summary.total === 1 ? lonePage(report) : batchPage(report);

const lonePage = <Payload>({ program, presenter, run, results }: Report<Payload>): Pieces => {
  const item = Stream.map(results, (result) => {
    const payload = payloadOf(program, result);
    const title = label(result.item);
    const content =
      payload === undefined
        ? html`
            <div class="title"><h1>${titleHtml(result.item, title, 500)}</h1>${badge(kindFor(result), result.status)}</div>
            ${failureHtml(result.error)}`
        : loneItem(presenter.present(payload, result), result.item, presenter.outcome(payload), mostOfItem);
    return piece(html`${opening(run, title)}${content}`);
  });
  return Stream.concat(item, Stream.make(piece(closing)));
};

const kindFor = ({ status }: Pick<Result<unknown>, "status">): Kind => (status === "ok" ? "good" : status);

interface Ranked<A> {
  readonly rank: Rank;
  readonly value: A;
}

const worstFirst = <A>(all: ReadonlyArray<Ranked<A>>): ReadonlyArray<A> =>
  all.toSorted((a, b) => compareRanks(a.rank, b.rank)).map(({ value }) => value);

/**
 * Reads the results twice: for the rows of the overview, then for the items. Their markup is kept until it can be
 * sorted: a row is small, and all items together are limited.
 */
const batchPage = <Payload>(report: Report<Payload>): Pieces => {
  const { program, presenter, run, summary, results } = report;
  const anchor = anchors();
  const ids = new Map<number, string>();
  const overview = new Overview(presenter, summary);
  const rows: Array<Ranked<string>> = [];
  const title = counted(summary.total, "item");

  const collected = Stream.runForEach(results, (result) =>
    Effect.sync(() => {
      const payload = payloadOf(program, result);
      const id = payload === undefined ? undefined : anchor("item-", label(result.item));
      if (id !== undefined) ids.set(result.index, id);
      rows.push({
        rank: rankOf(presenter, result, payload),
        value: piece(overview.row(result, payload, id)),
      });
    }),
  );

  const head = () =>
    piece(html`
      ${opening(run, title)}
      <div class="title"><h1>${kindOf(run)} of ${title}</h1>${overview.outcomes()}</div>
      ${overview.opening()}`);
  const between = () =>
    piece(html`
      ${overview.closing()}
      <section class="items${summary.total > fewItems && " many"}">
        <h2>Items</h2>
        <div class="controls" hidden>${expanders(".item")}${summary.total > fewItems && "A row of the overview opens its item here."}</div>`);

  return Stream.unwrap(
    Effect.map(collected, () =>
      Stream.make(head()).pipe(
        Stream.concat(Stream.fromIterable(worstFirst(rows))),
        Stream.concat(Stream.sync(between)),
        Stream.concat(Stream.unwrap(Effect.map(items(report, ids), Stream.fromIterable))),
        Stream.concat(Stream.make(piece(html`</section>${closing}`))),
      ),
    ),
  );
};

/** Each item gets an even share of the remaining room. */
const items = <Payload>(
  { program, presenter, summary, results }: Report<Payload>,
  ids: ReadonlyMap<number, string>,
): Effect.Effect<ReadonlyArray<string>, ReportError> => {
  let room = mostOfAll;
  let waiting = ids.size;
  const parts: Array<Ranked<string>> = [];
  const isOpen = summary.total <= fewItems;
  return Stream.runForEach(results, (result) =>
    Effect.sync(() => {
      const payload = payloadOf(program, result);
      const id = ids.get(result.index);
      if (payload === undefined || id === undefined) return;
      const share = Math.min(mostOfItem, room / Math.max(1, waiting));
      const document = presenter.present(payload, result);
      const look = { id, item: result.item, outcome: presenter.outcome(payload), isOpen };
      const part = foldedItem(document, look, share);
      room = Math.max(0, room - sizeOf(part));
      waiting -= 1;
      parts.push({ rank: rankOf(presenter, result, payload), value: piece(part) });
    }),
  ).pipe(Effect.map(() => worstFirst(parts)));
};
