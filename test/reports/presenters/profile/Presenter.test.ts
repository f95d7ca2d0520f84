import { describe, expect, test } from "bun:test";
import { Arbitrary, FastCheck } from "effect";
import { drift } from "../../../../src/programs/profile/drift/Drift.ts";
import { findings } from "../../../../src/programs/profile/findings/Findings.ts";
import { Profile } from "../../../../src/programs/profile/Profile.ts";
import { statistics } from "../../../../src/programs/profile/statistics/Statistics.ts";
import { type Block, brief, type Level } from "../../../../src/reports/Document.ts";
import { overview, present } from "../../../../src/reports/presenters/profile/Presenter.ts";
import { documentLines } from "../../../../src/reports/text/TextDocument.ts";
import { column, everything, numeric, profile, result, secret } from "../../../programs/profile/profiles.ts";

const now = Date.UTC(2024, 4, 1);
const text = (from: Profile, level?: Level) =>
  documentLines(present(from, result), { color: false }, level).join("\n");

/** The profile under `--values none`. */
const bare = (from: Profile): Profile => {
  const counts = new Set<string>(
    Object.values(statistics)
      .filter((s) => s.reveals === "counts")
      .map(({ id }) => id),
  );
  const kept = new Set(["name", "type", "mode", "description", "rows", "nulls", ...counts]);
  const { sample: _, ...rest } = from;
  const columns = from.columns.map(
    (one) =>
      Object.fromEntries(
        Object.entries(one).filter(([name]) => kept.has(name)),
      ) as Profile["columns"][number],
  );
  return { ...rest, columns, findings: findings(from, { values: "none", now }) };
};

type Table = Extract<Block, { _tag: "Table" }>;

/** A section's title is that of the table in it. */
const tables = (blocks: ReadonlyArray<Block>): ReadonlyArray<Table> =>
  brief(blocks).flatMap((block): ReadonlyArray<Table> => {
    if (block._tag === "Table") return [block];
    if (block._tag !== "Section") return [];
    return tables(block.blocks).map((inner) => ({ ...inner, title: block.title }));
  });
const table = (from: Profile, title: string) =>
  tables(present(from, result).blocks).find((t) => t.title?.startsWith(title));

describe("the headline", () => {
  test("counts rows, columns and findings", () => {
    const found = { id: "x", column: "c", message: "m", evidence: {} };
    const one = profile([column("STRING"), column("INT64", { name: "d" })], {
      rows: 3_000_000,
      findings: [
        { ...found, severity: "warning" },
        { ...found, severity: "warning" },
        { ...found, severity: "notice" },
        { ...found, severity: "info" },
      ],
    });
    expect(present(one, result).headline).toBe("3,000,000 rows · 2 columns · 2 warnings, 1 notice · 1.2 s");
    expect(present(everything, result).headline).toContain("5 columns and 2 nested · no warnings");
  });
  test("starts with drift if there is a baseline", () => {
    const moved = drift(profile([], { rows: 10 }), everything, 0.2);
    expect(present({ ...everything, drift: moved }, result).headline).toStartWith(
      "drift in 1 measure · 1,000 rows",
    );
    expect(
      present({ ...everything, drift: drift(everything, everything, 0.2) }, result).headline,
    ).toStartWith("no drift");
  });
});

