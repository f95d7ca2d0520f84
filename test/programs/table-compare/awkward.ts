/** Values that two engines write differently if they are left to themselves. */
import { field, type Table } from "../../contract/tables.ts";

export const awkward: Table = {
  name: "awkward",
  schema: [
    field("f", "FLOAT64"),
    field("n", "NUMERIC"),
    field("b", "BIGNUMERIC"),
    field("s", "STRING"),
    field("y", "BYTES"),
    field("d", "DATE"),
    field("m", "DATETIME"),
    field("c", "TIME"),
    field("t", "TIMESTAMP"),
    field("v", "INTERVAL"),
    field("ok", "BOOL"),
    field("i", "INT64"),
    field("l", "STRING", { mode: "REPEATED" }),
    field("r", "STRUCT", { fields: [field("x", "FLOAT64"), field("y", "NUMERIC", { mode: "REPEATED" })] }),
  ],
  rows: [
    { f: 0.1, n: "0.100000000", b: "1.10", s: "", y: "", d: "0001-01-01", m: "0001-01-01T00:00:00", c: "00:00:00", t: "0001-01-01T00:00:00Z", v: "0-0 0 0:0:0", ok: true, i: 0, l: [], r: null },
    { f: "NaN", n: "-0.000000001", b: "-0.5", s: "e\u0301", y: "AP8=", d: "9999-12-31", m: "9999-12-31T23:59:59.999999", c: "23:59:59.999999", t: "1969-12-31T23:59:59.999999Z", v: "1-2 3 4:5:6.5", ok: false, i: "9223372036854775807", l: ["", "a"], r: { x: 5e-324, y: ["1.50"] } },
    { f: "-Infinity", n: "99999999999999999999999999999.999999999", b: "7", s: "🙂\n\"", y: "YWI=", d: "1970-01-01", m: "1970-01-01T00:00:00.000001", c: "12:00:00.5", t: "2024-02-29T12:00:00.1Z", v: "0-11 300 40:5:6.001", ok: null, i: "-9223372036854775808", l: ["b:1"], r: { x: null, y: [] } },
    { f: 1.7976931348623157e308, n: 100, b: null, s: null, y: null, d: null, m: null, c: null, t: null, v: null, ok: null, i: null, l: [], r: { x: 0.30000000000000004, y: ["0.1"] } },
    ...[1e-7, 123456789.123, 1 / 3, 2 ** 53 + 2, 1e21, -2.5e-10].map((f) => ({ f, n: null, b: null, s: "NULL", y: null, d: null, m: null, c: null, t: null, v: null, ok: null, i: null, l: [], r: null })),
  ],
}; // biome-ignore format: rows
