import { expect, test } from "bun:test";
import * as NumberList from "../../src/batch/NumberList.ts";

test("a list keeps numbers in order across its chunks, and offsets beyond 2^32", () => {
  const [indexes, offsets] = [NumberList.indexes(), NumberList.offsets()];
  const count = 40_000;
  for (let i = 0; i < count; i++) {
    indexes.push(i * 3);
    offsets.push(i * 2 ** 32 + 1);
  }
  expect([indexes.length, offsets.length]).toEqual([count, count]);
  expect([...indexes]).toEqual(Array.from({ length: count }, (_, i) => i * 3));
  expect([offsets.at(0), offsets.at(count - 1)]).toEqual([1, (count - 1) * 2 ** 32 + 1]);
  expect([indexes.at(-1), indexes.at(count), NumberList.indexes().at(0)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
