import { describe, expect, test } from "bun:test";
import { escapeControls, escapeControlsInJson } from "../../src/domain/EscapeControls.ts";
import * as Format from "../../src/domain/Format.ts";
import { cutTo } from "../../src/domain/Phrases.ts";
import * as Document from "../../src/reports/Document.ts";
import { cellText } from "../../src/reports/text/Cells.ts";
import { style } from "../../src/reports/text/Style.ts";
import { table } from "../../src/reports/text/Table.ts";
import { documentLines } from "../../src/reports/text/TextDocument.ts";
import { flowing } from "../../src/reports/text/Wrap.ts";

const plain = style(false);
const width = (line: string) => Bun.stringWidth(line);

describe("figures", () => {
  test("counts have thousands separators and all digits", () => {
    expect(Format.count(1234567)).toBe("1,234,567");
    expect(Format.count(2 ** 53)).toBe("9,007,199,254,740,992");
  });

  test("measures keep whole numbers, and shorten fractions after the point", () => {
    expect([1234.5678, 1_234_567.8, 0.000012345678, 1e18, 1.5e12 + 0.5, 0, -0, -2.5, 3].map(Format.measure)).toEqual([
      "1,234.57", "1,234,568", "1.23457E-5", "1,000,000,000,000,000,000", "1,500,000,000,001", "0", "0", "-2.5", "3",
    ]); // biome-ignore format: one line
    expect([12_345_678, 1_000_004, -1_234_567_890_123, 2 ** 53 - 1].map(Format.measure)).toEqual([
      "12,345,678", "1,000,004", "-1,234,567,890,123", "9,007,199,254,740,991",
    ]); // biome-ignore format: one line
    expect(Format.measure(Number.POSITIVE_INFINITY)).toBe("Infinity");
  });

  test("only exact shares are shown as 0% or 100%", () => {
    expect([0, 0.00001, 0.1234, 0.9999999, 1].map(Format.share)).toEqual([
      "0%",
      "<0.1%",
      "12.3%",
      ">99.9%",
      "100%",
    ]);
    expect([-0, -0.00001, -0.0004, -0.1234, -1].map(Format.share)).toEqual([
      "0%", ">-0.1%", ">-0.1%", "-12.3%", "-100%",
    ]); // biome-ignore format: one line
  });

  test("bytes have units, with the exact number if there is room", () => {
    expect([0, 999, 1000, 999_999, 1_500_000, 12e9, 3e15].map(Format.bytes)).toEqual([
      "0 bytes", "999 bytes", "1.0 kB", "1.0 MB", "1.5 MB", "12.0 GB", "3.0 PB",
    ]); // biome-ignore format: one line
    expect(Format.exactBytes(1_500_000)).toBe("1.5 MB (1,500,000 bytes)");
  });

  test("durations", () => {
    expect([3, 999, 1500, 59_960, 125_000, 3_840_000].map(Format.duration)).toEqual([
      "3 ms", "999 ms", "1.5 s", "1 min 0 s", "2 min 5 s", "1 h 4 min",
    ]); // biome-ignore format: one line
  });

  test("an empty bin of a sparkline is lower than any other", () => {
    expect(Format.spark([0, 1, 1_000_000])).toBe("▁▂█");
    expect(Format.spark([])).toBe("");
    expect(Format.spark([0, 0])).toBe("▁▁");
  });

  test("a positive value has a visible bar", () => {
    expect([0, 1, 50, 100].map((n) => Format.bar(n, 100, 10))).toEqual(["", "▏", "█████", "██████████"]);
    expect(Format.bar(1e15, 1, 4)).toBe("████");
  });
});

