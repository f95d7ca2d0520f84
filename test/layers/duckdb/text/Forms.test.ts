/** The SQL that proves a form accepts the same texts as the description of the form. */
import { expect, test } from "bun:test";
import { DuckDBInstance, listValue } from "@duckdb/node-api";
import fc from "fast-check";
import { forms } from "../../../../src/layers/duckdb/text/Forms.ts";

const digits = fc.stringMatching(/^\d{0,20}$/);
const number = fc
  .tuple(
    fc.constantFrom("", "", "-", "+", " "),
    fc.oneof(digits, fc.constantFrom("0", "1", "9007199254740993", "00")),
    fc.oneof(
      fc.constant(""),
      fc.constant("."),
      digits.map((text) => `.${text}`),
    ),
    fc.constantFrom("", "", "", "", "e5", "e+16", "E-7", "e400", " ", ",5", "f"),
  )
  .map((parts) => parts.join(""));
const two = fc.oneof(
  fc.constantFrom("00", "01", "12", "23", "24", "29", "31", "59", "60", "1"),
  fc.stringMatching(/^\d\d$/),
);
const year = fc.oneof(
  fc.constantFrom("0000", "0001", "2024", "9999", "10000", "99", "-2024"),
  fc.stringMatching(/^\d{4}$/),
);
const stamp = fc
  .tuple(
    fc.tuple(year, two, two).map((parts) => parts.join("-")),
    fc.constantFrom(" ", " ", "T", "", "  "),
    fc.tuple(two, two, two).map((parts) => parts.join(":")),
    fc.constantFrom("", "", "", ".5", ".500", ".123456", ".1234567", ".000000", "."),
    fc.constantFrom("", "", "", " UTC", "Z", "+00", "+00:00", "+05", " "),
  )
  .map((parts) => parts.join(""));
const word = fc.constantFrom(
  "nan",
  "NaN",
  "inf",
  "-inf",
  "Infinity",
  "infinity",
  "epoch",
  "true",
  "True",
  "t",
  "null",
  "now",
  "",
);
const text = fc.oneof(
  number,
  fc.double().map(String),
  fc.double({ noNaN: true }).map((value) => value.toPrecision(17)),
  fc.maxSafeInteger().map(String),
  stamp,
  stamp.map((whole) => whole.slice(0, 10)),
  stamp.map((whole) => whole.slice(11)),
  word,
);

/** Whether the date in a text exists, in the years 1 to 9999. */
const exists = (value: string): boolean => {
  const day = value.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return day >= "0001" && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
};

const expected = (type: string, matches: boolean, value: string): boolean =>
  matches && (["DATE", "DATETIME", "TIMESTAMP"].includes(type) ? exists(value) : true);

test("the proof of a form is true for exactly the texts that have it", async () => {
  const texts = fc.sample(text, { numRuns: Number(process.env.FORM_TEXTS ?? 4000), seed: 7 });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("CREATE TABLE texts AS SELECT unnest($1) AS x", [listValue(texts)]);
  for (const form of forms) {
    const reader = await connection.runAndReadAll(
      `SELECT x, coalesce(${form.proof("x")}, false), ${form.value("x")} IS NOT NULL FROM texts`,
    );
    const rows = reader.getRows() as unknown as ReadonlyArray<readonly [string, boolean, boolean]>;
    const wrong = rows.filter(([x, isProven]) => isProven !== expected(form.type, form.matches(x), x));
    expect([form.type, form.looks, wrong.slice(0, 5)]).toEqual([form.type, form.looks, []]);
    // A text that has the form has a value.
    expect(rows.filter(([, isProven, hasValue]) => isProven && !hasValue).slice(0, 5)).toEqual([]);
  }
  connection.closeSync();
  instance.closeSync();
});
