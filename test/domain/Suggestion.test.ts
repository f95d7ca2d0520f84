import { expect, test } from "bun:test";
import { didYouMean, nearest } from "../../src/domain/Suggestion.ts";

test("the nearest name is found whatever its case, and returned as it is spelled", () => {
  expect(nearest("custmer_id", ["Customer_ID", "order_id"])).toBe("Customer_ID");
  expect(nearest("paralel", ["parallel", "progress"])).toBe("parallel");
  expect(nearest("kye", ["key"])).toBe("key");
});

test("a name that resembles none has no suggestion", () => {
  expect(nearest("price", ["customer", "status"])).toBeUndefined();
  expect(nearest("cat", ["dog"])).toBeUndefined();
  expect(nearest("x", ["y"])).toBeUndefined();
  expect(nearest("price", [])).toBeUndefined();
});

test("a suggestion is a question, in quotes unless formatted otherwise", () => {
  expect(didYouMean("statu", ["status"])).toBe('did you mean "status"?');
  expect(didYouMean("paralel", ["parallel"], (name) => `--${name}`)).toBe("did you mean --parallel?");
  expect(didYouMean("price", ["status"])).toBeUndefined();
});
