/** A row per column, dense enough to scan hundreds: how full, how varied, the values at a glance, findings. */

import * as Format from "../../../domain/Format.ts";
import { cut } from "../../../domain/Phrases.ts";
import type { Severity } from "../../Document.ts";
import type { Column } from "../../Drawing.ts";
import { miniature } from "../charts/Svg.ts";
import { type Html, html, name, none } from "../Html.ts";
import { severityMark } from "./Badges.ts";
import { bar, cellHtml } from "./Cells.ts";
import type { Placed } from "./ColumnCards.ts";
import { expanders } from "./Expanders.ts";
import type { HeadingContext } from "./Heading.ts";
import { scrollable } from "./Scrollable.ts";

/** Longer tables scroll below their head. */
const manyRows = 25;

export const columnTable = (all: ReadonlyArray<Placed>, place: HeadingContext): Html =>
  scrollable(
    `All columns of ${cut(place.within, 200)}`,
    html`
      <table class="index${all.length > 2 && " sortable"}" aria-label="All columns of ${cut(place.within, 200)}">
        <thead><tr>
          <th scope="col">Column<th scope="col">Type<th scope="col">Nulls<th scope="col" class="n">Distinct
          <th scope="col">Values<th scope="col" class="n">Lowest<th scope="col" class="n">Highest
          <th scope="col">Findings
        </thead>
        <tbody>${all.map((one) => row(one, place))}</tbody>
      </table>`,
    all.length > manyRows,
  );

const severities = ["warning", "notice", "info"] as const satisfies ReadonlyArray<Severity>;

const row = ({ column, depth }: Placed, place: HeadingContext): Html => {
  const { distinct, low, high } = column.summary;
  const kinds = severities.filter((one) => column.findings.some(({ severity }) => severity === one));
  return html`
    <tr data-depth="${depth}" data-family="${column.family}"${kinds.length > 0 && html` data-findings="${kinds.join(";")}"`}>
      <th scope="row" class="d${Math.min(depth, 6)}"><a href="#${place.columnId(column.path)}">${name(column.name, 100)}</a>
      <td><code>${column.type}</code>
      <td>${nulls(column)}
      <td class="n">${distinct === undefined ? none : cellHtml(distinct)}
      <td>${values(column)}
      <td class="n">${low === undefined ? none : cellHtml(low)}
      <td class="n">${high === undefined ? none : cellHtml(high)}
      <td>${kinds.length > 0 && marks(column)}`;
};

const nulls = ({ nulls, rows }: Column): Html => {
  if (rows === 0) return html`<span class="muted">–</span>`;
  const share = nulls / rows;
  return html`<data value="${Math.round(share * 1e6) / 1e6}">${bar(share)} ${Format.share(share)}</data>`;
};

/** A sparkline, or the most frequent value with its share. */
const values = ({ drawings, summary }: Column): Html => {
  const spread = drawings.find((one) => one._tag === "Distribution");
  if (spread !== undefined) {
    return html`${spread.approximate && "~"}${miniature(spread.bins.map(({ count }) => count))}`;
  }
  const top = drawings.find((one) => one._tag === "Frequencies");
  const first = top?.values[0];
  if (top === undefined || first === undefined || top.total <= 0) {
    return summary.variety === undefined ? none : html`<span class="muted">${summary.variety}</span>`;
  }
  const share = first.count / top.total;
  const label = first.label === "" ? html`<span class="muted">empty</span>` : html`${cut(first.label, 40)}`;
  return html`${bar(share)}<span class="value">${label}</span> <small>${Format.share(share)}</small>`;
};

/** Sorted by the number of warnings, then of notices, then of remarks. */
const marks = ({ findings }: Column): Html => {
  const counts = severities.map((one) => findings.filter(({ severity }) => severity === one).length);
  const [warnings = 0, notices = 0, remarks = 0] = counts;
  const key = warnings * 1e6 + notices * 1e3 + remarks;
  return html`<data value="${key}" title="${cut(findings.map(({ text }) => text).join(" · "), 120)}">${severities.map(
    (severity, i) =>
      counts[i] === 0
        ? none
        : html`<span class="${severity}">${severityMark(severity)} ${counts[i]}<span class="vh"> ${severity}</span></span> `,
  )}</data>`;
};

/** Controls that need the script; hidden without it. */
export const columnControls = (all: ReadonlyArray<Placed>): Html => {
  const families = [...new Set(all.map(({ column }) => column.family))];
  const found = severities.filter((one) =>
    all.some(({ column }) => column.findings.some(({ severity }) => severity === one)),
  );
  return html`
    <div class="controls" hidden>
      <label>Find <input type="search" placeholder="name or type"></label>
      ${families.length > 1 && html`<label>Kind ${select("family", "all", families)}</label>`}
      ${found.length > 0 && html`<label>Findings ${select("findings", "any or none", found)}</label>`}
      ${expanders(".card")}
      <span role="status"></span>
    </div>`;
};

/** The script compares the chosen value with the words of the row's data attribute of that name. */
const select = (attribute: string, everything: string, choices: ReadonlyArray<string>): Html => html`
  <select data-by="${attribute}">
    <option value="">${everything}</option>
    ${choices.map((choice) => html`<option>${choice}</option>`)}
  </select>`;
