/** Renders the blocks of a Document as markup, brief or full. */

import { counted } from "../../../domain/Phrases.ts";
import type { Block, Severity } from "../../Document.ts";
import type { Drawing } from "../../Drawing.ts";
import { drawingHtml } from "../charts/Drawings.ts";
import { type Html, html, lines, name } from "../Html.ts";
import { severityMark } from "./Badges.ts";
import { changedRowsHtml } from "./ChangedRows.ts";
import { columnsHtml } from "./ColumnCards.ts";
import { factsHtml } from "./Facts.ts";
import { type HeadingContext, heading } from "./Heading.ts";
import { rowSharesHtml } from "./RowShares.ts";
import { tableHtml } from "./Table.ts";
import { treeHtml } from "./Tree.ts";

/** The blocks of a page, at full detail. */
export type Shown = Exclude<Block, { _tag: "Depths" }> | Drawing;

type Finding = Extract<Block, { _tag: "Finding" }>;

/** A section of the page: consecutive findings form one list. */
export type Group = { readonly _tag: "Findings"; readonly findings: ReadonlyArray<Finding> } | Shown;

/** Replaces blocks with two levels of detail by their full blocks. */
export const full = (blocks: ReadonlyArray<Block | Drawing>): ReadonlyArray<Shown> =>
  blocks.flatMap((block): ReadonlyArray<Shown> => (block._tag === "Depths" ? full(block.full) : [block]));

export const grouped = (blocks: ReadonlyArray<Shown>): ReadonlyArray<Group> => {
  const groups: Array<Group> = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (block._tag !== "Finding") groups.push(block);
    else if (last?._tag === "Findings") {
      groups[groups.length - 1] = { _tag: "Findings", findings: [...last.findings, block] };
    } else groups.push({ _tag: "Findings", findings: [block] });
  }
  return groups;
};

/** The title to name when the group is omitted. */
export const titleOf = (group: Group): string => {
  switch (group._tag) {
    case "Findings":
    case "Finding":
      return "findings";
    case "Facts":
      return "facts";
    case "Paragraph":
      return "a note";
    default:
      return group.title ?? "a table";
  }
};

export const groupHtml = (group: Group, place: HeadingContext): Html => {
  switch (group._tag) {
    case "Findings":
      return findings(group.findings, place);
    case "Finding":
      return findings([group], place);
    case "Facts":
      return html`<section class="facts">${factsHtml(group.facts)}</section>`;
    case "Paragraph":
      return html`<p class="note">${lines(group.text)}</p>`;
    case "Table":
      return tableHtml(group, place);
    case "Section":
      return section(group, place);
    case "Columns":
      return columnsHtml(group, place);
    case "Tree":
      return treeHtml(group, place);
    case "RowShares":
      return rowSharesHtml(group);
    case "ChangedRows":
      return changedRowsHtml(group, place);
    default:
      return drawingHtml(group);
  }
};

const section = (
  { title, folded, blocks }: Extract<Block, { _tag: "Section" }>,
  place: HeadingContext,
): Html => {
  const inner = { ...place, level: place.level + 1, within: title };
  const content = grouped(full(blocks)).map((group) => groupHtml(group, inner));
  return folded === true
    ? html`<details class="fold"><summary>${heading(place.level, title)}</summary>${content}</details>`
    : html`<section>${heading(place.level, title)}${content}</section>`;
};

const severities: ReadonlyArray<Severity> = ["warning", "notice", "info"];
/** More findings of a severity than this are initially collapsed. */
const fewFindings = 6;

const findings = (all: ReadonlyArray<Finding>, place: HeadingContext): Html => {
  const by = severities.map((severity) => all.filter((finding) => finding.severity === severity));
  return html`
    <section class="findings">
      ${heading(place.level, "Findings")}
      ${by.map((found, i) => {
        const most = severities[i] === "info" && found.length > fewFindings ? 0 : fewFindings;
        const more = found.slice(most);
        return html`
          ${found.length > 0 && most > 0 && listHtml(found.slice(0, most), place)}
          ${more.length > 0 && html`<details><summary>${counted(more.length, `${most > 0 ? "more " : ""}${words[severities[i]!]}`)}</summary>${listHtml(more, place)}</details>`}`;
      })}
    </section>`;
};

const words: Readonly<Record<Severity, string>> = { warning: "warning", notice: "notice", info: "remark" };

const listHtml = (all: ReadonlyArray<Finding>, place: HeadingContext): Html =>
  html`<ul>${all.map(
    ({ severity, subject, text }) => html`
      <li class="${severity}">${severityMark(severity)} <span class="vh">${severity}: </span>${subjectHtml(subject, place)} ${text}`,
  )}</ul>`;

const subjectHtml = (subject: string, place: HeadingContext): Html => {
  const target = place.linkTo(subject);
  return target === undefined
    ? html`<b>${name(subject)}</b>`
    : html`<a href="#${target}">${name(subject)}</a>`;
};
