/** Known faults of other tools. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import { it } from "../../support/effect.ts";
import { compared, counts } from "./local.ts";

const identical = (same: number, changed: number | null = 0) => ({
  verdict: "identical" as const,
  same,
  changed,
  onlyA: 0,
  onlyB: 0,
});

const values = (rows: string, names: string) => `SELECT * FROM (VALUES ${rows}) AS t(${names})`;

describe("values that are not equal", () => {
  for (const type of ["DOUBLE", "DECIMAL(18, 2)"]) {
    it.live(`123456789.01 and 123456789.99 as ${type}`, () =>
      Effect.gen(function* () {
        const table = (x: string) => `SELECT 1 AS id, ${x}::${type} AS x`;
        for (const key of [["id"], []]) {
          const found = yield* compared(table("123456789.01"), table("123456789.99"), { key });
          expect(found.verdict).toBe("different");
        }
        const { rows } = yield* compared(table("123456789.01"), table("123456789.99"), { key: ["id"] });
        expect(rows?.columns).toEqual([{ name: "x", changed: 1 }]);
        expect(rows?.examples?.changed).toEqual([
          { key: { id: 1 }, cells: [{ column: "x", a: 123456789.01, b: 123456789.99 }] },
        ]);
      }),
    );
  }

  it.live("rows {x, x} and {y, y}", () =>
    Effect.gen(function* () {
      const found = yield* counts(values("('x'), ('x')", "v"), values("('y'), ('y')", "v"));
      expect(found).toEqual({ verdict: "different", same: 0, changed: null, onlyA: 2, onlyB: 2 });
      const keyed = yield* counts(
        values("('k', 'x'), ('k', 'x')", "k, v"),
        values("('k', 'y'), ('k', 'y')", "k, v"),
        { key: ["k"] },
      );
      expect(keyed).toEqual({ verdict: "different", same: 0, changed: 2, onlyA: 0, onlyB: 0 });
    }),
  );

  it.live("a doubled table and an empty one", () =>
    Effect.gen(function* () {
      const doubled = values("(1, 'x'), (1, 'x')", "id, v");
      const empty = `${doubled} LIMIT 0`;
      for (const key of [["id"], []]) {
        const changed = key.length === 0 ? null : 0;
        expect(yield* counts(doubled, empty, { key })).toEqual({
          verdict: "different",
          same: 0,
          changed,
          onlyA: 2,
          onlyB: 0,
        });
        expect(yield* counts(empty, empty, { key })).toEqual(identical(0, changed));
        expect(yield* counts(doubled, doubled, { key })).toEqual(identical(2, changed));
      }
    }),
  );

  it.live("keys with the same concatenated text", () =>
    Effect.gen(function* () {
      const different = { verdict: "different" as const, same: 0, changed: 0, onlyA: 1, onlyB: 1 };
      const table = (one: string, two: string) => values(`('${one}', '${two}', 0)`, "k, l, v");
      const key = ["k", "l"];
      expect(yield* counts(table("1", "11"), table("11", "1"), { key })).toEqual(different);
      expect(yield* counts(table("a,b", "c"), table("a", "b,c"), { key })).toEqual(different);
    }),
  );

  it.live("values swapped between two columns, and between two rows", () =>
    Effect.gen(function* () {
      const table = values("(1, 'x', 'y'), (2, 'p', 'q')", "id, a, b");
      const columns = yield* compared(table, values("(1, 'y', 'x'), (2, 'p', 'q')", "id, a, b"), {
        key: ["id"],
      });
      expect(columns.rows?.columns).toEqual([
        { name: "a", changed: 1 },
        { name: "b", changed: 1 },
      ]);
      const swapped = values("(1, 'p', 'y'), (2, 'x', 'q')", "id, a, b");
      expect(yield* counts(table, swapped, { key: ["id"] })).toMatchObject({
        verdict: "different",
        changed: 2,
      });
      expect(yield* counts(table, swapped)).toMatchObject({ verdict: "different", onlyA: 2, onlyB: 2 });
    }),
  );

  const lists: ReadonlyArray<readonly [type: string, a: string, b: string]> = [
    ["INTEGER[][]", "[]", "NULL"],
    ["INTEGER[][]", "[NULL]", "[]"],
    ["INTEGER[][]", "[NULL]", "NULL"],
    ["INTEGER[][]", "[[]]", "[NULL]"],
    ["INTEGER[][]", "[[]]", "[]"],
    ["INTEGER[]", "[0]", "[0, 0]"],
    ["INTEGER[]", "[1, 2]", "[2, 1]"],
    ["INTEGER[][]", "[[1, 2], [3]]", "[[3], [1, 2]]"],
    ["INTEGER[][]", "[[1, 2]]", "[[1], [2]]"],
    ["STRUCT(a INTEGER)", "{'a': NULL}", "NULL"],
    ["VARCHAR[]", "['a', 'b']", "['a\",\"b']"],
    ["VARCHAR", "'NULL'", "NULL"],
    ["VARCHAR", "''", "NULL"],
    ["DOUBLE", "'nan'", "NULL"],
    ["JSON", "'null'", "NULL"],
    ["JSON", '\'{"a":{},"a.b":1}\'', '\'{"a":{"b":1}}\''],
    ["JSON", "'[1,2]'", "'[2,1]'"],
    ["JSON", "'\"1\"'", "'1'"],
    ["INTERVAL", "INTERVAL 30 DAY", "INTERVAL 1 MONTH"],
    ["BLOB", "'\\x00'", "'\\x00\\x00'"],
    ["TIMESTAMP", "'2024-01-01 00:00:00.000001'", "'2024-01-01 00:00:00.000002'"],
    ["TIMESTAMP_NS", "'2024-01-01 00:00:00.000000001'", "'2024-01-01 00:00:00.000000002'"],
    ["FLOAT", "0.1", "0.10000001"],
    ["DECIMAL(38, 9)", "12345678901234567890123456789.000000001", "12345678901234567890123456789.000000002"],
    [
      "DECIMAL(38, 9)[]",
      "[12345678901234567890123456789.000000001]",
      "[12345678901234567890123456789.000000002]",
    ],
  ];
  for (const [type, a, b] of lists) {
    it.live(`${a} and ${b} as ${type}`, () =>
      Effect.gen(function* () {
        const table = (x: string) => `SELECT 1 AS id, CAST(${x} AS ${type}) AS x`;
        expect(yield* counts(table(a), table(b), { key: ["id"] })).toMatchObject({
          verdict: "different",
          changed: 1,
        });
        expect(yield* counts(table(a), table(b))).toMatchObject({ verdict: "different", onlyA: 1, onlyB: 1 });
        for (const x of [a, b]) {
          expect(yield* counts(table(x), table(x), { key: ["id"] })).toEqual(identical(1));
          expect(yield* counts(table(x), table(x))).toEqual(identical(1, null));
          // As a key, too.
          expect(yield* counts(table(x), table(x), { key: ["x"] })).toEqual(identical(1));
        }
        expect(yield* counts(table(a), table(b), { key: ["x"] })).toMatchObject({ onlyA: 1, onlyB: 1 });
      }),
    );
  }
});

describe("values that are equal", () => {
  const equal: ReadonlyArray<readonly [a: string, b: string]> = [
    ["'nan'::DOUBLE", "-('nan'::DOUBLE)"],
    ["0.0::DOUBLE", "-0.0::DOUBLE"],
    ["['nan', '0.0']::DOUBLE[]", "['nan', '-0.0']::DOUBLE[]"],
    ["{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}"],
    ['\'{"a": 1, "b": [1, {"c": null, "d": true}]}\'::JSON', '\'{"b":[1,{"d":true,"c":null}],"a":1}\'::JSON'],
    ["1::INTEGER", "1::BIGINT"],
    ["1::BIGINT", "1.000::DECIMAL(10, 3)"],
    ["1.5::DECIMAL(10, 2)", "1.5::DECIMAL(38, 9)"],
    ["1.5::DECIMAL(38, 0) + 0", "2::DECIMAL(38, 20)"],
    ["1.5::DECIMAL(10, 2)", "1.5::DOUBLE"],
    // A Parquet file stores HUGEINT as DOUBLE.
    ["4611686018427387904::BIGINT", "4611686018427387904::HUGEINT"],
    ["DATE '2024-01-01'", "TIMESTAMP '2024-01-01'"],
    ["'x'::VARCHAR", "'x'::ENUM('x', 'y')"],
  ];
  for (const [a, b] of equal) {
    it.live(`${a} and ${b}`, () =>
      Effect.gen(function* () {
        const table = (x: string) => `SELECT 1 AS id, ${x} AS x`;
        expect(yield* counts(table(a), table(b), { key: ["id"] })).toEqual(identical(1));
        expect(yield* counts(table(a), table(b))).toEqual(identical(1, null));
        expect(yield* counts(table(a), table(b), { key: ["x"] })).toEqual(identical(1));
      }),
    );
  }

  it.live("tables with duplicate keys, NULLs in composite keys and a column named like the table", () =>
    Effect.gen(function* () {
      const table = values(
        "(1, NULL, 'x'), (1, NULL, 'x'), (NULL, NULL, 'y'), (NULL, 2, NULL), (1, 2, 'z')",
        "bqkit_r, l, a",
      );
      expect(yield* counts(table, table, { key: ["bqkit_r", "l"] })).toEqual(identical(5));
      expect(yield* counts(table, `${table} ORDER BY a DESC`)).toEqual(identical(5, null));
      const other = values(
        "(1, NULL, 'x'), (1, NULL, 'w'), (NULL, NULL, 'y'), (NULL, 2, 'v'), (2, 2, 'z')",
        "bqkit_r, l, a",
      );
      expect(yield* counts(table, other, { key: ["bqkit_r", "l"] })).toEqual({
        verdict: "different",
        same: 2,
        changed: 2,
        onlyA: 1,
        onlyB: 1,
      });
    }),
  );
});

describe("tolerances", () => {
  const table = (x: string, type = "DECIMAL(18, 4)") => `SELECT 1 AS id, CAST(${x} AS ${type}) AS x`;
  const tolerance = (all: string) => ({ absTolerance: { all, columns: {} } });

  it.live("1.0004 and 1.0001 as NUMERIC, with and without", () =>
    Effect.gen(function* () {
      const options = { key: ["id"] };
      expect(yield* counts(table("1.0004"), table("1.0001"), options)).toMatchObject({
        verdict: "different",
        changed: 1,
      });
      expect(
        yield* counts(table("1.0004"), table("1.0001"), { ...options, ...tolerance("0.0003") }),
      ).toMatchObject({ verdict: "identical" });
      expect(
        yield* counts(table("1.0004"), table("1.0001"), { ...options, ...tolerance("0.0002") }),
      ).toMatchObject({ verdict: "different" });
      const relative = (text: string) => ({ ...options, relTolerance: { columns: { x: text } } });
      expect(yield* counts(table("100"), table("101"), relative("0.01"))).toMatchObject({
        verdict: "identical",
      });
      expect(yield* counts(table("100"), table("101"), relative("0.009"))).toMatchObject({
        verdict: "different",
      });
    }),
  );

  it.live("reach the limits of INT64 and of FLOAT64", () =>
    Effect.gen(function* () {
      const [least, most] = ["-9223372036854775808", "9223372036854775807"];
      const int = (x: string) => table(x, "BIGINT");
      const options = (all: string) => ({ key: ["id"], ...tolerance(all) });
      expect(yield* counts(int(least), int(most), options("18446744073709551615"))).toMatchObject({
        verdict: "identical",
      });
      expect(yield* counts(int(least), int(most), options("18446744073709551614"))).toMatchObject({
        verdict: "different",
      });
      expect(yield* counts(int(most), int("9223372036854775806"), options("1"))).toMatchObject({
        verdict: "identical",
      });
      expect(yield* counts(int(most), int("9223372036854775806"), options("0.5"))).toMatchObject({
        verdict: "different",
      });
      const float = (x: string) => table(x, "DOUBLE");
      expect(yield* counts(float("1e308"), float("-1e308"), options("1"))).toMatchObject({
        verdict: "different",
      });
      expect(yield* counts(float("'inf'"), float("1e308"), options("1"))).toMatchObject({
        verdict: "different",
      });
      expect(yield* counts(float("'inf'"), float("'inf'"), options("1"))).toMatchObject({
        verdict: "identical",
      });
      expect(yield* counts(float("'nan'"), float("1"), options("1"))).toMatchObject({ verdict: "different" });
      expect(yield* counts(float("NULL"), float("1"), options("1"))).toMatchObject({ verdict: "different" });
      expect(
        yield* counts(table("9e28", "DECIMAL(38, 9)"), table("-9e28", "DECIMAL(38, 9)"), options("1")),
      ).toMatchObject({ verdict: "different" });
    }),
  );

  it.live("pair rows of a repeated key", () =>
    Effect.gen(function* () {
      const a = values("(1, 1.0), (1, 2.0), (1, 3.0)", "id, x");
      const b = values("(1, 3.05), (1, 1.05), (1, 2.5)", "id, x");
      expect(yield* counts(a, b, { key: ["id"], ...tolerance("0.1") })).toEqual({
        verdict: "different",
        same: 2,
        changed: 1,
        onlyA: 0,
        onlyB: 0,
      });
    }),
  );
});
