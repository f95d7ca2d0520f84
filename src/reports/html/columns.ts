/** A card for each column, cards of nested columns inside those of their parents. */
import type { Column, Columns } from "../Drawing.ts";
import * as Figures from "../text/figures.ts";
import { counted } from "../words.ts";
import { severityMark } from "./badges.ts";
import { bar } from "./cells.ts";
import { drawingHtml } from "./drawings.ts";
import { factsHtml } from "./facts.ts";
import { type Html, html, lines, name, none } from "./Html.ts";
import { type Place, heading } from "./Place.ts";

/** Up to so many columns are open at first. */
const fewColumns = 30;

/** Paths of all columns, parents first; a card's number is its place in this list. */
export const paths = (columns: ReadonlyArray<Column>): ReadonlyArray<string> =>
  columns.flatMap((column) => [column.path, ...paths(column.columns)]);

export const columnsHtml = ({ title, columns }: Columns, place: Place): Html => {
  const all = paths(columns);
  const isOpen = all.length <= fewColumns;
  const cards = columns.map((column) => card(column, place, isOpen));
  return html`<section class="columns">${heading(place.level, title, Figures.count(all.length))}${controls(columns, all.length)}${cards}</section>`;
};

const families = (columns: ReadonlyArray<Column>): ReadonlyArray<string> => [
  ...new Set(columns.flatMap((column) => [column.family, ...families(column.columns)])),
];

/** What the script brings to life; without it there is nothing to see. */
const controls = (columns: ReadonlyArray<Column>, total: number): Html =>
  total < 2
    ? none
    : html`<div class="controls" hidden><label>Find <input type="search" placeholder="name or type"></label><label>Kind <select><option value="">all</option>${families(columns).map(
        (family) => html`<option>${family}</option>`,
      )}</select></label><button type="button" data-open="1">Expand all</button><button type="button" data-open="">Collapse all</button><span role="status"></span></div>`;

const card = (column: Column, place: Place, isOpen: boolean): Html => {
  const { family, path, type } = column;
  const nulls = column.rows > 0 ? column.nulls / column.rows : undefined;
  return html`<details class="card" id="${place.columnId(path)}" data-kind="${family}"${isOpen ? html` open` : none}><summary><${heading.tag(place.level + 1)} class="name">${name(column.name)}</${heading.tag(place.level + 1)}><code>${type}</code>${nulls === undefined ? none : html`<span class="nulls">${nulls === 0 ? "no nulls" : html`${Figures.share(nulls)} null`}${bar(nulls)}</span>`}${tally(column)}</summary>${body(column)}${column.columns.length === 0 ? none : html`<div class="below">${column.columns.map((inner) => card(inner, { ...place, level: Math.min(5, place.level + 1) }, isOpen))}</div>`}</details>`;
};

/** How many findings a closed card holds. */
const tally = ({ findings }: Column): Html =>
  html`${(["warning", "notice"] as const).flatMap((severity) => {
    const found = findings.filter((finding) => finding.severity === severity).length;
    return found === 0 ? [] : [html`<span class="badge ${severity}">${severityMark(severity)} ${counted(found, severity)}</span>`];
  })}`;

const body = ({ description, facts, findings, drawings }: Column): Html =>
  html`<div class="body"><div>${description === undefined ? none : html`<p class="description">${lines(description)}</p>`}${findings.length === 0 ? none : html`<ul class="findings">${findings.map(({ severity, text }) => html`<li class="${severity}">${severityMark(severity)} <span class="vh">${severity}: </span>${text}`)}</ul>`}${factsHtml(facts)}</div><div>${drawings.map(drawingHtml)}</div></div>`;
