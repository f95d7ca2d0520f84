import { describe, expect, test } from "bun:test";
import { escapeControls, escapeControlsInJson } from "../../../src/domain/EscapeControls.ts";
import * as Format from "../../../src/domain/Format.ts";
import { cutTo } from "../../../src/domain/Phrases.ts";
import * as Document from "../../../src/reports/Document.ts";
import { cellText } from "../../../src/reports/text/Cells.ts";
import { overviewLines } from "../../../src/reports/text/Overview.ts";
import { style } from "../../../src/reports/text/Style.ts";
import { table } from "../../../src/reports/text/Table.ts";
import { documentLines } from "../../../src/reports/text/TextDocument.ts";
import { flowing } from "../../../src/reports/text/Wrap.ts";

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

  test("with a bar have the same width, so that bars are aligned; shares below its unit have none", () => {
    const shares = [0.025, 0.5, 0.9999, 1].map((share) => rows([Document.share(share, true)])[1]);
    expect(shares).toEqual(["▏       2.5%", "██▌    50.0%", "█████ >99.9%", "█████   100%"]);
    expect([0, 0.0001, 0.024].map((share) => rows([Document.share(share, true)])[1])).toEqual([
      "0%",
      "<0.1%",
      "2.4%",
    ]);
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

describe("the overview of a batch", () => {
  const item = (name: string, cells: ReadonlyArray<Document.Cell>, status: "ok" | "different" = "ok") => ({
    name,
    status,
    cells,
    durationMs: 1500,
  });
  const lines = (rows: ReadonlyArray<ReturnType<typeof item>>, width?: number) =>
    overviewLines(
      {
        columns: [
          { title: "verdict", align: "left" },
          { title: "rows", align: "right" },
          { title: "warnings", align: "right" },
        ],
      },
      {
        rows, moreRows: 0, uneventful: 0, failures: [], moreFailures: 0, skipped: [], moreSkipped: 0,
        remarks: [{ text: "geo was not compared", name: "a", items: 3 }],
      }, // biome-ignore format: short
      plain,
      width,
    );
  const cells = (rows: number, warnings = 0) => [
    Document.text("identical"),
    Document.count(rows),
    Document.count(warnings),
  ];

  test("omits columns of zeros, shows a program's own outcome, and what was not compared", () => {
    expect(lines([item("a", cells(10)), item("b", cells(200))])).toEqual([
      "Overview",
      "item  result     rows   time",
      "a     identical    10  1.5 s",
      "b     identical   200  1.5 s",
      "note: 3 items: geo was not compared",
    ]);
    expect(lines([item("a", cells(10, 1))])[1]).toBe("item  result     rows  warnings   time");
  });

  test("moves the folder of all names to the title if this keeps a line per item", () => {
    const names = ["data/sales/2024/orders.csv", "data/sales/2024/items.csv"];
    expect(
      lines(
        names.map((name) => item(name, cells(1))),
        45,
      ),
    ).toEqual([
      "Overview of data/sales/2024/",
      "item        result     rows   time",
      "orders.csv  identical     1  1.5 s",
      "items.csv   identical     1  1.5 s",
      "note: 3 items: geo was not compared",
    ]);
    const tables = ["project.dataset.orders", "project.dataset.items"].map((name) => item(name, cells(1)));
    expect(lines(tables, 40)[0]).toBe("Overview of project.dataset.");
    expect(lines(tables, 28)).toEqual([
      "Overview of",
      "  project.dataset.",
      "item    result     rows",
      "orders  identical     1",
      "items   identical     1",
      "note: 3 items: geo was not",
      "  compared",
    ]);
    // Figures of differences are not dropped.
    const differing = tables.map((one) => ({ ...one, status: "different" as const }));
    expect(lines(differing, 28)).toEqual([
      "Overview",
      "project.dataset.orders",
      "  identical · rows 1 · 1.5 s",
      "project.dataset.items",
      "  identical · rows 1 · 1.5 s",
      "note: 3 items: geo was not",
      "  compared",
    ]);
    const pairs = ["data/a.csv : data/b.csv", "data/c.csv : old/c.csv"].map((name) => item(name, cells(1)));
    expect(lines(pairs, 40)[0]).toBe("Overview");
  });
});

describe("a histogram stays next to the name of its column", () => {
  const row = (name: string) => [
    Document.text(name), Document.text("NUMERIC(12, 2)"), Document.share(0.5, true), Document.count(1e6),
    Document.spark(Array.from({ length: 20 }, (_, i) => i)), Document.count(1e9), Document.count(1e9),
  ]; // biome-ignore format: a row
  const shown = (name: string, width: number) =>
    documentLines(
      {
        title: "t",
        headline: "h",
        blocks: [
          {
            _tag: "Table",
            columns: ["Column", "Type", "Nulls", "Distinct", "Histogram", "Minimum", "Maximum"].map(
              (title) => ({
                title,
                align: "left",
              }),
            ),
            rows: [row(name)],
          },
        ],
      },
      { color: false, width },
    ).slice(3);

  test("with half of its bins, if all of them would not fit", () => {
    expect(shown("c", 80)[1]).toMatch(/^c .* [▁-█]{20}/);
    expect(shown("a_rather_long_column", 80)[1]).toMatch(/^a_rather_long_column .* [▁-█]{10}$/);
    for (const width of [60, 80, 100, 120])
      for (const name of ["c", "a_rather_long_column"]) {
        const lines = shown(name, width);
        expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(width);
        expect(lines.find((line) => /[▂-▇]{3}/.test(line))).toStartWith(name.slice(0, 1));
      }
  });

  test("and a row without further values is not repeated below", () => {
    const columns = ["a", "b", "c"].map((title) => ({ title, align: "left" as const }));
    const long = "x".repeat(14);
    expect(table(columns, [["1", long, long], ["2", long, ""]], plain, 20)).toEqual([
      "a  b", `1  ${long}`, `2  ${long}`, "", "a  c", `1  ${long}`,
    ]); // biome-ignore format: lines
  });
});
