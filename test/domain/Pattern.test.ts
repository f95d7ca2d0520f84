import { expect, test } from "bun:test";
import * as Pattern from "../../src/domain/Pattern.ts";

test("a star matches any run of characters, and every other character itself", () => {
  const matches = Pattern.matcher("events_*");
  expect(["events_", "events_2024", "events_a\nb", "xevents_1", "event"].map(matches)).toEqual([
    true, true, true, false, false,
  ]); // biome-ignore format: one line
  expect(Pattern.matcher("a.b*")("axb")).toBe(false);
  expect(Pattern.matcher("a(b)$*")("a(b)$c")).toBe(true);
});

test("stars are captured and can be filled in again", () => {
  expect(Pattern.capture("stg_*_v*")("stg_orders_v2")).toEqual(["orders", "2"]);
  expect(Pattern.capture("stg_*")("orders")).toBeUndefined();
  expect(Pattern.fill("prod_*_v*", ["orders", "2"])).toBe("prod_orders_v2");
  expect(Pattern.stars("a*b*")).toBe(2);
});

test("a path pattern matches fields below a match, whatever the case", () => {
  const matches = Pattern.pathMatcher("Items[].*");
  expect(["items[].sku", "items[].tags[].name", "items", "itemset"].map(matches)).toEqual([
    true, true, false, false,
  ]); // biome-ignore format: one line
  expect(Pattern.pathMatcher("address")("address.city")).toBe(true);
});
