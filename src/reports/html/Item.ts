/** One item of the report: all of it if there is room, else its brief form with the names of the omitted parts. */
import type { ItemName } from "../../batch/Result.ts";
import { brief, type Document } from "../Document.ts";
import type { Columns } from "../Drawing.ts";
import type { Outcome } from "../Presenter.ts";
import { anchors } from "./Anchors.ts";
import { badge } from "./blocks/Badges.ts";
import { full, type Group, grouped, groupHtml, type Shown, titleOf } from "./blocks/Blocks.ts";
import { paths } from "./blocks/ColumnCards.ts";
import type { HeadingContext } from "./blocks/Heading.ts";
import { type Html, html, lines, none } from "./Html.ts";
import { titleHtml } from "./Title.ts";

export const sizeOf = ({ markup }: Html): number => Buffer.byteLength(markup);

/** A card has at least this size in bytes, so that cards that cannot fit are not rendered. */
const smallestCard = 900;

/** `prefix` distinguishes the anchors of this item's columns from those of other items. */
const placeOf = (
  prefix: string,
  level: number,
  within: string,
  columns: ReadonlyArray<string>,
): HeadingContext => {
  const anchor = anchors();
  const ids = new Map(columns.map((path) => [path, anchor(`${prefix}column-`, path)]));
  return { level, within, columnId: (path) => ids.get(path) ?? "main", linkTo: (path) => ids.get(path) };
};

/** The Document's content in about `room` bytes. */
export const contentHtml = (document: Document, prefix: string, level: number, room: number): Html => {
  const shown = full(document.blocks);
  const columns = shown
    .filter((block): block is Columns => block._tag === "Columns")
    .flatMap((block) => paths(block.columns));
  if (columns.length * smallestCard <= room) {
    const place = placeOf(prefix, level, document.title, columns);
    const all = html`${grouped(shown).map((group) => groupHtml(group, place))}`;
    if (sizeOf(all) <= room) return all;
  }
  return fitted(brief(document.blocks), placeOf(prefix, level, document.title, []), room);
};

/** The blocks that fit, in order; of a long table, the first rows. */
const fitted = (blocks: ReadonlyArray<Shown>, place: HeadingContext, room: number): Html => {
  let left = room;
  const missing: Array<Group> = [];
  const parts = grouped(blocks).map((group) => {
    const part = fittedPart(group, place, left);
    if (part === undefined) {
      missing.push(group);
      return none;
    }
    left -= sizeOf(part);
    return part;
  });
  const titles = [...new Set(missing.map(titleOf))].join(", ");
  return html`
    ${parts}
    <p class="note cut">
      ${missing.length === 0 ? "Shown in brief" : `Shown in brief, without ${titles},`} to keep this page small.
      ${" "}The json report has all.
    </p>`;
};

/** Fewer rows than this are not worth a table. */
const fewestRows = 3;

const fittedPart = (group: Group, place: HeadingContext, room: number): Html | undefined => {
  const whole = groupHtml(group, place);
  if (sizeOf(whole) <= room) return whole;
  if (group._tag !== "Table") return undefined;
  const { rows, title = place.within } = group;
  // Leaves room for the rest of the table and for longer rows.
  const most = Math.floor(((room - 1000) / sizeOf(whole)) * rows.length * 0.9);
  if (most < fewestRows) return undefined;
  const some = {
    ...group,
    title: `${title}: the first ${most} of ${rows.length}`,
    rows: rows.slice(0, most),
  };
  const part = groupHtml(some, place);
  return sizeOf(part) <= room ? part : undefined;
};

/** The only item of a page. */
export const loneItem = (document: Document, item: ItemName, outcome: Outcome, room: number): Html => html`
  <div class="title">
    <h1>${titleHtml(item, document.title, 500)}</h1>
    ${badge(outcome.kind, outcome.text)}
  </div>
  <p class="headline">${lines(document.headline)}</p>
  ${contentHtml(document, "", 2, room)}`;

interface ItemLook {
  readonly id: string;
  readonly item: ItemName;
  readonly outcome: Outcome;
  readonly isOpen: boolean;
}

/** One of many items, collapsed unless there are few. */
export const foldedItem = (
  document: Document,
  { id, item, outcome, isOpen }: ItemLook,
  room: number,
): Html => html`
  <details class="item" id="${id}"${isOpen && html` open`}>
    <summary>
      <h3>${titleHtml(item, document.title)}</h3>
      ${badge(outcome.kind, outcome.text)}
      <span class="headline">${document.headline}</span>
    </summary>
    ${contentHtml(document, `${id}-`, 4, room)}
    <p><a class="back" href="#overview">Back to the overview</a></p>
  </details>`;
