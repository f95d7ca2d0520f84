import { expect, test } from "bun:test";
import { Either } from "effect";
import { pairTables } from "../../src/domain/Pair.ts";
import { type BigQueryTable, format } from "../../src/domain/TableReference.ts";
import { bigQuery } from "../programs/schema-diff/build.ts";

const text = ({ a, b }: { readonly a: BigQueryTable; readonly b: BigQueryTable }): string =>
  `${format(a)}:${format(b)}`;

const paired = (patternA: string, a: ReadonlyArray<string>, patternB: string, b: ReadonlyArray<string>) =>
  Either.map(
    pairTables(bigQuery(patternA), a.map(bigQuery), bigQuery(patternB), b.map(bigQuery)),
    (found) => ({ pairs: found.pairs.map(text), onlyA: found.onlyA.map(text), onlyB: found.onlyB.map(text) }),
  );

test("tables are paired by the star's text, and unmatched tables are listed with their missing counterpart", () => {
  const found = paired("p.staging.stg_*", ["p.staging.stg_a", "p.staging.stg_b"], "q.prod.*", [
    "q.prod.a",
    "q.prod.c",
  ]);
  expect(found).toEqual(
    Either.right({
      pairs: ["p.staging.stg_a:q.prod.a"],
      onlyA: ["p.staging.stg_b:q.prod.b"],
      onlyB: ["p.staging.stg_c:q.prod.c"],
    }),
  );
});

test("several stars match several parts", () => {
  const found = paired("p.s.*_v_*", ["p.s.a_v_1", "p.s.b_v_2"], "p.t.*-*", ["p.t.a-1"]);
  expect(found).toEqual(
    Either.right({ pairs: ["p.s.a_v_1:p.t.a-1"], onlyA: ["p.s.b_v_2:p.t.b-2"], onlyB: [] }),
  );
});

test("names differ by case in BigQuery, and the project may be the connection's", () => {
  const found = paired("s.*", ["p.s.a"], "t.*", ["p.t.A"]);
  expect(found).toEqual(Either.right({ pairs: [], onlyA: ["p.s.a:p.t.a"], onlyB: ["p.s.A:p.t.A"] }));
});

test("patterns with different numbers of stars cannot be paired", () => {
  expect(paired("p.s.*", [], "p.t.a_*_*", [])).toEqual(Either.left(expect.stringContaining("1 and 2 stars")));
});
