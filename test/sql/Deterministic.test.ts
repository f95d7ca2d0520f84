import { describe, expect, test } from "bun:test";
import { isDeterministic } from "../../src/sql/Deterministic.ts";

describe("a condition that always selects the same rows", () => {
  for (const condition of [
    undefined,
    "amount > 0",
    "day BETWEEN '2024-01-01' AND DATE '2024-01-31'",
    "name = 'now()' AND note <> \"current_date\"",
    "`now` > 3 -- rand()",
    "/* CURRENT_TIMESTAMP() */ x IS NULL # select",
    "LOWER(name) IN ('a', 'b') AND t.random > 1 AND items[0].uuid = 'x'",
    "knows(1) AND REGEXP_CONTAINS(n, r'^select')",
  ]) {
    test(String(condition), () => expect(isDeterministic(condition)).toBe(true));
  }
});

describe("one that may select other rows, or is unknown", () => {
  for (const condition of [
    "day = CURRENT_DATE()",
    "day >= current_date - 7",
    "at > now()",
    "RAND() < 0.1",
    "random() < 0.1",
    "id = GENERATE_UUID()",
    "owner = SESSION_USER()",
    "id IN (SELECT id FROM other)",
    "EXISTS (FROM other)",
    "@@time_zone = 'UTC'",
    "p.d.mine(x) > 0",
    "`p.d.mine`(x) > 0",
    "x = 'a' AND TODAY() > day",
  ]) {
    test(condition, () => expect(isDeterministic(condition)).toBe(false));
  }
});
