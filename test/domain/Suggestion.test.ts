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

test("a name that differs only in a number is a different name", () => {
  expect(nearest("part-00017.parquet", ["part-00018.parquet", "part-7.parquet"])).toBeUndefined();
  expect(nearest("sales_2024", ["sales_2023", "sales_1", "sales_"])).toBeUndefined();
  expect(nearest("col12", ["col1", "col2", "col"])).toBeUndefined();
  expect(nearest("orders_2024", ["order_2024", "orders_2023"])).toBe("order_2024");
});

test("at most a third of the name differs", () => {
  expect(nearest("ab", ["ac"])).toBeUndefined();
  expect(nearest("abcd", ["abxy"])).toBeUndefined();
  expect(nearest("abcdef", ["abcdxy"])).toBe("abcdxy");
  expect(nearest("id", ["ID"])).toBe("ID");
  expect(nearest("abcdefgh", ["abcde"])).toBeUndefined();
});

test("a part of the name can match", () => {
  const stem = (name: string) => name.replace(/\..*$/, "");
  expect(nearest("a.parquet", ["b.parquet"], stem)).toBeUndefined();
  expect(nearest("orders.parqet", ["orders.parquet"], stem)).toBe("orders.parquet");
});

test("a suggestion is a question, in quotes unless formatted otherwise", () => {
  expect(didYouMean("statu", ["status"])).toBe('did you mean "status"?');
  expect(didYouMean("paralel", ["parallel"], (name) => `--${name}`)).toBe("did you mean --parallel?");
  expect(didYouMean("price", ["status"])).toBeUndefined();
});
