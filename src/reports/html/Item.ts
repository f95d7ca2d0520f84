/** One item of the report: all of it if there is room, else its brief form with the names of the omitted parts. */
import type { Status } from "../../batch/Result.ts";
import { brief, type Document } from "../Document.ts";
import type { Columns } from "../Drawing.ts";
import { verdictBadge } from "./blocks/Badges.ts";
import { full, type Group, grouped, groupHtml, type Shown, titleOf } from "./blocks/Blocks.ts";
import { paths } from "./blocks/ColumnCards.ts";
import type { HeadingContext } from "./blocks/Heading.ts";
import { type Html, html, lines, name, none } from "./Html.ts";

export const sizeOf = ({ markup }: Html): number => Buffer.byteLength(markup);

/** A card has at least this size in bytes, so that cards that cannot fit are not rendered. */
const smallestCard = 900;

const placeOf = (
  id: string,
  level: number,
  within: string,
  columns: ReadonlyArray<string>,
): HeadingContext => {
  const numbers = new Map(columns.map((path, i) => [path, `${id}-${i + 1}`]));
  return { level, within, columnId: (path) => numbers.get(path) ?? id, linkTo: (path) => numbers.get(path) };
};

/** The Document's content in about `room` bytes. */
export const contentHtml = (document: Document, id: string, level: number, room: number): Html => {
  const shown = full(document.blocks);
  const columns = shown
    .filter((block): block is Columns => block._tag === "Columns")
    .flatMap((block) => paths(block.columns));
  if (columns.length * smallestCard <= room) {
    const place = placeOf(id, level, document.title, columns);
    const all = html`${grouped(shown).map((group) => groupHtml(group, place))}`;
    if (sizeOf(all) <= room) return all;
  }
  return fitted(brief(document.blocks), placeOf(id, level, document.title, []), room);
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
export const loneItem = (document: Document, status: Status, room: number): Html => html`
  <h1>${name(document.title, 500)}</h1>
  <p class="verdict">${verdictBadge(status, document.verdict)}</p>
  <p class="headline">${lines(document.headline)}</p>
  ${contentHtml(document, "i0", 2, room)}`;

/** One of many items, collapsed unless there are few. */
export const foldedItem = (
  document: Document,
  { status, index, isOpen }: { readonly status: Status; readonly index: number; readonly isOpen: boolean },
  room: number,
): Html => html`
  <details class="item" id="i${index}"${isOpen && html` open`}>
    <summary>
      <h3>${name(document.title)}</h3>
      ${verdictBadge(status, document.verdict)}
      <span class="headline">${document.headline}</span>
    </summary>
    ${contentHtml(document, `i${index}`, 4, room)}
  </details>`;