describe("printable", () => {
  test("shows control characters as signs", () => {
    expect(escapeControls("a\u0000b\u001b[31m\r\n\tc\u007f")).toBe("a␀b␛[31m␍␊␉c␡");
  });

  test("shows bidirectional marks, invisible characters and lone surrogates", () => {
    expect(escapeControls("a\u202eb\u200b\ufeff\u0085\ud800")).toBe(
      "a\\u{202e}b\\u{200b}\\u{feff}\\u{85}\\u{d800}",
    );
  });

  test("escapes the same in JSON, which stays the same JSON", () => {
    const given = { "a\u009b2J\u202e": ["\u0000\ufeff\uffff\ud800", "日本語 👩‍👩‍👧"] };
    const shown = escapeControlsInJson(JSON.stringify(given));
    expect(shown).toBe('{"a\\u009b2J\\u202e":["\\u0000\\ufeff\\uffff\\ud800","日本語 👩‍👩‍👧"]}');
    expect(JSON.parse(shown)).toEqual(given);
  });

  test("keeps letters and emoji", () => {
    for (const text of ["naïve", "日本語", "👩‍👩‍👧", "الف", "🇩🇪"]) expect(escapeControls(text)).toBe(text);
  });
});

describe("wrapped texts", () => {
  test("never exceed the width, for any characters", () => {
    for (const text of [
      "東京東京東京",
      "a東b京c",
      "👩‍👩‍👧 family 👩‍👩‍👧",
      "\u001b[31m東京東京\u001b[39m",
      "plain text",
    ]) {
      for (let columns = 1; columns < 15; columns++) {
        const shown = cutTo(text, columns);
        expect(width(shown)).toBeLessThanOrEqual(columns);
        if (shown !== text) expect(Bun.stripANSI(shown)).toEndWith("…");
      }
    }
  });

  test("flow from line to line in whole parts", () => {
    expect(flowing(["one", "two and", "three"], "; ", 12)).toEqual(["one; two and", "three"]);
    expect(flowing(["much too long for it", "b"], "; ", 12)).toEqual(["much too long for it", "b"]);
  });
});

describe("tables", () => {
  const columns = [
    { title: "name", align: "left" },
    { title: "n", align: "right" },
  ] as const;

  test("align wide characters, numbers to the right", () => {
    expect(
      table(
        columns,
        [
          ["日本", "1"],
          ["a", "1,000"],
        ],
        plain,
      ),
    ).toEqual(["name      n", "日本      1", "a     1,000"]);
  });

  test("are never truncated without a width", () => {
    const long = "x".repeat(500);
    expect(table(columns, [[long, "1"]], plain)[1]).toBe(`${long}  1`);
  });

  test("on a terminal, truncate the longest texts first", () => {
    const lines = table(columns, [["x".repeat(100), "12,345"]], plain, 40);
    expect(lines.every((line) => width(line) <= 40)).toBe(true);
    expect(lines[1]).toEndWith("…  12,345");
  });

  test("on a terminal, continue below with the first column repeated", () => {
    const many = Array.from({ length: 12 }, (_, i) => ({ title: `column ${i}`, align: "right" as const }));
    const lines = table([columns[0], ...many], [["row", ...many.map((_, i) => String(i * 1000))]], plain, 60);
    expect(lines.every((line) => width(line) <= 60)).toBe(true);
    expect(lines.filter((line) => line.startsWith("name")).length).toBeGreaterThan(1);
    for (const { title } of many) expect(lines.join("\n")).toContain(title);
  });

  test("have no blanks at the ends of lines, coloured or not", () => {
    for (const pen of [plain, style(true)]) {
      const lines = table(
        [columns[1], columns[0]],
        [
          ["1", pen.good("a")],
          ["2", "bbbbb"],
        ],
        pen,
      );
      for (const line of lines) expect(Bun.stripANSI(line)).not.toMatch(/ $/);
    }
  });
});

