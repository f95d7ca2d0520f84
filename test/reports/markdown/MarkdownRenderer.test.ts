/** Markdown as rendered in GitHub's dialect. */
import { describe, expect, test } from "bun:test";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { escapeControls } from "../../../src/domain/EscapeControls.ts";
import * as Document from "../../../src/reports/Document.ts";
import { markdown } from "../../../src/reports/markdown/MarkdownRenderer.ts";
import { goldens } from "../../golden/golden.ts";
import { hostile, type Made, rendered } from "../support.ts";

interface Page {
  /** Of every element, in their order. */
  readonly elements: ReadonlyArray<string>;
  /** All that is read, in code or not. */
  readonly text: string;
  /** The text in which GitHub detects mentions and the like: everything except code. */
  readonly prose: string;
  readonly html: string;
}

const entities: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
const unescaped = (html: string): string =>
  html
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll(/&(?:lt|gt|quot|amp);/g, (name) => entities[name]!);

const page = (source: string): Page => {
  const html = micromark(source, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const elements: Array<string> = [];
  const parts: Array<{ text: string; inCode: boolean }> = [];
  let depth = 0;
  new HTMLRewriter()
    .on("*", {
      element: (element) => {
        elements.push(element.tagName);
        if (element.tagName !== "code") return;
        depth++;
        element.onEndTag(() => {
          depth--;
        });
      },
    })
    .onDocument({ text: ({ text }) => void parts.push({ text, inCode: depth > 0 }) })
    .transform(html);
  const joined = (which: (inCode: boolean) => boolean, between: string) =>
    unescaped(parts.map(({ text, inCode }) => (which(inCode) ? text : between)).join(""));
  return { elements, html, text: joined(() => true, ""), prose: joined((inCode) => !inCode, "\n") };
};

const ours = new Set("h3 p strong em ul li table thead tbody tr th td code details summary b br".split(" "));

/** What GitHub would make a link, an image or a notification of. */
const active = /(?<![\w`])@[a-z\d]|[a-z\d]@[a-z\d]|#\d|GH-\d|https?:\/\/|www\.|:[a-z+-][\w+-]*:/i;

const visible = (text: string): string => text.replaceAll("\u200b", "").replaceAll(/[\u00a0 \n]+/g, " ");

const documentOf = (text: string): Partial<Document.Document> => ({
  title: text,
  headline: text,
  blocks: [
    { _tag: "Finding", severity: "warning", subject: text, text },
    { _tag: "Paragraph", text },
    {
      _tag: "Facts",
      facts: [
        { label: text, cell: Document.value(text) },
        { label: "b", cell: Document.text(text) },
      ],
    },
    {
      _tag: "Table",
      title: text,
      columns: [
        { title: text, align: "left" },
        { title: "b", align: "right" },
        { title: "c", align: "left" },
      ],
      rows: [[Document.text(text, "strong"), Document.value(text), Document.text(text, "bad")]],
    },
    { _tag: "Section", title: text, blocks: [{ _tag: "Paragraph", text: `- ${text}` }] },
  ],
});

const failure = { reason: "notFound", message: "there is no table", remedy: "check the name" };

describe("a Markdown report", () => {
  test("is a table of the items, the failures, and collapsed results, the worst first", async () => {
    const items: ReadonlyArray<Made> = [
      { item: "p.d.same", status: "ok" },
      { item: { a: "p.d.a", b: "p.d.b" }, status: "different", severity: 1 },
      { item: "p.d.worse", status: "different", severity: 2 },
      { item: "p.d.none", status: "failed", error: failure },
      { item: "p.d.later", status: "skipped", error: { ...failure, message: "not started" } },
    ];
    const { elements, text, html } = page(await rendered(markdown, items));
    expect(elements.slice(0, 3)).toEqual(["h3", "p", "table"]);
    const rows = (html: string) =>
      [...html.matchAll(/<tr>\n<td align="left"><code>([^<]*)</g)].map(([, name]) => name);
    const folds = (html: string) =>
      [...html.matchAll(/<details><summary>\S+ <code>([^<]*)</g)].map(([, name]) => name);
    expect(rows(html)).toEqual(["p.d.worse", "p.d.a : p.d.b"]);
    expect(folds(html)).toEqual(["p.d.worse", "p.d.a ↔ p.d.b"]);
    expect(text).toContain("✅ 1 item without a difference.");
    const full = page(await rendered(markdown, items, { full: true })).html;
    expect(rows(full)).toEqual(["p.d.none", "p.d.worse", "p.d.a : p.d.b", "p.d.later", "p.d.same"]);
    expect(folds(full)).toEqual(["p.d.worse", "p.d.a ↔ p.d.b", "p.d.same"]);
    expect(text).toContain("bq-table-compare: 5 items: 1 failed, 1 skipped, 2 different, 1 ok");
    expect(text).toContain("failed p.d.none: there is no table; check the name");
    expect(text).toContain("skipped p.d.later: not started; check the name");
  });

  test("of one item is expanded, and of a failed item shows the reason", async () => {
    expect(await rendered(markdown, [{ item: "p.d.t", status: "ok" }])).toContain("<details open>");
    const failed = await rendered(markdown, [{ item: "p.d.t", status: "failed", error: failure }]);
    expect(failed).toContain("there is no table; check the name");
  });

  for (const text of hostile) {
    test(`shows verbatim ${JSON.stringify(text.slice(0, 30))}`, async () => {
      const items: ReadonlyArray<Made> = [
        { item: { a: text, b: text }, status: "different", document: documentOf(text) },
        { item: text, status: "failed", error: { reason: text, message: text, remedy: text } },
        { item: text, status: "skipped", error: { reason: text, message: text, remedy: text } },
      ];
      const { elements, prose, text: shown, html } = page(await rendered(markdown, items));
      expect(elements.filter((name) => !ours.has(name))).toEqual([]);
      expect(html).not.toMatch(/<\w+ (?!open>|align="(?:left|right)">|\/>)/);
      expect(prose).not.toMatch(active);
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      const times = visible(shown).split(visible(escapeControls(text).slice(0, 150))).length - 1;
      expect(times).toBeGreaterThanOrEqual(text.length > 1000 ? 10 : 14);
      // As many cells as were given: no bar ended one.
      expect(elements.filter((name) => name === "td")).toHaveLength(3 + 3);
      expect(elements.filter((name) => name === "li")).toHaveLength(2 + 1 + 2);
    });
  }

  test("has tables whose columns line up in the source", async () => {
    for (const golden of goldens.filter(({ format }) => format === "markdown")) {
      const lines = (await golden.render()).split("\n");
      const starts = lines.flatMap((line, i) => (/^(\| :?-+:? )+\|$/.test(line) ? [i] : []));
      expect(starts.length).toBeGreaterThan(0);
      for (const at of starts) {
        expect(Bun.stringWidth(lines[at - 1]!)).toBe(Bun.stringWidth(lines[at]!));
        const row = lines[at + 1]!;
        // Only cells of more than 60 columns are not padded.
        if (row.split(" | ").every((cell) => Bun.stringWidth(cell) <= 60))
          expect(Bun.stringWidth(row)).toBe(Bun.stringWidth(lines[at]!));
      }
    }
  });

  test("keeps a backslash before a bar within its cell", async () => {
    const { html } = page(
      await rendered(markdown, [
        { item: "c:\\|\\\\|x", status: "different", document: documentOf("\\|\\\\|") },
      ]),
    );
    expect(html).toContain("<code>c:\\u{5c}|\\\\u{5c}|x</code>");
    expect(html).toContain("<strong>\\|\\\\|</strong>");
  });

  for (const golden of goldens.filter(({ format }) => format === "markdown")) {
    test(`${golden.name} contains only its own markup`, async () => {
      const { elements, prose } = page(await golden.render());
      expect(elements.filter((name) => !ours.has(name))).toEqual([]);
      expect(prose).not.toMatch(active);
    });
  }
});

describe("the size of a Markdown report", () => {
  const rows = Array.from({ length: 40 }, (_, i) => [
    Document.text(`column ${i}`),
    Document.value("東京 | `x`"),
  ]);
  const table: Document.Block = {
    _tag: "Table",
    columns: [
      { title: "column", align: "left" },
      { title: "value", align: "left" },
    ],
    rows,
  };
  const many = Array.from({ length: 5000 }, (_, i): Made => {
    const item = { a: `project.staging.table_${i}`, b: `project.production.table_${i}` };
    if (i % 50 === 7) return { item, status: "failed", error: failure };
    if (i % 50 === 8) return { item, status: "skipped", error: failure };
    return i % 2 === 0
      ? { item, status: "different", severity: i, document: { blocks: [table] } }
      : { item, status: "ok", document: { blocks: [table] } };
  });

  /** Every fold that was opened is closed. */
  const folds = (source: string) => {
    const { elements, html } = page(source);
    const opened = elements.filter((name) => name === "details").length;
    expect(html.split("</details>")).toHaveLength(opened + 1);
    expect(elements.filter((name) => !ours.has(name))).toEqual([]);
    return opened;
  };

  test("of 5,000 items fits a comment, keeps the worst and notes omissions", async () => {
    const source = await rendered(markdown, many);
    expect(Buffer.byteLength(source)).toBeLessThanOrEqual(65_536);
    const opened = folds(source);
    expect(opened).toBeGreaterThan(3);
    const worst = Array.from({ length: 2500 }, (_, i) => 4998 - 2 * i).filter((n) => n % 50 !== 8);
    const shown = [...source.matchAll(/<summary>\S+ <code>project.staging.table_(\d+) /g)].map(([, n]) =>
      Number(n),
    );
    expect(shown).toEqual(worst.slice(0, opened));
    expect(source).toMatch(/details of [\d,]+ of [\d,]+ items are omitted: .*--full/);
    expect(source).toMatch(/And [\d,]+ more items with a result\./);
    expect(source).toMatch(/[\d,]+ items without a difference\./);
    expect(source).toMatch(/- and [\d,]+ more\n/);
  });

  test("of 5,000 items with --full fits a job summary, and notes omissions", async () => {
    const source = await rendered(markdown, many, { full: true });
    const size = Buffer.byteLength(source);
    expect(size).toBeLessThanOrEqual(2 ** 20);
    expect(size).toBeGreaterThan(900_000);
    expect(folds(source)).toBeGreaterThan(50);
    expect(source).toMatch(/details of [\d,]+ of [\d,]+ items are omitted/);
  });

  test("of one item that is too large truncates its largest part, with a note", async () => {
    const blocks: ReadonlyArray<Document.Block> = [
      { _tag: "Paragraph", text: "it begins" },
      { ...table, rows: Array.from({ length: 20_000 }, () => rows[0]!) },
      { _tag: "Paragraph", text: "it ends" },
    ];
    for (const full of [false, true]) {
      const source = await rendered(
        markdown,
        [{ item: "p.d.t", status: "different", document: { blocks } }],
        { full },
      );
      expect(Buffer.byteLength(source)).toBeLessThanOrEqual(full ? 2 ** 20 : 65_536);
      expect(Buffer.byteLength(source)).toBeGreaterThan(full ? 400_000 : 30_000);
      expect(source).toContain("it begins");
      expect(source).not.toContain("it ends");
      expect(source).toMatch(/\*Truncated: \d+ rows, and 1 more parts; the json report has all\.\*/);
      expect(folds(source)).toBe(1);
    }
  });

  test("does not grow with one value of a megabyte", async () => {
    const items = hostile.map((text): Made => {
      const huge = text.repeat(Math.ceil(1e6 / text.length));
      return { item: huge, status: "different", document: documentOf(huge) };
    });
    const source = await rendered(markdown, [
      ...items,
      { item: "x".repeat(1e6), status: "failed", error: failure },
    ]);
    expect(Buffer.byteLength(source)).toBeLessThanOrEqual(65_536);
    folds(source);
  });
});
