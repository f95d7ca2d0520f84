/**
 * Compacts an SVG of Observable Plot for a page with many drawings: removes its style, names and invisible digits.
 */
import { type Html, trusted } from "../Html.ts";

/** The part of linkedom's Element that is used here. */
interface Element {
  readonly tagName: string;
  readonly children: ArrayLike<Element>;
  readonly attributes: ArrayLike<{ readonly name: string; readonly value: string }>;
  readonly getAttribute: (name: string) => string | null;
}

/** Attributes of geometry and paint. */
const kept: ReadonlySet<string> = new Set([
  "d", "x1", "x2", "y1", "y2", "cx", "cy", "r", "fill", "stroke", "stroke-width", "stroke-dasharray",
]); // biome-ignore format: one list

/** To a tenth of a pixel. */
const rounded = (text: string): string =>
  text.replaceAll(/-?\d*\.\d+(?:e-?\d+)?/g, (digits) => String(Math.round(Number(digits) * 10) / 10));

/**
 * The drawing fills its container, whose size the style sheet sets by `name`. Without a label, the text next to it
 * describes it.
 */
export const compact = (svg: Element, name: string, label?: string): Html => {
  const [width, height] = ["width", "height"].map((side) => svg.getAttribute(side));
  const accessibility = label === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${label}"`;
  const box = `viewBox="0 0 ${width} ${height}" preserveAspectRatio="none"`;
  return trusted(`<svg class="${name}" ${box} ${accessibility}>${inner(svg)}</svg>`);
};

const inner = (element: Element): string => {
  const children = Array.from(element.children).filter(({ tagName }) => tagName.toLowerCase() !== "style");
  const boxes = children.filter(({ tagName }) => tagName.toLowerCase() === "rect");
  const rest = children.filter((child) => !boxes.includes(child));
  const path = boxes.map(outline).join("");
  return (path === "" ? "" : `<path d="${path}"/>`) + rest.map(markup).join("");
};

/** A box as part of a path: the boxes of a mark have the same paint. */
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
