/** Text reports of every program, for terminals of several widths. */
import { describe, expect, test } from "bun:test";
import { inputs, texts } from "../../golden/golden.ts";

const widest = (text: string): number =>
  Math.max(...text.split("\n").map((line) => Bun.stringWidth(Bun.stripANSI(line))));

describe("a text report", () => {
  for (const width of [60, 80, 120, 200])
    for (const full of [false, true])
      for (const color of [false, true]) {
        const options = `${full ? ", with --full" : ""}${color ? ", in colours" : ""}`;
        test(`of one item or a batch never exceeds ${width} columns${options}`, async () => {
          const shown = await Promise.all(texts({ width, full, color }));
          for (const [i, text] of shown.entries())
            expect([inputs[i], widest(text) <= width, widest(text)]).toEqual([
              inputs[i], true, widest(text),
            ]); // biome-ignore format: one line
        });
      }

  test("of a batch is shorter than with --full", async () => {
    const lines = async (full: boolean) =>
      (await Promise.all(texts({ width: 80, full }))).map((text) => text.split("\n").length);
    const [short, long] = [await lines(false), await lines(true)];
    inputs.forEach((name, i) => {
      if (/^(profile|table-compare)/.test(name)) expect([name, short[i]! < long[i]!]).toEqual([name, true]);
    });
  });
});
