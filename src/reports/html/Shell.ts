/** The page around the report: a single file without network requests, which runs only its own script. */
import type { Run } from "../../batch/Result.ts";
import { cut } from "../../domain/Phrases.ts";
import { sha256 } from "../../services/Hash.ts";
import { type Html, html, name, trusted } from "./Html.ts";
import script from "./page.client.js" with { type: "text" };
import { style } from "./Style.ts";

const hash = (text: string): string => `'sha256-${sha256(text, "base64")}'`;

/** Forbids loading, sending and framing, and allows one style sheet and one script by their hashes. */
const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;

const kinds: Readonly<Record<string, string>> = {
  "bq-profile": "Profile",
  "bq-schema-diff": "Schema diff",
  "bq-table-compare": "Table comparison",
};

export const kindOf = ({ tool }: Run): string => kinds[tool] ?? tool;

/** `2026-01-31 12:34 UTC` */
const minute = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

const option = ([key, value]: readonly [string, unknown]): Html =>
  html`<code>--${key}${value === true ? "" : ` ${typeof value === "string" ? value : JSON.stringify(value)}`}</code> `;

/** Options that do not affect results, and contain paths of the machine that wrote the page. */
const left: ReadonlySet<string> = new Set(["output"]);

const how = ({ options }: Run): Html | false => {
  const given = Object.entries(options).filter(([key]) => !left.has(key));
  return (
    given.length > 0 &&
    html`<details class="how"><summary>Options</summary><p>${given.map(option)}</p></details>`
  );
};

const line = (run: Run): Html => html`
  <span class="kind">${kindOf(run)}</span>
  <span class="meta">
    ${run.tool} ${run.version} · <time datetime="${run.startedAt}">${minute(run.startedAt)}</time>
    ${run.principal !== null && html` · seen by ${name(run.principal, 100)}`}
  </span>
  ${how(run)}`;

/** The page up to the start of the report. */
export const opening = (run: Run, title: string): Html => html`
  <!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="${run.tool} ${run.version}">
      <title>${kindOf(run)}: ${cut(title, 200)}</title>
      <style>${trusted(style)}</style>
    </head>
    <body>
      <a class="skip" href="#main">Skip to the report</a>
      <header><div class="wide">${line(run)}</div></header>
      <main id="main" class="wide">`;

export const closing: Html = html`</main><script>${trusted(script)}</script></body></html>`;
