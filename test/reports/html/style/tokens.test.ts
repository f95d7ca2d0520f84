/** The design tokens: contrast of text in both colour schemes, and that nothing else sets a colour. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dir, "../../../../src/reports/html/style");
const sheet = readFileSync(join(folder, "tokens.css"), "utf8");

const colors = (css: string): ReadonlyMap<string, string> =>
  new Map([...css.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, color]) => [name!, color!]));

const [light = "", dark = ""] = sheet.split("@media");
const schemes = { light: colors(light), dark: colors(dark) };

/** The relative luminance of WCAG 2. */
const luminance = (color: string): number => {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
};

const contrast = (one: string, other: string): number => {
  const [dim, bright] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (bright! + 0.05) / (dim! + 0.05);
};

const texts: ReadonlyArray<readonly [text: string, background: string]> = [
  ...["text", "muted", "link", "good", "warn", "bad", "note"].flatMap((text) =>
    ["page", "raised"].map((background) => [text, background] as const),
  ),
  ...["good", "warn", "bad", "note"].map((kind) => [kind, `${kind}-back`] as const),
  ...["good-back", "warn-back", "bad-back", "note-back", "good-mark", "bad-mark"].map(
    (background) => ["text", background] as const,
  ),
  ...["good-back", "warn-back", "bad-back"].map((background) => ["muted", background] as const),
];

describe("design tokens", () => {
  for (const [scheme, tokens] of Object.entries(schemes)) {
    test(`give text a contrast of at least 4.5:1, and charts 3:1, ${scheme}`, () => {
      for (const [text, background] of texts) {
        const found = contrast(tokens.get(text)!, tokens.get(background)!);
        expect([text, background, found >= 4.5]).toEqual([text, background, true]);
      }
      for (const paint of ["bar", "before", "only-a", "only-b"]) {
        expect([paint, contrast(tokens.get(paint)!, tokens.get("page")!) >= 3]).toEqual([paint, true]);
      }
    });
  }

  test("are the only colours and sizes of text in the style sheets", () => {
    for (const file of readdirSync(folder).filter((name) => name !== "tokens.css")) {
      const css = readFileSync(join(folder, file), "utf8").replaceAll(/\/\*.*?\*\//gs, "");
      expect([file, css.match(/#[0-9a-f]{3,8}\b|rgba?\(|hsl\(/g)]).toEqual([file, null]);
      const sizes = [...css.matchAll(/font-size: ([^;]+);/g)].map(([, size]) => size!);
      expect([file, sizes.filter((size) => !/^(var\(--type-|inherit|0?\.\d+em)/.test(size))]).toEqual([
        file,
        [],
      ]);
      for (const [, name] of css.matchAll(/var\(--([\w-]+)\)/g)) expect(sheet).toContain(`--${name}:`);
    }
  });
});
