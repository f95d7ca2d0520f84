/** Two trees side by side as one table: a line per field, with its changes. */

import * as Format from "../../../domain/Format.ts";
import type { Tree, TreeNode, TreeSide } from "../../Drawing.ts";
import { type Html, html, name } from "../Html.ts";
import { type HeadingContext, heading } from "./Heading.ts";
import { scrollable } from "./Scrollable.ts";

type Kind = "added" | "removed" | "changed" | "same";

const kindOf = ({ a, b, changes }: TreeNode, inherited: Kind): Kind =>
  changes.length === 0 && inherited !== "same"
    ? inherited
    : b === null
      ? "removed"
      : a === null
        ? "added"
        : changes.length > 0
          ? "changed"
          : "same";

const signs: Readonly<Record<Kind, string>> = { added: "+", removed: "−", changed: "±", same: "" };

export const treeHtml = (tree: Tree, place: HeadingContext): Html => {
  const [a, b] = tree.sides;
  const label = `${tree.title}, side by side`;
  const rows = tree.nodes.flatMap((node) => rowsOf(node, 0, "same"));
  return html`
    <section class="tree">
      ${heading(place.level, tree.title, Format.count(rows.length))}
      ${controls(tree)}
      ${scrollable(
        label,
        html`
          <table aria-label="${label}">
            <thead><tr>
              <th scope="col">A: ${name(a, 100)}<th scope="col">B: ${name(b, 100)}
              <th scope="col">Change<th scope="col">Class
            </thead>
            <tbody>${rows}</tbody>
          </table>`,
      )}
    </section>`;
};

const countOf = (nodes: ReadonlyArray<TreeNode>, group: string): number =>
  nodes.reduce(
    (sum, node) =>
      sum + node.changes.filter((change) => change.group === group).length + countOf(node.nodes, group),
    0,
  );

const choice = (show: string, label: string, isChosen = false): Html =>
  html`<button type="button" data-show="${show}" aria-pressed="${isChosen ? "true" : "false"}">${label}</button>`;

/** Controls that need the script. */
const controls = ({ groups, nodes }: Tree): Html => {
  const found = groups
    .map((group) => ({ group, count: countOf(nodes, group) }))
    .filter(({ count }) => count > 0);
  return html`
    <div class="controls" hidden>
      <span role="group" aria-label="Fields to show">
        ${choice("", "all fields", true)}
        ${choice("*", "changes")}
        ${found.map(({ group, count }) => choice(group, `${group} ${Format.count(count)}`))}
      </span>
      <label>Find <input type="search" placeholder="name or type"></label>
      <span role="status"></span>
    </div>`;
};

/** Deeper levels are not indented further. */
const deepest = 12;

const rowsOf = (node: TreeNode, depth: number, inherited: Kind): ReadonlyArray<Html> => {
  const kind = kindOf(node, inherited);
  const groups = [...new Set(node.changes.map(({ group }) => group))];
  const own = html`
    <tr class="${kind}" data-depth="${depth}"${groups.length > 0 && html` data-groups="${groups.join(" ")}"`}>
      ${side(node.a, depth, kind, "removed")}
      ${side(node.b, depth, kind, "added")}
      <td>${node.changes.map(({ text }) => html`<div>${text}</div>`)}
      <td>${node.changes.map(({ group }) => html`<div><span class="badge ${group}">${group}</span></div>`)}`;
  const below = kind === "added" || kind === "removed" ? kind : "same";
  return [own, ...node.nodes.flatMap((inner) => rowsOf(inner, depth + 1, below))];
};

/** A sign marks fields that the other side lacks, and both sides of a change. */
const side = (one: TreeSide | null, depth: number, kind: Kind, own: Kind): Html => {
  if (one === null) return html`<td class="gap"><span class="vh">none</span>`;
  const isMarked = kind === own || kind === "changed";
  return html`
    <td class="d${Math.min(depth, deepest)}">
      <span class="sign" aria-hidden="true">${isMarked && signs[kind]}</span>
      ${isMarked && html`<span class="vh">${kind}: </span>`}
      <b>${name(one.name)}</b> <code>${one.type}</code>`;
};
