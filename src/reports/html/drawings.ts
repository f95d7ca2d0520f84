/** Drawings with what they show in words and figures beside them: a drawing alone would tell nothing to those who cannot see it. */
import type { Bin, Distribution, Frequencies, Place, Quantile, Quantiles } from "../Drawing.ts";
import * as Figures from "../text/figures.ts";
import { bar } from "./cells.ts";
import { boxPlot, histogram } from "./charts.ts";
import { type Html, html, none, shortened } from "./Html.ts";

const approximately = (isSo: boolean): Html => (isSo ? html` <small>approximate</small>` : none);

/** Where there is a baseline, the two are told apart by more than their colours. */
const legend = (now: string, before: string): Html =>
  html`<p class="legend"><span class="key now"></span> ${now} <span class="key before"></span> ${before}</p>`;

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

const places = (bins: ReadonlyArray<Bin>): ReadonlyArray<Place> => bins.flatMap(({ from, to }) => [from, to]);

const distribution = (one: Distribution): Html => {
  const ends = [...places(one.bins), ...places(one.baseline ?? [])].toSorted((a, b) => a.at - b.at);
  return html`<figure><figcaption>${one.title}${approximately(one.approximate)}</figcaption>${histogram(one)}<p class="ends"><span>${ends[0]?.label}</span><span>${ends.at(-1)?.label}</span></p>${one.baseline === undefined ? none : legend("now, as bars", "baseline, dashed; by share of rows")}${binsTold(one)}</figure>`;
};

/** Every bin in words. */
const binsTold = ({ bins, baseline }: Distribution): Html => {
  const told = (list: ReadonlyArray<Bin>) =>
    list.map(({ from, to, count }) => `${from.label} to ${to.label}: ${Figures.count(count)}`).join(" · ");
  const now = html`<p>${told(bins)}</p>`;
  return html`<details class="data"><summary>Rows by bin</summary>${baseline === undefined ? now : html`<p>Now</p>${now}<p>Baseline</p><p>${told(baseline)}</p>`}</details>`;
};

const quantiles = (one: Quantiles): Html =>
  html`<figure><figcaption>${one.title}${approximately(one.approximate)}</figcaption>${boxPlot(one)}${quantileTable(one)}${one.baseline === undefined ? none : legend("now, above", "baseline, below")}</figure>`;

const shareLabel = (share: number): string =>
  share === 0 ? "min" : share === 1 ? "max" : `${Math.round(share * 100)}%`;

const quantileTable = ({ points, baseline }: Quantiles): Html => {
  const line = (title: string, of: ReadonlyArray<Quantile>): Html =>
    html`<tr><th scope="row">${title}${points.map(
      ({ share }) => html`<td>${of.find((point) => point.share === share)?.place.label ?? "–"}`,
    )}`;
  const rows = baseline === undefined ? line("at", points) : html`${line("now", points)}${line("baseline", baseline)}`;
  return html`<div class="scroll" role="region" aria-label="Quantiles" tabindex="0"><table class="quantiles"><thead><tr><td>${points.map(
    ({ share }) => html`<th scope="col">${shareLabel(share)}`,
  )}</thead><tbody>${rows}</tbody></table></div>`;
};

const frequencies = (one: Frequencies): Html => {
  const hasBaseline = one.values.some(({ baseline }) => baseline !== undefined);
  const shareOf = (count: number, total: number | undefined): number | undefined =>
    total === undefined || total <= 0 ? undefined : count / total;
  const told = (share: number | undefined): string => (share === undefined ? "–" : Figures.share(share));
  const rows = one.values.map(({ label, count, baseline }) => {
    const share = shareOf(count, one.total);
    const before = baseline == null ? undefined : shareOf(baseline, one.baselineTotal);
    return html`<tr><td>${label === "" ? html`<span class="muted">empty</span>` : shortened(label, 120)}<td class="n">${one.approximate ? "~" : ""}${Figures.count(count)}<td class="n">${told(share)}<td>${bar(share ?? 0)}${hasBaseline ? html`<td class="n">${baseline == null ? "–" : told(before)}<td>${before === undefined ? none : html`<span class="was">${bar(before)}</span>`}` : none}`;
  });
  return html`<figure><div class="scroll" role="region" aria-label="${one.title}" tabindex="0"><table class="top"><caption>${one.title}${approximately(one.approximate)}</caption><thead><tr><th scope="col">Value<th scope="col" class="n">Rows<th scope="col" class="n">Share<td>${hasBaseline ? html`<th scope="col" class="n">Baseline<td>` : none}</thead><tbody>${rows}</tbody></table></div></figure>`;
};
