/** Labels with a sign of their own, so that colour is never the only difference. */
import type { Status } from "../../../batch/Result.ts";
import type { Document, Emphasis, Severity } from "../../Document.ts";
import { type Html, html } from "../Html.ts";

const severitySigns: Readonly<Record<Severity, string>> = { warning: "▲", notice: "●", info: "○" };

export const severityMark = (severity: Severity): Html =>
  html`<span class="sign" aria-hidden="true">${severitySigns[severity]}</span>`;

const looks: Readonly<Record<Status, { readonly sign: string; readonly emphasis: Emphasis }>> = {
  ok: { sign: "✓", emphasis: "good" },
  different: { sign: "≠", emphasis: "warn" },
  failed: { sign: "✕", emphasis: "bad" },
  skipped: { sign: "–", emphasis: "muted" },
};

const badge = (text: string, sign: string, emphasis: Emphasis): Html =>
  html`<span class="badge ${emphasis}"><span class="sign" aria-hidden="true">${sign}</span> ${text}</span>`;

export const statusBadge = (status: Status): Html =>
  badge(status, looks[status].sign, looks[status].emphasis);

const verdictSigns: Readonly<Record<Emphasis, string>> = {
  good: "✓",
  warn: "≠",
  bad: "✕",
  strong: "•",
  muted: "–",
};

/** Uses the program's verdict if there is one. */
export const verdictBadge = (status: Status, verdict: Document["verdict"]): Html =>
  verdict === undefined
    ? statusBadge(status)
    : badge(verdict.text, verdictSigns[verdict.emphasis], verdict.emphasis);
