/** Drawings with their numbers as a table, for readers who want them or cannot see the drawing. */

import * as Format from "../../../domain/Format.ts";
import type { Distribution, Frequencies, Quantiles } from "../../Drawing.ts";
import { percent } from "../blocks/Cells.ts";
import { type Html, html, shortened } from "../Html.ts";
import { distributionHtml } from "./DistributionChart.ts";
import { quantilesHtml } from "./QuantileChart.ts";

export const drawingHtml = (drawing: Distribution | Quantiles | Frequencies): Html => {
  switch (drawing._tag) {
    case "Distribution":
      return distributionHtml(drawing);
    case "Quantiles":
      return quantilesHtml(drawing);
    case "Frequencies":
      return frequencies(drawing);
  }
};

const frequencies = (one: Frequencies): Html => {
  const hasBaseline = one.values.some(({ baseline }) => baseline !== undefined);
  const rows = one.values.map(({ label, count, baseline }) => ({
    label,
    count,
    share: shareOf(count, one.total),
    before: shareOf(baseline, one.baselineTotal),
  }));
  const most = Math.max(...rows.flatMap(({ share, before }) => [share ?? 0, before ?? 0]), Number.MIN_VALUE);
  return html`
    <table class="top">
      <caption><b>${one.title}</b>${one.approximate && " approximate"}</caption>
      <thead><tr>
        <th>Value<th>Rows<th>Share
        ${hasBaseline && html`<th>Baseline`}
        <td>
      </thead>
      <tbody>${rows.map(
        ({ label, count, share, before }) => html`
          <tr>
            <td>${label === "" ? html`<span class="muted">empty</span>` : shortened(label, 120)}
            <td>${one.approximate && "~"}${Format.count(count)}
            <td>${shareText(share)}
            ${hasBaseline && html`<td>${shareText(before)}`}
            <td class="w${percent((share ?? 0) / most)}">${before !== undefined && html`<span class="bar was w${percent(before / most)}"></span>`}`,
      )}</tbody>
    </table>`;
};

const shareOf = (count: number | null | undefined, total: number | undefined): number | undefined =>
  count == null || total === undefined || total <= 0 ? undefined : count / total;

const shareText = (share: number | undefined): string => (share === undefined ? "–" : Format.share(share));
