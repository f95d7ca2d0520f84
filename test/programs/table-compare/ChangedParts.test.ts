import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Value } from "../../../src/domain/Value.ts";
import { changedParts } from "../../../src/programs/table-compare/ChangedParts.ts";
import type { Cell, Span } from "../../../src/reports/Document.ts";
import { changedCells } from "../../../src/reports/presenters/table-compare/ChangedCells.ts";

const textOf = (cell: Cell) => (cell._tag === "Value" ? cell.text : cell);

const cut = (text: string, spans: ReadonlyArray<Span>) => spans.map(({ from, to }) => text.slice(from, to));

const parts = (a: string, b: string) => {
  const { a: inA, b: inB } = changedParts(a, b);
  return [cut(a, inA), cut(b, inB)];
};

/** Removes the changed parts. */
const rest = (text: string, spans: ReadonlyArray<Span>): string =>
  spans.reduceRight((left, { from, to }) => left.slice(0, from) + left.slice(to), text);

describe("the changed parts of two values", () => {
  test("are the characters that the other value lacks", () => {
    expect(parts("150", "150.25")).toEqual([[], [".25"]]);
    expect(parts("cat", "cut")).toEqual([["a"], ["u"]]);
    expect(parts("Dimmitt Municipal", "Dimmitt Muni")).toEqual([["cipal"], []]);
  });

  test("are both complete values if their common parts are accidental", () => {
    expect(parts("closed", "open")).toEqual([["closed"], ["open"]]);
    expect(parts("Long Prairie", "LONG PRAIRIE")).toEqual([["Long Prairie"], ["LONG PRAIRIE"]]);
    expect(parts("", "new")).toEqual([[], ["new"]]);
  });

  test("are words in long texts", () => {
    const text = "one two three ".repeat(20);
    expect(parts(`${text}quickly done`, `${text}slowly done`)).toEqual([["quickly"], ["slowly"]]);
  });

  test("leave equal remainders", () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const found = changedParts(a, b);
        const isWhole = cut(a, found.a).join("") === a && cut(b, found.b).join("") === b;
        expect(isWhole || rest(a, found.a) === rest(b, found.b)).toBe(true);
      }),
    ));

  test("of long values are shown with their context and the values' length", () => {
    const text = "x".repeat(10_000);
    const [a, b] = changedCells(`${text}1${text}`, `${text}2${text}`, 100);
    expect(a).toEqual({
      _tag: "Value",
      text: `…${"x".repeat(25)}1${"x".repeat(74)}…`,
      changed: [{ from: 26, to: 27 }],
      characters: 20_001,
    });
    expect(b).toMatchObject({ changed: [{ from: 26, to: 27 }], characters: 20_001 });
  });

  test('of JSON values are shown as JSON, so that 1 and "1" differ', () => {
    const shown = (a: Value, b: Value) => changedCells(a, b, 20, "JSON");
    expect(shown(1, "1")).toMatchObject([{ text: "1" }, { text: '"1"' }]);
    expect(shown("x", 1234567)).toMatchObject([{ text: '"x"' }, { text: "1234567" }]);
    expect(shown(null, "x")).toMatchObject([{ text: null }, { text: '"x"' }]);
  });

  test("of numbers have separators, whether a JSON number can represent them or not", () => {
    const shown = (type: string) => changedCells(1234567, "9007199254740993.5", 30, type).map(textOf);
    expect(shown("NUMERIC(38, 9)")).toEqual(["1,234,567", "9,007,199,254,740,993.5"]);
    expect(shown("FLOAT64")).toEqual(["1,234,567", "9,007,199,254,740,993.5"]);
    expect(changedCells("12345678901", "NaN", 30, "STRING").map(textOf)).toEqual(["12345678901", "NaN"]);
    expect(changedCells("NaN", "-Infinity", 30, "FLOAT64").map(textOf)).toEqual(["NaN", "-Infinity"]);
  });

  test("need two values", () => {
    expect(changedCells(null, "a", 10)).toEqual([
      { _tag: "Value", text: null },
      { _tag: "Value", text: "a" },
    ]);
  });
});
