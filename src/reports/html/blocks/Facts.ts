/** Labels and their values. */
import type { Fact } from "../../Document.ts";
import { type Html, html, shortened } from "../Html.ts";
import { cellHtml } from "./Cells.ts";

export const factsHtml = (facts: ReadonlyArray<Fact>, label?: string): Html =>
  html`<dl${label !== undefined && html` aria-label="${label}"`}>${facts.map(({ label, cell }) => html`<div><dt>${shortened(label, 100)}<dd>${cellHtml(cell, "fact")}</div>`)}</dl>`;
