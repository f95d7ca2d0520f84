/** Drawings with their numbers as text, for readers who cannot see the drawing. */

import * as Format from "../../../domain/Format.ts";
import type { AxisPosition, Bin, Distribution, Frequencies, Quantiles } from "../../Drawing.ts";
import { bar } from "../blocks/Cells.ts";
import { type Html, html, none, shortened } from "../Html.ts";
import { boxPlot, histogram } from "./Charts.ts";

const approximately = (isSo: boolean): Html => (isSo ? html` <small>approximate</small>` : none);

/** The two differ in more than colour. */
const legend = html`
  <p class="legend">
    <span class="key"></span> now <span class="key before"></span> baseline, dashed; both by share of rows
  </p>`;

const titled = (title: string, isApproximate: boolean): Html =>
  html`<figcaption>${title}${approximately(isApproximate)}</figcaption>`;

export const drawingHtml = (drawing: Distribution | Quantiles | Frequencies): Html => {
  switch (drawing._tag) {
    case "Distribution":
      return distribution(drawing);
    case "Quantiles":
      return quantiles(drawing);
    case "Frequencies":
      return frequencies(drawing);
  }
};

const places = (bins: ReadonlyArray<Bin>): ReadonlyArray<AxisPosition> =>
  bins.flatMap(({ from, to }) => [from, to]);

const distribution = (one: Distribution): Html => {
  const ends = [...places(one.bins), ...places(one.baseline ?? [])].toSorted((a, b) => a.at - b.at);
  return html`
    <figure>
      ${titled(one.title, one.approximate)}
      ${histogram(one)}
      <p class="ends"><span>${ends[0]?.label}</span><span>${ends.at(-1)?.label}</span></p>
      ${one.baseline !== undefined && legend}
      ${binsAsText(one)}
    </figure>`;
};

/** Every bin as text. */
const binsAsText = ({ bins, baseline }: Distribution): Html => {
  const items = (list: ReadonlyArray<Bin>) =>
    list
      .map(
        ({ from, to, count, estimated }) =>
          `${from.label} to ${to.label}: ${estimated === true ? "~" : ""}${Format.count(count)}`,
      )
      .join(" · ");
  const now = html`<p>${items(bins)}</p>`;
  return html`
    <details class="data">
      <summary>Rows by bin</summary>
      ${baseline === undefined ? now : html`<p>Now</p>${now}<p>Baseline</p><p>${items(baseline)}</p>`}
    </details>`;
};

const quantiles = (one: Quantiles): Html => html`
  <figure>
    ${titled(one.title, one.approximate)}
    ${boxPlot(one)}
    ${quantileList(one)}
    ${one.baseline !== undefined && html`<p class="legend">above: now; below: baseline</p>`}
  </figure>`;

const shareLabel = (share: number): string =>
  share === 0 ? "min" : share === 1 ? "max" : `${Math.round(share * 100)}%`;

const quantileList = ({ points, baseline }: Quantiles): Html =>
  html`<dl class="quantiles">${points.map(({ share, place }) => {
    const before = baseline?.find((point) => point.share === share)?.place.label;
    const was = html`<dd class="was"><span class="vh">baseline </span>${before ?? "–"}`;
    return html`<div><dt>${shareLabel(share)}<dd>${place.label}${baseline !== undefined && was}</div>`;
  })}</dl>`;

const frequencies = (one: Frequencies): Html => {
  const hasBaseline = one.values.some(({ baseline }) => baseline !== undefined);
  const caption = html`${one.title}${approximately(one.approximate)}`;
  return html`
    <table class="top">
      <caption>${caption}</caption>
      <thead><tr>
        <th scope="col">Value<th scope="col" class="n">Rows<th scope="col" class="n">Share
        ${hasBaseline && html`<th scope="col" class="n">Baseline`}
        <td>
      </thead>
      <tbody>${one.values.map((value) => frequency(value, one, hasBaseline))}</tbody>
    </table>`;
};

/** A value with its share of the total, and the baseline's. */
const frequency = (
  { label, count, baseline }: Frequencies["values"][number],
  { total, baselineTotal, approximate }: Frequencies,
  hasBaseline: boolean,
): Html => {
  const share = shareOf(count, total);
  const before = shareOf(baseline, baselineTotal);
  return html`
    <tr>
      <td>${label === "" ? html`<span class="muted">empty</span>` : shortened(label, 120)}
      <td class="n">${approximate && "~"}${Format.count(count)}
      <td class="n">${shareText(share)}
      ${hasBaseline && html`<td class="n">${shareText(before)}`}
      <td>${bar(share ?? 0)}${before !== undefined && html`<span class="was">${bar(before)}</span>`}`;
};

const shareOf = (count: number | null | undefined, total: number | undefined): number | undefined =>
  count == null || total === undefined || total <= 0 ? undefined : count / total;

const shareText = (share: number | undefined): string => (share === undefined ? "–" : Format.share(share));
