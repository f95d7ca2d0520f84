import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { changedParts } from "../../src/programs/table-compare/ChangedParts.ts";
import type { Span } from "../../src/reports/Document.ts";
import { changedCells } from "../../src/reports/presenters/table-compare/ChangedCells.ts";

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

  test("of JSON values that differ in quotes alone are shown as JSON", () => {
    expect(changedCells(1, "1", 10)).toMatchObject([{ text: "1" }, { text: '"1"' }]);
    expect(changedCells(1, "2", 10)).toMatchObject([{ text: "1" }, { text: "2" }]);
  });

  test("need two values", () => {
    expect(changedCells(null, "a", 10)).toEqual([
      { _tag: "Value", text: null },
      { _tag: "Value", text: "a" },
    ]);
  });
});
