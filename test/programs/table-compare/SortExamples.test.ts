/** The examples of a comparison: their order, and how many of them a report shows. */
import { describe, expect, test } from "bun:test";
import type { Comparison } from "../../../src/programs/table-compare/Comparison.ts";
import { compareValues, sortExamples } from "../../../src/programs/table-compare/SortExamples.ts";
import { brief, type Level } from "../../../src/reports/Document.ts";
import { examplesTables } from "../../../src/reports/presenters/table-compare/Examples.ts";
import { documentLines } from "../../../src/reports/text/TextDocument.ts";

describe("examples", () => {
  test("are sorted by key: NULL, numbers by size, then texts", () => {
    const given = ["b", 10, "9", null, "a", "-3", 2.5, "12345678901234567890", true];
    expect(given.toSorted(compareValues)).toEqual([
      null, "-3", 2.5, "9", 10, "12345678901234567890", "a", "b", true,
    ]); // biome-ignore format: one list
  });

  test("with several columns are sorted by the first that differs", () => {
    const row = (day: string, id: number) => ({ copies: 1, row: { day, id } });
    const { onlyA } = sortExamples({
      changed: [],
      onlyA: [row("b", 1), row("a", 10), row("a", 9)],
      onlyB: [],
    });
    expect(onlyA.map(({ row: { day, id } }) => `${day}${id}`)).toEqual(["a9", "a10", "b1"]);
  });
});

const comparison = (changed: number, cells: ReadonlyArray<readonly [string, string | null, string | null]>) =>
  ({
    compared: { columns: ["id"], types: ["INT64"] },
    rows: {
      key: ["id"],
      changed,
      onlyA: 0,
      onlyB: 0,
      columns: [],
      examples: {
        changed: Array.from({ length: Math.min(changed, 100) }, (_, id) => ({
          key: { id },
          cells: cells.map(([column, a, b]) => ({ column, a, b })),
        })),
        onlyA: [],
        onlyB: [],
      },
    },
  }) as unknown as Comparison;

const lines = (of: Comparison, level: Level, width?: number) =>
  documentLines(
    { title: "t", headline: "h", blocks: brief(examplesTables(of), level) },
    { color: false, ...(width === undefined ? {} : { width }) },
  ).slice(3);

describe("a changed row", () => {
  test("is one line: its key, then each column with the old and the new value", () => {
    const one = comparison(1, [
      ["price", "150", "150.25"],
      ["state", null, "open"],
      ["note", "", "x"],
    ]);
    expect(lines(one, "brief")).toEqual([
      "Rows changed",
      "  id  changes",
      '  0   price 150 → 150.25 · state NULL → open · note "" → x',
    ]);
  });

  test("with many changed columns counts the rest, and with --full has a line per value", () => {
    const many = comparison(
      1,
      Array.from({ length: 7 }, (_, i) => [`c${i}`, "1", "2"] as const),
    );
    expect(lines(many, "brief").at(-1)).toEndWith("c3 1 → 2 · and 3 more");
    expect(lines(many, "long")).toHaveLength(2 + 7);
  });

  test("never exceeds the width", () => {
    const long = comparison(1, [["text", "a".repeat(500), `${"a".repeat(400)}b`]]);
    for (const width of [40, 80])
      for (const line of lines(long, "brief", width))
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
  });
});

test("rows of one side have the text of their types: separators in numbers, quotes in JSON", () => {
  const row = { id: 1, big: "9007199254740993", code: "9007199254740993", doc: "1" };
  const given = comparison(0, []);
  const one: Comparison = {
    ...given,
    compared: { ...given.compared, columns: Object.keys(row), types: ["INT64", "INT64", "STRING", "JSON"] },
    rows: { ...given.rows!, examples: { changed: [], onlyA: [{ copies: 1, row }], onlyB: [] }, onlyA: 1 },
  };
  for (const level of ["short", "brief", "long"] as const)
    expect(lines(one, level)[2]!.split(/ +/)).toEqual([
      "",
      "1",
      "9,007,199,254,740,993",
      "9007199254740993",
      '"1"',
    ]);
});

describe("the number of examples", () => {
  const many = comparison(1600, [["c", "1", "2"]]);
  const hint = (level: Level) => lines(many, level).at(-1);

  test("is 20, in a batch 5, with --full all, and the option that shows more is named", () => {
    expect(lines(many, "brief")[0]).toBe("Rows changed (20 of 1,600)");
    expect(lines(many, "short")[0]).toBe("Rows changed (5 of 1,600)");
    expect(lines(many, "long")[0]).toBe("Rows changed (100 of 1,600)");
    expect(hint("brief")).toBe("More: --full shows 100; --sample-size N keeps more in the report.");
    expect(hint("long")).toBe("More: --sample-size N keeps more in the report.");
  });

  test("needs no hint if all are shown", () => {
    expect(lines(comparison(3, [["c", "1", "2"]]), "brief")).toHaveLength(5);
  });
});