describe("cells", () => {
  const rows = (cells: ReadonlyArray<Document.Cell>, keys?: number, width?: number) =>
    documentLines(
      {
        title: "t",
        headline: "h",
        blocks: [
          {
            _tag: "Table",
            columns: cells.map((_, i) => ({ title: `column ${i}`, align: "left" })),
            rows: [cells],
            ...(keys === undefined ? {} : { keys }),
          },
        ],
      },
      { color: false, ...(width === undefined ? {} : { width }) },
    ).slice(3);

  test("with a bar have the same width, so that bars are aligned; zero has none", () => {
    const shares = [0.0001, 0.5, 0.9999, 1].map((share) => rows([Document.share(share, true)])[1]);
    expect(shares).toEqual(["▏      <0.1%", "██▌    50.0%", "█████ >99.9%", "█████   100%"]);
    expect(rows([Document.share(0, true)])[1]).toBe("0%");
    expect(rows([Document.share(null, true)])[1]).toBe("-");
  });

  test("of values have highlighted changed parts, with escaped characters", () => {
    const cell = Document.value("a\u001bb\u001bc", { changed: [{ from: 2, to: 4 }] });
    expect(cellText(cell, plain)).toBe("a␛b␛c");
    expect(cellText(cell, style(true))).toBe("a␛\u001b[33mb␛\u001b[39mc");
  });

  test("that identify a row are repeated if a table continues below, if they fit", () => {
    const cells = ["key one", "key two", "x".repeat(14), "y".repeat(14)].map((text) => Document.text(text));
    expect(rows(cells, 2, 40)).toEqual([
      "column 0  column 1  column 2",
      `key one   key two   ${"x".repeat(14)}`,
      "",
      "column 0  column 1  column 3",
      `key one   key two   ${"y".repeat(14)}`,
    ]);
    expect(rows(cells, 2, 30).filter((line) => line.startsWith("column"))).toEqual([
      "column 0  column 1",
      "column 0  column 2",
      "column 0  column 3",
    ]);
  });
});

describe("a Document as text", () => {
  const document: Document.Document = {
    title: "p.d.t",
    headline: "1,000 rows, 2 columns",
    blocks: [
      {
        _tag: "Finding",
        severity: "warning",
        subject: "city",
        text: "is null in every row ".repeat(8).trim(),
      },
      { _tag: "Finding", severity: "info", subject: "id", text: "probably a candidate key" },
      {
        _tag: "Facts",
        facts: [
          { label: "Size", cell: Document.bytes(1_500_000) },
          { label: "Rows", cell: Document.count(1000, true) },
          { label: "Expires", cell: Document.value(null) },
        ],
      },
      {
        _tag: "Section",
        title: "Columns",
        blocks: [
          {
            _tag: "Table",
            columns: [
              { title: "name", align: "left" },
              { title: "bins", align: "left" },
            ],
            rows: [[Document.text("evil\u001b[2J\nname", "strong"), Document.spark([1, 2, 3])]],
          },
          {
            _tag: "Depths",
            brief: [
              {
                _tag: "Section",
                title: "amounts",
                folded: true,
                blocks: [{ _tag: "Paragraph", text: "0 to 10" }],
              },
            ],
            full: [],
          },
          { _tag: "Paragraph", text: "two\nlines" },
        ],
      },
      { _tag: "Section", title: "Nothing", blocks: [] },
    ],
  };

  test("starts with the headline, and aligns facts", () => {
    expect(documentLines(document, { color: false, width: 60 })).toMatchInlineSnapshot(`
      [
        "p.d.t",
        "1,000 rows, 2 columns",
        "",
        "! city: is null in every row is null in every row is",
        "    null in every row is null in every row is null in every",
        "    row is null in every row is null in every row is null in",
        "    every row",
        "· id: probably a candidate key",
        "",
        "Size     1.5 MB (1,500,000 bytes)",
        "Rows     ~1,000",
        "Expires  -",
        "",
        "Columns",
        "  name           bins",
        "  evil␛[2J␊name  ▃▆█",
        "",
        "  amounts",
        "    0 to 10",
        "",
        "  two",
        "  lines",
        "",
        "Nothing",
      ]
    `);
  });

  test("never lets a name write control characters, colours or not", () => {
    expect(documentLines(document, { color: false }).join("")).not.toMatch(/[\u0000-\u001f]/);
    expect(documentLines(document, { color: true }).join("")).not.toMatch(/\u001b\[2J/);
  });

  test("colours carry no additional information", () => {
    const coloured = documentLines(document, { color: true, width: 60 }).map((line) => Bun.stripANSI(line));
    expect(coloured).toEqual([...documentLines(document, { color: false, width: 60 })]);
  });
});
