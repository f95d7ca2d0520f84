/** A drawing of Observable Plot's without what a page of many can spare: its own style, names, and digits nobody sees. */
import { type Html, trusted } from "../Html.ts";

/** What linkedom's elements have that is asked for here. */
interface Element {
  readonly tagName: string;
  readonly children: ArrayLike<Element>;
  readonly attributes: ArrayLike<{ readonly name: string; readonly value: string }>;
  readonly getAttribute: (name: string) => string | null;
}

/** The attributes that say where something is and how it is painted. */
const kept: ReadonlySet<string> = new Set([
  "d", "x1", "x2", "y1", "y2", "cx", "cy", "r", "fill", "stroke", "stroke-width", "stroke-dasharray",
]); // biome-ignore format: one list

/** To a tenth of a pixel. */
const rounded = (text: string): string =>
  text.replaceAll(/-?\d*\.\d+(?:e-?\d+)?/g, (digits) => String(Math.round(Number(digits) * 10) / 10));

/**
 * The drawing fills its place, which has its size from the style sheet by `name`. Without a label, what it shows is told
 * in words beside it.
 */
export const compact = (svg: Element, name: string, label?: string): Html => {
  const [width, height] = ["width", "height"].map((side) => svg.getAttribute(side));
  const told = label === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${label}"`;
  const box = `viewBox="0 0 ${width} ${height}" preserveAspectRatio="none"`;
  return trusted(`<svg class="${name}" ${box} ${told}>${inner(svg)}</svg>`);
};

const inner = (element: Element): string => {
  const children = Array.from(element.children).filter(({ tagName }) => tagName.toLowerCase() !== "style");
  const boxes = children.filter(({ tagName }) => tagName.toLowerCase() === "rect");
  const rest = children.filter((child) => !boxes.includes(child));
  const path = boxes.map(outline).join("");
  return (path === "" ? "" : `<path d="${path}"/>`) + rest.map(markup).join("");
};

/** A box as a part of a path: the boxes of a mark are painted alike. */
const outline = (box: Element): string => {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) =>
    rounded(box.getAttribute(name) ?? "0"),
  );
  return Number(height) === 0 || Number(width) === 0 ? "" : `M${x} ${y}h${width}v${height}h-${width}z`;
};

const markup = (element: Element): string => {
  const name = element.tagName.toLowerCase();
  const attributes = Array.from(element.attributes)
    .filter((attribute) => kept.has(attribute.name))
    .map((attribute) => ` ${attribute.name}="${rounded(attribute.value)}"`)
    .join("");
  const content = inner(element);
  return content === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
};
