/** A card per column, with the cards of nested columns inside those of their parents. */

import * as Format from "../../../domain/Format.ts";
import { counted } from "../../../domain/Phrases.ts";
import type { Column, Columns } from "../../Drawing.ts";
import { drawingHtml } from "../charts/Drawings.ts";
import { type Html, html, lines, name, none } from "../Html.ts";
import { severityMark } from "./Badges.ts";
import { bar } from "./Cells.ts";
import { expanders } from "./Expanders.ts";
import { factsHtml } from "./Facts.ts";
import { type HeadingContext, heading, headingTag } from "./Heading.ts";

/** Maximum number of columns that are initially open. */
const fewColumns = 30;

/** The paths of all columns, parents first; the index is the card's number. */
export const paths = (columns: ReadonlyArray<Column>): ReadonlyArray<string> =>
  columns.flatMap((column) => [column.path, ...paths(column.columns)]);

export const columnsHtml = ({ title, columns }: Columns, place: HeadingContext): Html => {
  const all = paths(columns);
  const isOpen = all.length <= fewColumns;
  const cards = columns.map((column) => card(column, place, isOpen));
  return html`
    <section class="columns">
      ${heading(place.level, title, Format.count(all.length))}
      ${all.length > 1 && controls(columns)}
      ${cards}
    </section>`;
};

const families = (columns: ReadonlyArray<Column>): ReadonlyArray<string> => [
  ...new Set(columns.flatMap((column) => [column.family, ...families(column.columns)])),
];

/** Controls that need the script; hidden without it. */
const controls = (columns: ReadonlyArray<Column>): Html => html`
  <div class="controls" hidden>
    <label>Find <input type="search" placeholder="name or type"></label>
    <label>Kind <select>
      <option value="">all</option>
      ${families(columns).map((family) => html`<option>${family}</option>`)}
    </select></label>
    ${expanders(".card")}
    <span role="status"></span>
  </div>`;

const card = (column: Column, place: HeadingContext, isOpen: boolean): Html => {
  const { family, path, type } = column;
  const inner = { ...place, level: place.level + 1 };
  const title = headingTag(inner.level);
  return html`
    <details class="card" id="${place.columnId(path)}" data-kind="${family}"${isOpen && html` open`}>
      <summary>
        <${title} class="name">${name(column.name)}</${title}>
        <code>${type}</code>
        ${nullsHtml(column)}
        ${tally(column)}
      </summary>
      ${body(column)}
      ${column.columns.length > 0 && html`<div class="below">${column.columns.map((one) => card(one, inner, isOpen))}</div>`}
    </details>`;
};

const nullsHtml = ({ nulls, rows }: Column): Html => {
  if (rows === 0) return none;
  const share = nulls / rows;
  return html`<span class="nulls">${nulls === 0 ? "no nulls" : html`${Format.share(share)} null${bar(share)}`}</span>`;
};

/** The number of findings in a closed card. */
const tally = ({ findings }: Column): Html =>
  html`${(["warning", "notice"] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0
      ? []
      : [html`<span class="badge ${severity}">${severityMark(severity)} ${counted(count, severity)}</span>`];
  })}`;

const body = ({ description, facts, findings, drawings }: Column): Html => {
  const tops = drawings.filter(({ _tag }) => _tag === "Frequencies");
  const spreads = drawings.filter(({ _tag }) => _tag !== "Frequencies");
  const part = (drawn: typeof drawings) => drawn.length > 0 && html`<div>${drawn.map(drawingHtml)}</div>`;
  return html`
    <div class="body">
      <div>
        ${description !== undefined && html`<p class="description">${lines(description)}</p>`}
        ${found(findings)}
        ${factsHtml(facts)}
      </div>
      ${part(spreads)}
      ${part(tops)}
    </div>`;
};

const found = (findings: Column["findings"]): Html | false =>
  findings.length > 0 &&
  html`<ul class="findings">${findings.map(
    ({ severity, text }) =>
      html`<li class="${severity}">${severityMark(severity)} <span class="vh">${severity}: </span>${text}`,
  )}</ul>`;
