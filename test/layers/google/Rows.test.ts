import { describe, expect, test } from "bun:test";
import type { Field } from "../../../src/domain/TableSchema.ts";
import * as Rows from "../../../src/layers/google/Rows.ts";

const decode = (field: Omit<Field, "name" | "mode"> & Partial<Field>, v: unknown) =>
  Rows.decoder([{ name: "x", mode: "NULLABLE", ...field }])({ f: [{ v }] }).x;

const cell = (v: unknown) => ({ v });

describe("a cell", () => {
  const cases: ReadonlyArray<readonly [Field["type"], string, unknown]> = [
    ["INT64", "42", 42],
    ["INT64", "9007199254740991", 9_007_199_254_740_991],
    ["INT64", "9223372036854775807", "9223372036854775807"],
    ["INT64", "-9223372036854775808", "-9223372036854775808"],
    ["NUMERIC", "0.1", 0.1],
    ["NUMERIC", "99999999999999999999999999999.999999999", "99999999999999999999999999999.999999999"],
    ["BIGNUMERIC", "1.12345678901234567890123456789012345678", "1.12345678901234567890123456789012345678"],
    ["FLOAT64", "1.0E10", 1e10],
    ["FLOAT64", "NaN", "NaN"],
    ["FLOAT64", "-Infinity", "-Infinity"],
    ["FLOAT64", "+Inf", "Infinity"],
    ["BOOL", "true", true],
    ["BOOL", "false", false],
    ["STRING", "a\u0000😀", "a\u0000😀"],
    ["BYTES", "YWI=", "YWI="],
    ["DATE", "0001-01-01", "0001-01-01"],
    ["DATETIME", "2024-01-02T03:04:05.500000", "2024-01-02T03:04:05.5"],
    ["DATETIME", "2024-01-02T03:04:00", "2024-01-02T03:04:00"],
    ["TIME", "03:04:05.000100", "03:04:05.0001"],
    ["TIMESTAMP", "1704164645600000", "2024-01-02T03:04:05.6Z"],
    ["TIMESTAMP", "1704164645123456", "2024-01-02T03:04:05.123456Z"],
    ["TIMESTAMP", "-62135596800000000", "0001-01-01T00:00:00Z"],
    ["TIMESTAMP", "253402300799999999", "9999-12-31T23:59:59.999999Z"],
    ["TIMESTAMP", "-1", "1969-12-31T23:59:59.999999Z"],
    ["TIMESTAMP", "1704164645.6", "2024-01-02T03:04:05.6Z"],
    ["TIMESTAMP", "2024-01-02 03:04:05.123456+00", "2024-01-02T03:04:05.123456Z"],
    ["INTERVAL", "0-0 1 0:0:0", "0-0 1 0:0:0"],
    ["GEOGRAPHY", "POINT(1 2)", "POINT(1 2)"],
  ];
  test.each(cases)("of type %s: %s", (type, text, value) => {
    expect(decode({ type }, text)).toEqual(value as never);
  });

  test("of JSON is decoded as its value, and integers keep all digits", () => {
    expect(decode({ type: "JSON" }, '{"id":12345678901234567890,"r":1.5,"e":null}')).toEqual({
      id: "12345678901234567890",
      r: 1.5,
      e: null,
    });
    expect(decode({ type: "JSON" }, "null")).toBeNull();
  });

  test("of a RANGE keeps BigQuery's format, with timestamps in ISO 8601", () => {
    expect(decode({ type: "RANGE", rangeElementType: "DATE" }, "[2024-01-01, UNBOUNDED)")).toBe(
      "[2024-01-01, UNBOUNDED)",
    );
    expect(decode({ type: "RANGE", rangeElementType: "TIMESTAMP" }, "[UNBOUNDED, 1704164645600000)")).toBe(
      "[UNBOUNDED, 2024-01-02T03:04:05.6Z)",
    );
  });

  test("that is null is decoded as null, or as an empty array", () => {
    expect(decode({ type: "INT64" }, null)).toBeNull();
    expect(decode({ type: "STRUCT", fields: [] }, null)).toBeNull();
    expect(decode({ type: "INT64", mode: "REPEATED" }, null)).toEqual([]);
    expect(decode({ type: "INT64", mode: "REPEATED" }, [])).toEqual([]);
  });

  test("of nested arrays and STRUCTs is decoded with the same nesting", () => {
    const fields: ReadonlyArray<Field> = [
      { name: "sku", type: "STRING", mode: "NULLABLE" },
      { name: "tags", type: "INT64", mode: "REPEATED" },
    ];
    const value = [
      cell({ f: [cell("a"), cell([cell("1"), cell("2")])] }),
      cell({ f: [cell(null), cell([])] }),
    ];
    expect(decode({ type: "STRUCT", mode: "REPEATED", fields }, value)).toEqual([
      { sku: "a", tags: [1, 2] },
      { sku: null, tags: [] },
    ]);
  });
});

test("a column called __proto__ is a column", () => {
  const row = Rows.decoder([{ name: "__proto__", type: "INT64", mode: "NULLABLE" }])({ f: [cell("1")] });
  expect(Object.entries(row)).toEqual([["__proto__", 1]]);
});

test("a row that does not match the schema is rejected without quoting its values", () => {
  const rows = Rows.decoder([{ name: "a", type: "INT64", mode: "NULLABLE" }]);
  expect(() => rows({ f: [cell("secret"), cell("b")] })).toThrow(
    "a row and the schema have different numbers of cells",
  );
  expect(() => rows({ f: [cell({ secret: 1 })] })).toThrow("a cell is not a string");
});