describe("the blocks", () => {
  test("are ordered by importance", () => {
    const full = {
      ...everything,
      findings: findings(everything, { values: "all", now }),
      drift: drift(profile([], { rows: 10 }), everything, 0.2),
    };
    const blocks = brief(present(full, result).blocks);
    expect(blocks[0]).toMatchObject({ _tag: "Finding", subject: "drift", severity: "warning" });
    const tags = blocks.map((block) => ("title" in block ? (block.title ?? "") : block._tag));
    expect(tags.filter((tag, i) => tag !== tags[i - 1])).toEqual([
      "Finding",
      "Drift since the baseline",
      "Paragraph",
      "Finding",
      "Facts",
      "Paragraph",
      "Columns",
      "Numbers",
      "Quantiles",
      "Outliers",
      "Dates and times",
      "Texts and bytes",
      "Booleans",
      "Arrays",
      "Top values",
      "Sample rows",
    ]);
  });
  test("have rows as wide as their heads", () => {
    for (const { columns, rows } of tables(present(everything, result).blocks)) {
      for (const row of rows) expect(row).toHaveLength(columns.length);
    }
  });
  test("indent nested columns below the nearest one that is shown", () => {
    const labels = table(everything, "Columns")?.rows.map(([first]) =>
      first?._tag === "Text" ? first.text : "",
    );
    expect(labels?.slice(-3)).toEqual(["items", "\u00a0\u00a0[]", "\u00a0\u00a0\u00a0\u00a0sku"]);
    expect(text(profile([column("STRING", { name: "a.b" })]))).toContain("a.b");
  });
  test("mark what is approximate, and only that", () => {
    expect(text(everything)).toContain(
      "Approximate: distinct counts within 2% at 95% confidence; top values.",
    );
    const distinct = table(everything, "Columns")?.rows.map((row) => row[3]);
    expect(distinct?.[1]).toEqual({ _tag: "Count", value: 1, approximate: true });
    expect(distinct?.[0]).toEqual({ _tag: "Count", value: 50, approximate: false });
    expect(text(profile([numeric([1, 2])]))).not.toContain("pproximate");
  });
  test("keep every digit of whole numbers, with separators", () =>
    expect(
      text(profile([numeric([1, 2], { type: "INT64", min: 123456789, max: "9223372036854775807" })])),
    ).toMatch(/123,456,789 .*9,223,372,036,854,775,807/));
  test("report what was omitted, and what did not apply", () => {
    const shown = text({
      ...everything,
      omitted: Array.from({ length: 25 }, (_, i) => ({ name: `c${i}`, reason: "too complex" })),
      selection: {
        ...everything.selection,
        where: "x > 1",
        notes: ["all rows; the table is not partitioned"],
      },
    });
    expect(shown).toContain("Omitted (too complex): c0, c1,");
    expect(shown).toContain("and 5 more");
    expect(shown).toContain("all rows; the table is not partitioned");
    expect(shown).toContain("x > 1");
  });
  test("transpose the sample of a wide table, with fewer rows unless --full is given", () => {
    const wide = profile(
      Array.from({ length: 50 }, (_, i) =>
        column("STRING", {
          name: `c${i}`,
          topValues: {
            values: Array.from({ length: 10 }, (_, v) => ({ value: `v${v}`, count: 20 - v })),
            exact: true,
          },
        }),
      ),
      {
        sample: Array.from({ length: 10 }, () =>
          Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`c${i}`, i])),
        ),
      },
    );
    expect(table(wide, "Sample rows")?.columns.map(({ title }) => title)).toEqual([
      "Column",
      "Row 1",
      "Row 2",
      "Row 3",
    ]);
    expect(table(wide, "Top values")?.rows).toHaveLength(50);
    expect(text(wide)).toContain("--full shows 7 more rows.");
    expect(text(wide, "long")).not.toContain("--full");
  });
  test("show strings of JSON columns in quotes, unlike numbers", () => {
    const rows = [{ j: 1 }, { j: "1" }, { j: ["a"] }, { j: null }];
    const shown = table(profile([column("JSON", { name: "j" })], { sample: rows }), "Sample rows")?.rows;
    expect(shown?.map(([cell]) => (cell?._tag === "Value" ? cell.text : cell))).toEqual([
      "1", '"1"', '["a"]', null,
    ]); // biome-ignore format: one line
  });
  test("collapse findings beyond twenty of a kind", () => {
    const many = Array.from({ length: 30 }, (_, i) =>
      column("INT64", { name: `c${i}`, distinct: { value: 1000, exact: true } }),
    );
    const shown = text(profile(many, { findings: findings(profile(many), { values: "all", now }) }));
    expect(shown).toContain("--full shows more findings: 10 candidate-key.");
  });
  test("show top values in a line per column, or with --full in a line per value", () => {
    const values = [
      { value: "a", count: 600 },
      { value: "b", count: 300 },
    ];
    const one = profile([column("STRING", { topValues: { values, exact: true } })]);
    expect(text(one)).toMatch(/\n {2}c +a 60\.0% · b 30\.0%$/);
    expect(text(one, "long")).toMatch(/\n {2}c +a +600 +███ +60\.0%\n +b +300 +█▌ +30\.0%$/);
  });
  test("omit top values that are hardly more frequent than all others", () => {
    const shown = (count: number, distinct: number): boolean =>
      table(
        profile([
          column("STRING", {
            distinct: { value: distinct, exact: true },
            topValues: { values: [{ value: "a", count }], exact: true },
          }),
        ]),
        "Top values",
      ) !== undefined;
    // Of 1,000 rows.
    expect([shown(1, 1000), shown(3, 950), shown(9, 950)]).toEqual([false, false, false]);
    expect([shown(10, 950), shown(9, 20), shown(1, 1)]).toEqual([true, false, false]);
    const rare = profile([
      column("STRING", {
        rows: 1_000_000,
        distinct: { value: 900_000, exact: true },
        topValues: { values: [{ value: "a", count: 12 }], exact: true },
      }),
    ]);
    expect(table(rare, "Top values")).toBeDefined();
  });
  test("omit statistics that are 0 in every column", () => {
    const zeros = (zeros: number) => text(profile([numeric([1, 2], { zeros, negatives: 0 })]));
    expect(zeros(3)).toContain("Zeros");
    expect(zeros(0)).not.toMatch(/Zeros|Negative/);
  });
  test("of one of many items are findings and the table of columns", () => {
    const all = { ...everything, findings: findings(everything, { values: "all", now }) };
    const tags = brief(present(all, result).blocks, "short").map((block) =>
      "title" in block ? (block.title ?? "").replace(/ \(.*/, "") : block._tag,
    );
    expect(new Set(tags)).toEqual(new Set(["Finding", "Paragraph", "Columns with findings"]));
  });
});

describe("any profile", () => {
  test("can be presented, analysed and compared, and never throws", () =>
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Profile), Arbitrary.make(Profile), (a, b) => {
        findings(a, { values: "all", now });
        const compared = drift(a, b, 0.2);
        for (const { change } of compared.measures) expect(Number.isNaN(change)).toBe(false);
        documentLines(present({ ...b, drift: compared }, result), { color: false, width: 100 });
        expect(overview.row(a)).toHaveLength(overview.columns.length);
      }),
      { numRuns: 60 },
    ));
  test("shows no value under `none`", () => {
    expect(text(everything)).toContain(secret);
    const shown = text(bare(everything));
    expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/1066|1970|9999/);
    expect(shown).not.toContain("Sample rows");
    expect(shown).not.toContain("Minimum");
  });
});
