/** The style sheet of a page. */
import cards from "./style/cards.css" with { type: "text" };
import controls from "./style/controls.css" with { type: "text" };
import drawings from "./style/drawings.css" with { type: "text" };
import facts from "./style/facts.css" with { type: "text" };
import media from "./style/media.css" with { type: "text" };
import page from "./style/page.css" with { type: "text" };
import tables from "./style/tables.css" with { type: "text" };
import tree from "./style/tree.css" with { type: "text" };

/** A class per percent of width: the content security policy forbids inline styles. */
const widths = Array.from({ length: 101 }, (_, percent) => `.w${percent}::before{width:${percent}%}`);

export const style = [page, facts, tables, cards, drawings, tree, controls, media, ...widths].join("");
