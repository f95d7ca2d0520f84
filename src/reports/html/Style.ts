/** The style sheet of a page. */
import cards from "./style/cards.css" with { type: "text" };
import compare from "./style/compare.css" with { type: "text" };
import controls from "./style/controls.css" with { type: "text" };
import drawings from "./style/drawings.css" with { type: "text" };
import facts from "./style/facts.css" with { type: "text" };
import media from "./style/media.css" with { type: "text" };
import page from "./style/page.css" with { type: "text" };
import tables from "./style/tables.css" with { type: "text" };
import tokens from "./style/tokens.css" with { type: "text" };
import tree from "./style/tree.css" with { type: "text" };

/** Without comments and indentation: every page contains the style sheet. */
const compact = (css: string): string =>
  css
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([{};,]) ?/g, "$1");

/**
 * Classes per percent, because the content security policy forbids inline styles: the width of a bar, and the places
 * of labels on the axes of a chart.
 */
const percents = Array.from(
  { length: 101 },
  (_, percent) =>
    `.w${percent}::before{width:${percent}%}.x${percent}{left:${percent}%}.y${percent}{bottom:${percent}%}`,
);

export const style =
  compact([tokens, page, facts, tables, cards, drawings, compare, tree, controls, media].join("")) +
  percents.join("");
