/**
 * The words for outcomes, each with one colour and one sign on every page of the three programs: colour is
 * never the only difference. The colours are tokens of style/tokens.css.
 */
import type { Status } from "../../../batch/Result.ts";
import { counted } from "../../../domain/Phrases.ts";
import type { Severity } from "../../Document.ts";
import type { Outcome } from "../../Presenter.ts";
import { type Html, html } from "../Html.ts";

interface Look {
  readonly sign: string;
  readonly color: "good" | "warn" | "bad" | "note" | "muted";
}

const severities: Readonly<Record<Severity, Look>> = {
  warning: { sign: "▲", color: "warn" },
  notice: { sign: "●", color: "note" },
  info: { sign: "○", color: "muted" },
};

/** The status of an item without a payload, or the outcome of its program. */
export type Kind = Outcome["kind"] | Exclude<Status, "ok">;

const looks: Readonly<Record<Kind, Look>> = {
  failed: { sign: "✕", color: "bad" },
  breaking: { sign: "!", color: "bad" },
  different: { sign: "≠", color: "warn" },
  warning: severities.warning,
  notice: severities.notice,
  skipped: { sign: "–", color: "muted" },
  good: { sign: "✓", color: "good" },
};

/** The worst first. */
export const kinds = Object.keys(looks) as ReadonlyArray<Kind>;

/** What a filter calls the items of a kind. */
export const kindNames: Readonly<Record<Kind, string>> = {
  failed: "failed", breaking: "breaking", different: "different", warning: "with warnings", notice: "with notices",
  skipped: "skipped", good: "ok",
}; // biome-ignore format: one table

/** The sign and colour of a kind, with its text. */
export const badge = (kind: Kind, text: string): Html => drawn(text, looks[kind]);

const drawn = (text: string, { sign, color }: Look): Html =>
  html`<span class="badge ${color}"><span class="sign" aria-hidden="true">${sign}</span> ${text}</span>`;

export const severityMark = (severity: Severity): Html =>
  html`<span class="sign" aria-hidden="true">${severities[severity].sign}</span>`;

/** The numbers of findings that deserve attention: `▲ 2 warnings`. */
export const tallyBadges = (count: (severity: Severity) => number): ReadonlyArray<Html> =>
  (["warning", "notice"] as const).flatMap((severity) => {
    const found = count(severity);
    return found === 0 ? [] : [badge(severity, counted(found, severity))];
  });
