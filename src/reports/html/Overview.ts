/** The overview of a batch: its totals, a line per item, and the reasons for missing results. */
import { label } from "../../batch/Batch.ts";
import type { Failure, ResultBase, Status, Summary } from "../../batch/Result.ts";
import * as Format from "../../domain/Format.ts";
import { duration } from "../Document.ts";
import type { Presenter } from "../Presenter.ts";
import { statusBadge } from "./blocks/Badges.ts";
import { cellHtml } from "./blocks/Cells.ts";
import { type Html, html, name, none } from "./Html.ts";

const statuses = ["ok", "different", "failed", "skipped"] as const satisfies ReadonlyArray<Status>;

const tile = (title: string, value: string, note?: string): Html =>
  html`<div><dt>${title}<dd>${value}${note !== undefined && html` <small>${note}</small>`}</div>`;

/** Totals of the batch. */
export const tiles = (summary: Summary): Html => {
  const faster =
    summary.speedup >= 1.1 ? `${Format.measure(summary.speedup)} times as fast as one by one` : undefined;
  const settled = summary.concurrency?.at(-1)?.limit;
  const bytes = (title: string, value: number | null) =>
    value !== null && value > 0 && tile(title, Format.bytes(value));
  return html`
    <dl class="tiles">
      ${tile("Items", Format.count(summary.total), summary.interrupted ? "interrupted" : undefined)}
      ${known(summary).map((status) => tile(status, Format.count(summary[status])))}
      ${tile("Time", Format.duration(summary.wallMs), faster)}
      ${bytes("Read", summary.bytesProcessed)}
      ${bytes("Billed", summary.bytesBilled)}
      ${settled !== undefined && tile("Settled at", Format.count(settled), "items in flight")}
      ${summary.retries > 0 && tile("Calls repeated", Format.count(summary.retries))}
    </dl>`;
};

const known = (summary: Summary): ReadonlyArray<Status> => statuses.filter((status) => summary[status] > 0);

/** Controls that need the script. */
const controls = (summary: Summary): Html => html`
  <div class="controls" hidden>
    <label>Find <input type="search" placeholder="name"></label>
    <span role="group" aria-label="Status">${known(summary).map((status) => {
      const text = `${status} ${Format.count(summary[status])}`;
      return html`<button type="button" data-status="${status}" aria-pressed="true">${text}</button>`;
    })}</span>
    <span role="status"></span>
  </div>`;

const aligned = (align: "left" | "right"): Html | false => align === "right" && html` class="n"`;

/** The table of all items, up to its first row. */
export const tableOpening = <Payload>(
  { columns }: Presenter<Payload>["overview"],
  summary: Summary,
): Html => html`
  <section id="overview">
    <h2>Overview</h2>
    ${controls(summary)}
    <div class="scroll" role="group" aria-label="All items" tabindex="0">
      <table class="sortable" aria-label="All items">
        <thead><tr>
          <th scope="col">item<th scope="col">status
          ${columns.map(({ title, align }) => html`<th scope="col"${aligned(align)}>${title}`)}
          <th scope="col" class="n">time
        </thead>
        <tbody>`;

/** An item's row, with a link to the item's part if there is one. */
export const tableRow = <Payload>(
  { columns, row }: Presenter<Payload>["overview"],
  result: ResultBase,
  payload: Payload | undefined,
): Html => {
  const cells = payload === undefined ? [] : row(payload);
  const title = name(label(result.item), 200);
  const time = duration(result.status === "skipped" ? null : result.durationMs);
  return html`
    <tr data-status="${result.status}">
      <th scope="row">${payload === undefined ? title : html`<a href="#i${result.index}">${title}</a>`}
      <td>${statusBadge(result.status)}
      ${columns.map(
        ({ align }, i) => html`<td${aligned(align)}>${cells[i] === undefined ? "–" : cellHtml(cells[i])}`,
      )}
      <td class="n">${cellHtml(time)}`;
};

export const tableClosing = html`</tbody></table></div></section>`;

/** The items that failed for the same reason. */
export interface Reason {
  readonly status: Status;
  readonly error: Failure | undefined;
  readonly names: Array<string>;
}

/** Further names of a reason are only counted: the table has them all. */
const mostNames = 20;

export const reasonsHtml = (reasons: ReadonlyArray<Reason>): Html =>
  reasons.length === 0
    ? none
    : html`<section class="reasons"><h2>Without a result</h2><ul>${reasons.map(reasonHtml)}</ul></section>`;

const reasonHtml = ({ status, error, names }: Reason): Html => {
  const shown = names.slice(0, mostNames).map((one, i) => html`${i > 0 && ", "}${name(one)}`);
  const more = names.length - mostNames;
  return html`
    <li class="${status}">
      ${statusBadge(status)} <b>${shown}${more > 0 && ` and ${Format.count(more)} more`}</b>
      ${failureHtml(error)}`;
};

/** The failure and its remedy. */
export const failureHtml = (error: Failure | undefined): Html | false =>
  error !== undefined &&
  html`
    <p>${error.message}</p>
    <p class="remedy"><b>What to do:</b> ${error.remedy} <code>${error.reason}</code></p>`;
