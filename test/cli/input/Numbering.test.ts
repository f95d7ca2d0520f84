/** Finding equal texts by their hashes. */
import { describe, expect, test } from "bun:test";
import { Hash } from "effect";
import * as fc from "fast-check";
import { numbering } from "../../../src/cli/input/Numbering.ts";

describe("numbering", () => {
  test("finds the first of equal texts, whatever their number", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 2 }), { maxLength: 400 }), (texts) => {
        const distinct: Array<string> = [];
        const find = numbering((number) => distinct[number]!);
        for (const text of texts) {
          const known = distinct.indexOf(text);
          expect(find(text)).toBe(known === -1 ? undefined : known);
          if (known === -1) distinct.push(text);
        }
      }),
    );
  });

  test("tells texts of the same hash apart", () => {
    const byHash = new Map<number, string>();
    let pair: readonly [string, string] | undefined;
    for (let i = 0; pair === undefined; i++) {
      const text = `a${i}.json:b${i}.json`;
      const other = byHash.get(Hash.string(text));
      if (other !== undefined) pair = [other, text];
      byHash.set(Hash.string(text), text);
    }
    const find = numbering((number) => pair[number]!);
    expect([find(pair[0]), find(pair[1]), find(pair[0]), find(pair[1])]).toEqual([
      undefined,
      undefined,
      0,
      1,
    ]);
  });
});
