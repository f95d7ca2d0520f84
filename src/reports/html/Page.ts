/** Writes the report as one page, piece by piece, with at most one item in memory. */
import { Stream } from "effect";
import { label, payloadOf, type Result } from "../../batch/Batch.ts";
import { counted } from "../../domain/Phrases.ts";
import type { Report, ReportError } from "../Renderer.ts";
import { statusBadge } from "./blocks/Badges.ts";
import { expanders } from "./blocks/Expanders.ts";
import { type Html, html, name } from "./Html.ts";
import { foldedItem, loneItem, sizeOf } from "./Item.ts";
import {
  failureHtml,
  type Reason,
  reasonsHtml,
  tableClosing,
  tableOpening,
  tableRow,
  tiles,
} from "./Overview.ts";
import { closing, kindOf, opening } from "./Shell.ts";

/** Maximum bytes of an item's part, and of all parts, so that a browser opens the page quickly. */
const mostOfItem = 1_900_000;
const mostOfAll = 9_000_000;

/** Up to this many items are initially open. */
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
            <h1>${name(title, 500)}</h1>
            <p class="verdict">${statusBadge(result.status)}</p>
            ${failureHtml(result.error)}`
        : loneItem(presenter.present(payload, result), result.status, mostOfItem);
    return piece(html`${opening(run, title)}${content}`);
  });
  return Stream.concat(item, Stream.make(piece(closing)));
};

const batchPage = <Payload>({ program, presenter, run, summary, results }: Report<Payload>): Pieces => {
  const reasons = new Map<string, Reason>();
  const title = `${counted(summary.total, "item")}`;
  const head = html`
    ${opening(run, title)}
    <h1>${kindOf(run)} of ${title}</h1>
    ${tiles(summary)}
    ${tableOpening(presenter.overview, summary)}`;
  const rows = Stream.map(results, (result) => {
    remember(reasons, result);
    return piece(tableRow(presenter.overview, result, payloadOf(program, result)));
  });
  const between = Stream.sync(() =>
    piece(html`
      ${tableClosing}
      ${reasonsHtml([...reasons.values()])}
      <section class="items">
        <h2>Items</h2>
        <div class="controls" hidden>${expanders(".item")}</div>`),
  );
  return Stream.make(piece(head)).pipe(
    Stream.concat(rows),
    Stream.concat(between),
    Stream.concat(Stream.suspend(() => items({ program, presenter, summary, results }))),
    Stream.concat(Stream.make(piece(html`</section>${closing}`))),
  );
};

/** Each item gets an even share of the remaining room. */
const items = <Payload>({
  program,
  presenter,
  summary,
  results,
}: Pick<Report<Payload>, "program" | "presenter" | "summary" | "results">): Pieces => {
  let room = mostOfAll;
  let waiting = summary.ok + summary.different;
  return results.pipe(
    Stream.map((result) => {
      const payload = payloadOf(program, result);
      if (payload === undefined) return "";
      const isOpen = summary.total <= fewItems;
      const share = Math.min(mostOfItem, room / Math.max(1, waiting));
      const part = foldedItem(presenter.present(payload, result), { ...result, isOpen }, share);
      room = Math.max(0, room - sizeOf(part));
      waiting -= 1;
      return piece(part);
    }),
    Stream.filter((part) => part !== ""),
  );
};

const remember = <Payload>(reasons: Map<string, Reason>, { status, error, item }: Result<Payload>): void => {
  if (status !== "failed" && status !== "skipped") return;
  const key = JSON.stringify([status, error]);
  const known = reasons.get(key);
  if (known === undefined) reasons.set(key, { status, error, names: [label(item)] });
  else known.names.push(label(item));
};
