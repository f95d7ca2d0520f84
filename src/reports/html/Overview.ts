/** The overview of a batch: its totals, a row per item, and the reasons for missing results. */
import { label } from "../../batch/Batch.ts";
import type { Failure, ItemName, ResultBase, Status, Summary } from "../../batch/Result.ts";
import * as Format from "../../domain/Format.ts";
import { type Cell, duration } from "../Document.ts";
import type { Presenter } from "../Presenter.ts";
import { badge, type Kind, kindNames, kinds } from "./blocks/Badges.ts";
import { cellHtml } from "./blocks/Cells.ts";
import { type Html, html, name, none } from "./Html.ts";
import { titleHtml } from "./Title.ts";

const tile = (title: string, value: string, note?: string): Html =>
  html`<div><dt>${title}<dd>${value}${note !== undefined && html` <small>${note}</small>`}</div>`;

/** Totals of the batch. */
const tiles = (summary: Summary): Html => {
  const settled = summary.concurrency?.at(-1)?.limit;
  const bytes = (title: string, value: number | null) =>
    value !== null && value > 0 && tile(title, Format.bytes(value));
  return html`
    <dl class="tiles">
      ${tile("Items", Format.count(summary.total), summary.interrupted ? "interrupted" : undefined)}
      ${tile("Time", Format.duration(summary.wallMs))}
      ${bytes("Read", summary.bytesProcessed)}
      ${bytes("Billed", summary.bytesBilled)}
      ${settled !== undefined && tile("Settled at", Format.count(settled), "items in flight")}
      ${summary.retries > 0 && tile("Calls repeated", Format.count(summary.retries))}
    </dl>`;
};

const aligned = (align: "left" | "right"): Html | false => align === "right" && html` class="n"`;

/** The items that failed for the same reason. */
interface Reason {
  readonly anchor: string;
  readonly status: Exclude<Status, "ok">;
  readonly error: Failure | undefined;
  readonly names: Array<ItemName>;
}

/** Collects the reasons and the numbers of outcomes while the rows are made. */
export class Overview<Payload> {
  private readonly counts = new Map<Kind, number>();
  private readonly reasons = new Map<string, Reason>();

  constructor(
    private readonly presenter: Presenter<Payload>,
    private readonly summary: Summary,
  ) {}

  private get columns() {
    return this.presenter.overview.columns;
  }

  private get kinds() {
    return kinds.filter((kind) => this.counts.has(kind));
  }

  /** The row of an item, with a link to its part, or to the reason why it has none. */
  row(result: ResultBase, payload: Payload | undefined, id: string | undefined): Html {
    const { status } = result;
    const outcome = payload === undefined ? undefined : this.presenter.outcome(payload);
    const kind = outcome?.kind ?? (status === "ok" ? "good" : status);
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    const anchor =
      id ?? (status === "failed" || status === "skipped" ? this.reasonOf(result, status) : "overview");
    const cells = payload === undefined ? undefined : this.presenter.overview.row(payload);
    const time = duration(status === "skipped" ? null : result.durationMs);
    return html`
      <tr data-kind="${kind}">
        <th scope="row"><a href="#${anchor}">${titleHtml(result.item, "", 200)}</a>
        <td>${badge(kind, outcome?.text ?? status)}
        ${cells === undefined ? this.explained(result.error) : this.cells(cells)}
        <td class="n">${cellHtml(time)}`;
  }

  private cells(cells: ReadonlyArray<Cell>): Html {
    const shown = this.columns.flatMap(({ align, isOutcome }, i) =>
      isOutcome ? [] : [{ align, cell: cells[i] }],
    );
    return html`${shown.map(({ align, cell }) => html`<td${aligned(align)}>${cell === undefined ? "–" : quiet(cell)}`)}`;
  }

  private explained(error: Failure | undefined): Html {
    const width = this.columns.filter(({ isOutcome }) => isOutcome !== true).length;
    return html`<td colspan="${width}" class="said">${error?.message ?? "no result"}`;
  }

  private reasonOf({ error, item }: ResultBase, status: "failed" | "skipped"): string {
    const key = JSON.stringify([status, error]);
    const known = this.reasons.get(key);
    known?.names.push(item);
    const reason = known ?? { anchor: `reason-${this.reasons.size + 1}`, status, error, names: [item] };
    this.reasons.set(key, reason);
    return reason.anchor;
  }

  /** The number of items of each outcome. */
  outcomes(): ReadonlyArray<Html> {
    return this.kinds.map((kind) =>
      badge(kind, `${Format.count(this.counts.get(kind) ?? 0)} ${kindNames[kind]}`),
    );
  }

  /** The page up to the first row. */
  opening(): Html {
    const columns = this.columns.filter(({ isOutcome }) => isOutcome !== true);
    return html`
      ${tiles(this.summary)}
      <section id="overview">
        <h2>Overview <span class="count">worst first</span></h2>
        <div class="controls" hidden>
          <label>Find <input type="search" placeholder="name"></label>
          <span role="group" aria-label="Outcome">${this.kinds.map(
            (kind) =>
              html`<button type="button" data-kind="${kind}" aria-pressed="true">${kindNames[kind]} ${Format.count(this.counts.get(kind) ?? 0)}</button>`,
          )}</span>
          <span role="status"></span>
        </div>
        <div class="scroll" role="group" aria-label="All items" tabindex="0">
          <table class="index sortable" aria-label="All items">
            <thead><tr>
              <th scope="col">item<th scope="col">outcome
              ${columns.map(({ title, align }) => html`<th scope="col"${aligned(align)}>${title}`)}
              <th scope="col" class="n">time
            </thead>
            <tbody>`;
  }

  /** What follows the last row. */
  closing(): Html {
    const reasons = [...this.reasons.values()];
    return html`
      </tbody></table></div></section>
      ${reasons.length === 0 ? none : html`<section class="reasons"><h2>Without a result</h2><ul>${reasons.map(reasonHtml)}</ul></section>`}`;
  }
}

/** A count of zero needs no attention. */
const quiet = (cell: Cell): Html =>
  cell._tag === "Count" && cell.value === 0 ? html`<span class="muted">0</span>` : cellHtml(cell);

/** Further names of a reason are only counted: the table has them all. */
const mostNames = 20;

const reasonHtml = ({ anchor, status, error, names }: Reason): Html => {
  const shown = names.slice(0, mostNames).map((one, i) => html`${i > 0 && ", "}${name(label(one))}`);
  const more = names.length - mostNames;
  return html`
    <li class="${status}" id="${anchor}">
      ${badge(status, status)} <b>${shown}${more > 0 && ` and ${Format.count(more)} more`}</b>
      ${failureHtml(error)}
      <a class="back" href="#overview">Back to the overview</a>`;
};

/** The failure and its remedy. */
export const failureHtml = (error: Failure | undefined): Html | false =>
  error !== undefined &&
  html`
    <p>${error.message}</p>
    <p class="remedy"><b>What to do:</b> ${error.remedy} <code>${error.reason}</code></p>`;
