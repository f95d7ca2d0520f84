/** The rows of a comparison as a strip, with the numbers below it. */
import * as Format from "../../../domain/Format.ts";
import type { RowShares } from "../../Drawing.ts";
import { strip } from "../charts/Svg.ts";
import { type Html, html } from "../Html.ts";

export const rowSharesHtml = ({ parts }: RowShares): Html => {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  return html`
    <div class="shares">
      <div aria-hidden="true">${strip(parts.map(({ kind, count }) => ({ kind, share: count / total })))}</div>
      <dl>${parts.map(
        ({ kind, label, count, bound }) => html`
          <div${count === 0 && html` class="muted"`}>
            <dt><span class="key ${kind}"></span> ${label}
            <dd>${bound !== undefined && `${bound} `}${Format.count(count)} <small>${Format.share(count / total)}</small>
          </div>`,
      )}</dl>
    </div>`;
};
