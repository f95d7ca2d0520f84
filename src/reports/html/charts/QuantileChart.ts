/** A box plot with its axis; the baseline's below it, on the same axis. */
import type { Quantile, Quantiles } from "../../Drawing.ts";
import { textTable } from "../blocks/TextTable.ts";
import { type Html, html } from "../Html.ts";
import { xAxis } from "./Axis.ts";
import { scale } from "./Scale.ts";
import { boxPlot } from "./Svg.ts";

/** From the 1st to the 99th percentile, because an outlier would flatten the box. */
export const quantilesHtml = ({ title, axis, points, baseline, approximate }: Quantiles): Html => {
  const places = [...points, ...(baseline ?? [])]
    .filter(({ share }) => share > 0 && share < 1)
    .map(({ place }) => place)
    .toSorted((a, b) => a.at - b.at);
  const [low, high] = [places[0], places.at(-1)];
  if (low === undefined || high === undefined)
    return html`<figure class="data">${table(points, baseline)}</figure>`;
  const place = scale(low.at, high.at);
  return html`
    <figure>
      <figcaption>
        <b>${title}</b> box 25–75%, line at 50%, whiskers 5–95%, ticks 1 and 99%${approximate && ", approximate"}
      </figcaption>
      <div class="chart" aria-hidden="true">
        <div class="plot">${boxPlot(points, place, "box")}</div>
        ${baseline !== undefined && html`<div class="plot">${boxPlot(baseline, place, "box before")}</div>`}
        ${xAxis(low, high, axis)}
      </div>
      <details class="data"><summary>Quantiles</summary>${table(points, baseline)}</details>
    </figure>`;
};

const shareLabel = (share: number): string =>
  share === 0
    ? "minimum"
    : share === 1
      ? "maximum"
      : share === 0.5
        ? "median"
        : `${Math.round(share * 100)}%`;

const table = (points: ReadonlyArray<Quantile>, baseline: ReadonlyArray<Quantile> | undefined): Html =>
  textTable([
    ["quantile", "value", ...(baseline === undefined ? [] : ["baseline"])],
    ...points.map(({ share, place }) => [
      shareLabel(share),
      place.label,
      ...(baseline === undefined
        ? []
        : [baseline.find((point) => point.share === share)?.place.label ?? "–"]),
    ]),
  ]);
