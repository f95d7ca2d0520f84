/** A generated table with everything that affects profiles; the same in every run. */
import type { Row, Value } from "../../src/domain/Value.ts";
import { field, type Table } from "./tables.ts";

/** Mulberry32: the same numbers in every run. */
export const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

const two = (n: number) => String(n).padStart(2, "0");
const words = [
  "",
  " ",
  "\t ",
  " padded",
  "padded ",
  "plain",
  "straße",
  "🙂",
  "👩‍👩‍👧",
  "e\u0301",
  "NULL",
  "'quoted\"",
  "a\nb",
  "\u3000wide",
];

export const madeTable = (rows: number): Table => {
  const next = random(42);
  const below = (n: number) => Math.floor(next() * n);
  const pick = <A>(all: ReadonlyArray<A>): A => all[below(all.length)]!;
  const maybe = (value: Value, share = 0.1): Value => (next() < share ? null : value);
  const digits = (n: number) => Array.from({ length: n }, () => below(10)).join("");
  const date = () =>
    `${String(1 + below(9999)).padStart(4, "0")}-${two(1 + below(12))}-${two(1 + below(28))}`;
  const clock = () => `${two(below(24))}:${two(below(60))}:${two(below(60))}`;
  const fraction = () => pick(["", `.${1 + below(9)}`, `.${digits(5)}${1 + below(9)}`]);
  const sign = () => pick(["", "-"]);
  const decimal = (whole: number, places: number) =>
    `${sign()}${1 + below(9)}${digits(whole - 1)}.${digits(places - 1)}${1 + below(9)}`;
  const part = (): Value => ({ name: maybe(pick(words)), weight: maybe(below(1000) / 8) });
  const item = (): Value => ({
    sku: maybe(`sku-${below(300)}`),
    price: maybe(Number(`${below(100)}.${1 + below(9)}`)),
    at: maybe(`20${two(below(30))}-0${1 + below(9)}-1${below(10)}T${clock()}${fraction()}Z`),
    parts: Array.from({ length: below(3) }, part),
  });
  const row = (_: unknown, i: number): Row => ({
    id: i,
    small: maybe(below(20) - 10),
    large: maybe(`${sign()}${1 + below(8)}${digits(17)}`),
    ratio: maybe((next() - 0.5) * 10 ** (below(12) - 6), 0.2),
    money: maybe(decimal(29, 9)),
    fine: maybe(decimal(18, 20)),
    flag: maybe(next() < 0.7),
    word: maybe(pick(words)),
    text: maybe(`text ${below(3000)}`),
    bytes: maybe(Buffer.from(Array.from({ length: below(4) }, () => below(256))).toString("base64")),
    day: maybe(date()),
    moment: maybe(`${date()}T${clock()}${fraction()}`),
    clock: maybe(`${clock()}${fraction()}`),
    instant: maybe(`${date()}T${clock()}${fraction()}Z`),
    doc: maybe({ k: below(5) }),
    never: null,
    same: "constant",
    place: maybe({
      city: maybe(pick(words)),
      geo: maybe({ lat: below(1800) / 16 - 56, lon: maybe(below(90)) }),
    }),
    tags: Array.from({ length: below(4) }, () => pick(words)),
    numbers: Array.from({ length: below(3) }, () => below(50) - 25),
    items: Array.from({ length: below(3) }, item),
  });
  return {
    name: "made",
    schema: [
      field("id", "INT64"),
      field("small", "INT64"),
      field("large", "INT64"),
      field("ratio", "FLOAT64"),
      field("money", "NUMERIC"),
      field("fine", "BIGNUMERIC"),
      field("flag", "BOOL"),
      field("word", "STRING"),
      field("text", "STRING"),
      field("bytes", "BYTES"),
      field("day", "DATE"),
      field("moment", "DATETIME"),
      field("clock", "TIME"),
      field("instant", "TIMESTAMP"),
      field("doc", "JSON"),
      field("never", "STRING"),
      field("same", "STRING"),
      field("place", "STRUCT", {
        fields: [
          field("city", "STRING"),
          field("geo", "STRUCT", { fields: [field("lat", "FLOAT64"), field("lon", "INT64")] }),
        ],
      }),
      field("tags", "STRING", { mode: "REPEATED" }),
      field("numbers", "INT64", { mode: "REPEATED" }),
      field("items", "STRUCT", {
        mode: "REPEATED",
        fields: [
          field("sku", "STRING"),
          field("price", "NUMERIC"),
          field("at", "TIMESTAMP"),
          field("parts", "STRUCT", {
            mode: "REPEATED",
            fields: [field("name", "STRING"), field("weight", "FLOAT64")],
          }),
        ],
      }),
    ],
    rows: Array.from({ length: rows }, row),
  };
};
