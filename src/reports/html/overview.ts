/** A batch at a glance: what came of it, every item on a line, and why some have no result. */
import { label, payloadOf, type Result } from "../../batch/Batch.ts";
import type { Program } from "../../batch/Program.ts";
import type { Failure, Status, Summary } from "../../batch/Result.ts";
import * as Figures from "../text/figures.ts";
import { counted } from "../words.ts";
import { statusBadge } from "./badges.ts";
import { cellHtml } from "./cells.ts";
import { type Html, html, name, none } from "./Html.ts";

const statuses = ["ok", "different", "failed", "skipped"] as const satisfies ReadonlyArray<Status>;

/** What the batch took. */
export const tiles = (summary: Summary): Html => {
  const tile = (title: string, value: string, note = ""): Html =>
    html`<div><dt>${title}<dd>${value}${note === "" ? none : html` <small>${note}</small>`}</div>`;
  const bytes = (title: string, value: number | null) =>
    value === null || value === 0 ? none : tile(title, Figures.bytes(value));
  return html`<dl class="tiles">${tile("Items", Figures.count(summary.total), summary.interrupted ? "interrupted" : "")}${statuses
    .filter((status) => summary[status] > 0)
    .map((status) => tile(status, Figures.count(summary[status])))}${tile("Time", Figures.duration(summary.wallMs), summary.speedup >= 1.1 ? `${Figures.measure(summary.speedup)} times as fast as one by one` : "")}${bytes("Read", summary.bytesProcessed)}${bytes("Billed", summary.bytesBilled)}${summary.retries === 0 ? none : tile("Calls repeated", Figures.count(summary.retries))}</dl>`;
};

/** What the script brings to life. */
const controls = (summary: Summary): Html =>
  html`<div class="controls" hidden><label>Find <input type="search" placeholder="name"></label><span role="group" aria-label="Status">${statuses
    .filter((status) => summary[status] > 0)
    .map(
      (status) =>
        html`<button type="button" data-status="${status}" aria-pressed="true">${status} ${Figures.count(summary[status])}</button>`,
    )}</span><span role="status"></span></div>`;

/** The table of all items up to its first row. */
export const tableOpening = <Item, Payload>(program: Program<Item, Payload>, summary: Summary): Html =>
  html`<section id="overview"><h2>Overview</h2>${controls(summary)}<div class="scroll" role="region" aria-label="All items" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Item<th scope="col">Status${program.overview.columns.map(
    ({ title, align }) => html`<th scope="col"${align === "right" ? html` class="n"` : none}>${title}`,
  )}<th scope="col" class="n">Time</thead><tbody>\n`;

/** An item's row; it leads to the item's own part where there is one. */
export const tableRow = <Item, Payload>(program: Program<Item, Payload>, result: Result<Payload>): Html => {
  const payload = payloadOf(program, result);
  const cells = payload === undefined ? [] : program.overview.row(payload);
  const title = name(label(result.item), 200);
  return html`<tr data-status="${result.status}"><th scope="row">${payload === undefined ? title : html`<a href="#i${result.index}">${title}</a>`}<td>${statusBadge(result.status)}${program.overview.columns.map(
    ({ align }, i) =>
      html`<td${align === "right" ? html` class="n"` : none}>${cells[i] === undefined ? html`–` : cellHtml(cells[i])}`,
  )}<td class="n">${cellHtml({ _tag: "Duration", milliseconds: result.status === "skipped" ? null : result.durationMs })}\n`;
};

export const tableClosing = html`</tbody></table></div></section>`;

/** Names by what they failed for: many items often share a reason. */
export interface Reason {
  readonly status: Status;
  readonly error: Failure | undefined;
  readonly names: Array<string>;
}

/** More names of one reason are counted: the table has them all. */
const mostNames = 20;

export const reasonsHtml = (reasons: ReadonlyArray<Reason>): Html =>
  reasons.length === 0
    ? none
    : html`<section class="reasons"><h2>Without a result</h2><ul>${reasons.map(reasonHtml)}</ul></section>`;

const reasonHtml = ({ status, error, names }: Reason): Html =>
  html`<li>${statusBadge(status)} <b>${names.slice(0, mostNames).map((one, i) => html`${i === 0 ? "" : ", "}${name(one)}`)}${names.length > mostNames ? html` and ${counted(names.length - mostNames, "more", "more")}` : none}</b>${failureHtml(error)}`;

/** What happened, and what to do next. */
export const failureHtml = (error: Failure | undefined): Html =>
  error === undefined
    ? none
    : html`<p>${error.message}</p><p class="remedy"><b>What to do:</b> ${error.remedy} <code>${error.reason}</code></p>`;
