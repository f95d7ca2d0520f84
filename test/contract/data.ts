/** The tables of the contract. */
import { field, type Table } from "./tables.ts";

/** Every scalar type, with usual values, only NULLs, and the limits of the types. */
const values: Table = {
  name: "values",
  schema: [
    field("id", "INT64"),
    field("i", "INT64"),
    field("n", "NUMERIC"),
    field("bn", "BIGNUMERIC"),
    field("f", "FLOAT64"),
    field("s", "STRING"),
    field("y", "BYTES"),
    field("b", "BOOL"),
    field("d", "DATE"),
    field("dt", "DATETIME"),
    field("t", "TIME"),
    field("ts", "TIMESTAMP"),
    field("j", "JSON"),
    field("iv", "INTERVAL"),
  ],
  rows: [
    {
      id: 1, i: "9007199254740993", n: "123456789012345678.123456789", bn: "123456789012345678.12345678901234567891",
      f: 0.1, s: "hé🙂", y: "AP8=", b: true, d: "2024-02-29", dt: "2024-01-02T03:04:05.123456", t: "03:04:05.6",
      ts: "1969-12-31T23:59:59.999999Z", j: { a: [1, "x", null] }, iv: "1-2 3 4:5:6.5",
    },
    {
      id: 2, i: null, n: null, bn: null, f: null, s: null, y: null, b: null, d: null, dt: null, t: null, ts: null,
      j: null, iv: null,
    },
    {
      id: 3, i: "-9223372036854775808", n: "-99999999999999999999999999999.999999999", bn: "-0.00000000000000000001",
      f: -1.5e300, s: "", y: "", b: false, d: "0001-01-01", dt: "0001-01-01T00:00:00", t: "00:00:00",
      ts: "0001-01-01T00:00:00Z", j: "text", iv: "0-1 0 0:0:0.001",
    },
    {
      id: 4, i: "9223372036854775807", n: "99999999999999999999999999999.999999999", bn: 12.5, f: 5e-324, s: " a\nb\t\"'\\ ",
      y: "aGk=", b: true, d: "9999-12-31", dt: "9999-12-31T23:59:59.999999", t: "23:59:59.999999",
      ts: "9999-12-31T23:59:59.999999Z", j: 0, iv: "0-0 0 0:0:0",
    },
  ], // biome-ignore format: a row a block
};

/** Nested arrays and STRUCTs; their types are those that an NDJSON reader infers. */
const nested: Table = {
  name: "nested",
  schema: [
    field("id", "INT64"),
    field("tags", "STRING", { mode: "REPEATED" }),
    field("address", "STRUCT", {
      fields: [field("city", "STRING"), field("geo", "STRUCT", { fields: [field("lat", "FLOAT64")] })],
    }),
    field("items", "STRUCT", {
      mode: "REPEATED",
      fields: [
        field("sku", "STRING"),
        field("n", "INT64"),
        field("sizes", "INT64", { mode: "REPEATED" }),
        field("parts", "STRUCT", { mode: "REPEATED", fields: [field("x", "FLOAT64")] }),
      ],
    }),
  ],
  rows: [
    {
      id: 1,
      tags: ["a", "b"],
      address: { city: "Köln", geo: { lat: 50.9 } },
      items: [
        { sku: "k", n: 2, sizes: [1, 2, 3], parts: [{ x: 0.5 }, { x: 1.5 }] },
        { sku: null, n: null, sizes: [], parts: [] },
      ],
    },
    { id: 2, tags: [], address: { city: null, geo: null }, items: [] },
    { id: 3, tags: ["", "c"], address: null, items: [{ sku: "m", n: 1, sizes: [4], parts: [{ x: null }] }] },
  ],
};

/** Types that all Parquet readers agree on. */
const flat: Table = {
  name: "flat",
  schema: [
    field("id", "INT64"),
    field("name", "STRING"),
    field("x", "FLOAT64"),
    field("day", "DATE"),
    field("ok", "BOOL"),
  ],
  rows: Array.from({ length: 25 }, (_, i) => ({
    id: i,
    name: `name ${i}`,
    x: i / 4,
    day: `2024-03-${String(i + 1).padStart(2, "0")}`,
    ok: i % 2 === 0,
  })),
};

const empty: Table = { name: "empty", schema: [field("id", "INT64"), field("s", "STRING")], rows: [] };

const oddNames = ["select", "a b", "a.b", "a:b", "héhé", "-- comment", "NULLS", "__proto__"];

/** Names that need quotes in every language. */
const odd: Table = {
  name: "odd",
  schema: [field("id", "INT64"), ...oddNames.map((name) => field(name, "STRING"))],
  rows: [1, 2].map((id) =>
    Object.fromEntries([["id", id], ...oddNames.map((name) => [name, `${name} ${id}`] as const)]),
  ),
};

/** NOT NULL columns, a key and descriptions. */
const modes: Table = {
  name: "modes",
  schema: [
    field("id", "INT64", { mode: "REQUIRED", description: "the key" }),
    field("note", "STRING"),
    field("tags", "STRING", { mode: "REPEATED" }),
  ],
  rows: [{ id: 1, note: null, tags: ["x"] }],
};

/** The text that no error message may contain. */
export const secret = "secret-4711";
const secrets: Table = {
  name: "secrets",
  schema: [field("id", "INT64"), field("s", "STRING")],
  rows: [{ id: 1, s: secret }],
};

const floats: Table = {
  name: "floats",
  schema: [field("id", "INT64"), field("f", "FLOAT64")],
  rows: [
    { id: 1, f: "NaN" },
    { id: 2, f: "Infinity" },
    { id: 3, f: "-Infinity" },
    { id: 4, f: 0.5 },
  ],
};

export const tables = { values, nested, flat, empty, odd, modes, secrets, floats } as const;
export type TableName = keyof typeof tables;
