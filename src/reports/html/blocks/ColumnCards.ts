/** The columns of a table: all as rows of a table, then a card for each, with their list at the side. */

import * as Format from "../../../domain/Format.ts";
import type { Column, Columns } from "../../Drawing.ts";
import { drawingHtml } from "../charts/Drawings.ts";
import { type Html, html, lines, name, none } from "../Html.ts";
import { severityMark, tallyBadges } from "./Badges.ts";
import { bar } from "./Cells.ts";
import { columnControls, columnTable } from "./ColumnTable.ts";
import { factsHtml } from "./Facts.ts";
import { type HeadingContext, heading, headingTag } from "./Heading.ts";

/** Up to this many cards are initially open; of more columns, the table is shown, and the cards that are opened. */
const fewColumns = 30;

/** A column at its depth. */
export interface Placed {
  readonly column: Column;
  readonly depth: number;
}

const placed = (columns: ReadonlyArray<Column>, depth: number): ReadonlyArray<Placed> =>
  columns.flatMap((column) => [{ column, depth }, ...placed(column.columns, depth + 1)]);

/** The paths of all columns, parents first. */
export const paths = (columns: ReadonlyArray<Column>): ReadonlyArray<string> =>
  placed(columns, 0).map(({ column }) => column.path);

export const columnsHtml = ({ title, columns, baseline }: Columns, place: HeadingContext): Html => {
  const all = placed(columns, 0);
  if (all.length === 0) {
    return html`<section>${heading(place.level, title)}<p class="note">No columns were read.</p></section>`;
  }
  const isOpen = all.length <= fewColumns;
  return html`
    <section class="columns${!isOpen && " many"}">
      ${heading(place.level, title, Format.count(all.length))}
      ${all.length > 1 && columnControls(all)}
      ${columnTable(all, place)}
      <div class="sided${!isOpen && " many"}">
        ${all.length > 3 && list(all, place)}
        <div class="cards">${all.map(({ column }) => card(column, place, { isOpen, baseline }))}</div>
      </div>
    </section>`;
};

/** On wide screens beside the cards; the table has the same links. */
const list = (all: ReadonlyArray<Placed>, place: HeadingContext): Html => html`
  <nav class="side" aria-label="Columns of ${place.within}"><ol>${all.map(
    ({ column }) =>
      html`<li><a href="#${place.columnId(column.path)}">${name(column.path, 60)}${mark(column)}</a>`,
  )}</ol></nav>`;

const mark = ({ findings }: Column): Html => {
  const worst = (["warning", "notice"] as const).find((one) =>
    findings.some(({ severity }) => severity === one),
  );
  return worst === undefined ? none : html`<span class="${worst}">${severityMark(worst)}</span>`;
};

interface Look {
  readonly isOpen: boolean;
  readonly baseline: string | undefined;
}

const card = (column: Column, place: HeadingContext, { isOpen, baseline }: Look): Html => {
  const title = headingTag(place.level + 1);
  const { findings } = column;
  return html`
    <details class="card" id="${place.columnId(column.path)}"${isOpen && html` open`}>
      <summary>
        <${title} class="name">${name(column.path)}</${title}>
        <code>${column.type}</code>
        ${tallyBadges((severity) => findings.filter((finding) => finding.severity === severity).length)}
        ${nullsHtml(column)}
      </summary>
      ${body(column, baseline)}
    </details>`;
};

const nullsHtml = ({ nulls, rows }: Column): Html => {
  if (rows === 0) return none;
  const share = nulls / rows;
  return html`<span class="nulls">${nulls === 0 ? "no nulls" : html`${Format.share(share)} null${bar(share)}`}</span>`;
};

const body = (
  { description, facts, findings, drawings, summary }: Column,
  baseline: string | undefined,
): Html => {
  const tops = drawings.filter(({ _tag }) => _tag === "Frequencies");
  const spreads = drawings.filter(({ _tag }) => _tag !== "Frequencies");
  return html`
    <div class="body">
      ${description !== undefined && html`<p class="description">${lines(description)}</p>`}
      ${found(findings)}
      <div class="groups">${facts.map((group) => html`${factsHtml(group.facts, group.title)}`)}</div>
      ${spreads.length > 0 && html`<div>${legend(drawings, baseline)}${spreads.map(drawingHtml)}</div>`}
      ${tops.length > 0 ? html`<div>${spreads.length === 0 && legend(drawings, baseline)}${tops.map(drawingHtml)}</div>` : summary.variety !== undefined && html`<p class="note">Top values: ${summary.variety}.</p>`}
    </div>`;
};

const hasBaseline = (drawing: Column["drawings"][number]): boolean =>
  drawing._tag === "Frequencies"
    ? drawing.values.some((value) => value.baseline !== undefined)
    : drawing.baseline !== undefined;

/** What the two colours mean; the baseline is always below. */
const legend = (drawings: Column["drawings"], baseline: string | undefined): Html | false =>
  drawings.some(hasBaseline) &&
  html`<p class="legend"><span class="key"></span> this run<span class="key before"></span> ${baseline ?? "baseline"}, below</p>`;

const found = (findings: Column["findings"]): Html | false =>
  findings.length > 0 &&
  html`<ul class="findings">${findings.map(
    ({ severity, text }) =>
      html`<li class="${severity}">${severityMark(severity)} <span class="vh">${severity}: </span>${text}`,
  )}</ul>`;
