/** Types of text: a column has a type only if every value has the same form, so that no value changes. */
import { describe, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { Effect } from "effect";
import type { TypeName } from "../../../../src/domain/TableSchema.ts";
import * as DuckDb from "../../../../src/layers/duckdb/DuckDb.ts";
import { it } from "../../../support/effect.ts";
import { reference, workdir } from "../../../support/files.ts";

const look = (path: string, types: Readonly<Record<string, TypeName>> = {}) =>
  Effect.gen(function* () {
    const ref = reference(path);
    const service = yield* DuckDb.make({ types });
    const table = yield* service.table(ref);
    const rows = yield* service.listRows(table, { limit: 100_000 });
    return { rows, type: table.schema[0]!.type, notes: table.notes ?? [], values: rows.map((row) => row.v) };
  });

const csv = (values: ReadonlyArray<string>): string =>
  `v,other\n${values.map((value) => `${value},x\n`).join("")}`;

interface Typed {
  readonly name: string;
  readonly values: ReadonlyArray<string>;
  readonly type: TypeName;
  /** The expected values (default: the texts). */
  readonly as?: ReadonlyArray<unknown>;
}

const typed: ReadonlyArray<Typed> = [
  { name: "whole numbers", values: ["0", "-5", "9223372036854775807"], type: "INT64", as: [0, -5, "9223372036854775807"] },
  { name: "whole numbers of 20 digits", values: ["12345678901234567890", "-1"], type: "BIGNUMERIC", as: ["12345678901234567890", -1] },
  { name: "whole numbers of 39 digits as text", values: ["170141183460469231731687303715884105728", "1"], type: "STRING" },
  { name: "leading zeros", values: ["00501", "10001"], type: "STRING" },
  { name: "a plus sign", values: ["+1", "2"], type: "STRING" },
  { name: "hexadecimal digits", values: ["0x10", "16"], type: "STRING" },
  { name: "underscores", values: ["1_000", "1000"], type: "STRING" },
  { name: "blanks", values: ["' 5'".slice(1, 3), "5"], type: "STRING" },
  { name: "thousands", values: ['"1,000"', '"2,000"'], type: "STRING", as: ["1,000", "2,000"] },
  { name: "an exponent that no program prints", values: ["1e3", "1000"], type: "STRING" },
  { name: "exponents as programs print them", values: ["1e+16", "1E-7", "2.5e+05", "5e-324"], type: "FLOAT64", as: [1e16, 1e-7, 2.5e5, 5e-324] },
  { name: "decimals of 15 digits", values: ["1.5", "12345678901234.5", "0.000000000000001"], type: "FLOAT64", as: [1.5, 12345678901234.5, 1e-15] },
  { name: "shortest doubles of 17 digits", values: ["0.30000000000000004", "1.0"], type: "FLOAT64", as: [0.30000000000000004, 1] },
  { name: "decimals of 19 digits", values: ["12345678901234567.89", "12345678901234567.88", "-0.5"], type: "NUMERIC", as: ["12345678901234567.89", "12345678901234567.88", -0.5] },
  { name: "decimals of 18 digits", values: ["1234567890123456.89", "-1234567890123456.88"], type: "NUMERIC", as: ["1234567890123456.89", "-1234567890123456.88"] },
  { name: "decimals of 38 digits", values: ["12345678901234567890.123456789012345678", "1"], type: "BIGNUMERIC", as: ["12345678901234567890.123456789012345678", 1] },
  { name: "decimals of 39 digits", values: ["123456789012345678901.123456789012345678", "1"], type: "STRING" },
  { name: "2^53 + 1 next to a fraction", values: ["9007199254740993", "1.5"], type: "NUMERIC", as: ["9007199254740993", 1.5] },
  { name: "a number too small for a double", values: [`0.${"0".repeat(330)}1`, "1.5"], type: "STRING" },
  { name: "true and false", values: ["true", "false"], type: "BOOL", as: [true, false] },
  { name: "True and False", values: ["True", "False"], type: "BOOL", as: [true, false] },
  { name: "true in two spellings", values: ["true", "True"], type: "STRING" },
  { name: "letters for truth", values: ["T", "F"], type: "STRING" },
  { name: "yes and no", values: ["yes", "no"], type: "STRING" },
  { name: "dates", values: ["2024-01-02", "0001-01-01", "9999-12-31"], type: "DATE" },
  { name: "a date that does not exist", values: ["2024-01-02", "2023-02-29"], type: "STRING" },
  { name: "a date next to a date with a time", values: ["2024-01-02", "2024-01-02 03:04:05"], type: "STRING" },
  { name: "dates by slashes", values: ["01/02/2024", "14/03/2024"], type: "STRING" },
  { name: "numbers with dashes", values: ["1-2-3", "2-3-4"], type: "STRING" },
  { name: "numbers with blanks", values: ["1 2 3", "2 3 4"], type: "STRING" },
  { name: "dates and times", values: ["2024-01-02 03:04:05", "2024-01-02 03:04:05.25"], type: "DATETIME", as: ["2024-01-02T03:04:05", "2024-01-02T03:04:05.25"] },
  { name: "dates and times with T", values: ["2024-01-02T03:04:05"], type: "DATETIME" },
  { name: "two separators", values: ["2024-01-02T03:04:05", "2024-01-02 03:04:05"], type: "STRING" },
  { name: "fractions in two spellings", values: ["2024-01-02T03:04:05.1", "2024-01-02T03:04:05.10"], type: "STRING" },
  { name: "timestamps as bq extract writes them", values: ["2024-01-02 03:04:05 UTC", "2024-01-02 03:04:05.123 UTC"], type: "TIMESTAMP", as: ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.123Z"] },
  { name: "timestamps with Z", values: ["2024-01-02T03:04:05Z"], type: "TIMESTAMP" },
  { name: "an offset", values: ["2024-01-02 03:04:05+05"], type: "STRING" },
  { name: "a time zone in only some values", values: ["2024-01-02 03:04:05", "2024-01-02 03:04:05+00"], type: "STRING" },
  { name: "nanoseconds", values: ["2024-01-02 03:04:05.123456789"], type: "STRING" },
  { name: "hour 24", values: ["2024-01-02 24:00:00"], type: "STRING" },
  { name: "times", values: ["01:02:03", "23:59:59.5"], type: "TIME" },
  { name: "times without a zero", values: ["1:02:03"], type: "STRING" },
  { name: "UUIDs in capitals", values: ["6F9619FF-8B86-D011-B42D-00CF4FC964FF"], type: "STRING" },
  { name: "an empty field and an empty string", values: ["", '""', "x"], type: "STRING", as: [null, "", "x"] },
  { name: "numbers next to an empty string", values: ["1", '""', ""], type: "STRING", as: ["1", "", null] },
  { name: "numbers next to empty fields", values: ["1", "", "3"], type: "INT64", as: [1, null, 3] },
  { name: "only nan and infinities", values: ["nan", "inf"], type: "STRING" },
  { name: "NaN next to numbers", values: ["NaN", "1.5"], type: "FLOAT64", as: ["NaN", 1.5] },
]; // biome-ignore format: one table

describe("a column of text with", () => {
  for (const { name, values, type, as } of typed) {
    it.live(`${name} is ${type}`, () =>
      Effect.gen(function* () {
        const seen = yield* look((yield* workdir).text("t.csv", csv(values)));
        expect(seen.type).toBe(type);
        expect(seen.values).toEqual((as ?? values) as never);
      }),
    );
  }
});

describe("one value after the sample", () => {
  const row = 29_000;
  const later: ReadonlyArray<readonly [common: string, odd: string, type: TypeName, value?: unknown]> = [
    ["5", "29000.4", "FLOAT64", 29000.4],
    ["5", "12345678901234567890", "BIGNUMERIC", "12345678901234567890"],
    ["5", "12345678901234567.89", "NUMERIC", "12345678901234567.89"],
    ["1.5", "12345678901234567.89", "NUMERIC", "12345678901234567.89"],
    ["12345678901234567.8", "1.25", "NUMERIC", 1.25],
    ["501", "00501", "STRING"],
    ["1000", "1e3", "STRING"],
    ["16", "0x10", "STRING"],
    ["1000", "1_000", "STRING"],
    ["5", " 5", "STRING"],
    ["true", "T", "STRING"],
    ["true", "yes", "STRING"],
    ["2024-01-02", "2024-01-02 03:04:05", "STRING"],
    ["2024-01-02 03:04:05", "2024-01-02 03:04:05+05", "STRING"],
    ["2024-01-02 03:04:05", "14/03/2024 01:25:58", "STRING"],
    ["2024-01-02 03:04:05", "2024-01-02 03:04:05.5", "DATETIME", "2024-01-02T03:04:05.5"],
    ["2024-01-02 03:04:05.123", "2024-01-02 03:04:05.10", "STRING"],
    ["03:04:05", "3:04:05", "STRING"],
  ];
  for (const [common, odd, type, value] of later) {
    it.live(`${odd} among ${common} makes the column ${type}`, () =>
      Effect.gen(function* () {
        const values = [...Array<string>(row).fill(common), odd, common];
        const seen = yield* look((yield* workdir).text("t.csv", csv(values)));
        expect(seen.type).toBe(type);
        expect(seen.values[row]).toEqual((value ?? odd) as never);
        expect(seen.values.filter((other) => other === null)).toEqual([]);
        if (type === "STRING") {
          expect(seen.values[0]).toBe(common);
          expect(seen.notes.join()).toMatch(
            /^column v is STRING, not [A-Z0-9]+: record 29002 of .*t\.csv is not /,
          );
        }
      }),
    );
  }
});

describe("a note", () => {
  it.live("names the first record of the sample that differs from most values", () =>
    Effect.gen(function* () {
      const seen = yield* look((yield* workdir).text("t.csv", csv(["1", "2", "", "none", "5"])));
      expect(seen.notes.join()).toMatch(/^column v is STRING: record 5 of .*t\.csv is not a number$/);
    }),
  );

  it.live("describes ambiguous dates", () =>
    Effect.gen(function* () {
      const seen = yield* look((yield* workdir).text("t.csv", csv(["01/02/2024", "03/04/2024"])));
      expect(seen.notes).toEqual([
        "column v is STRING: its values look like dates in the form DD/MM/YYYY or MM/DD/YYYY",
      ]);
    }),
  );

  it.live("reports that the first line was read as data", () =>
    Effect.gen(function* () {
      const seen = yield* look((yield* workdir).text("t.csv", "1,2\n3,4\n"));
      expect(seen.notes.join()).toMatch(/^the first line of .*t\.csv was read as data/);
    }),
  );

  it.live("is absent if every column has its apparent type", () =>
    Effect.gen(function* () {
      expect((yield* look((yield* workdir).text("t.csv", csv(["1", "2"])))).notes).toEqual([]);
    }),
  );
});

describe("a type from an option", () => {
  const given: ReadonlyArray<
    readonly [type: TypeName, values: ReadonlyArray<string>, as: ReadonlyArray<unknown>]
  > = [
    ["STRING", ["1.1", "1.10"], ["1.1", "1.10"]],
    ["FLOAT64", ["1", "2"], [1, 2]],
    ["FLOAT64", ["1e3", "-2.5E-1", "0e7", "1e+16", "100e2"], [1000, -0.25, 0, 1e16, 10_000]],
    ["NUMERIC", ["1", "2.5"], [1, 2.5]],
    ["BIGNUMERIC", ["1", "2.5"], [1, 2.5]],
    ["TIMESTAMP", ["2024-01-02 03:04:05 UTC"], ["2024-01-02T03:04:05Z"]],
  ];
  for (const [type, values, as] of given) {
    it.live(`${type} determines the column's type: ${values.join(" ")}`, () =>
      Effect.gen(function* () {
        const seen = yield* look((yield* workdir).text("t.csv", csv(values)), { v: type });
        expect(seen.type).toBe(type);
        expect(seen.values).toEqual(as as never);
      }),
    );
  }

  for (const [type, text] of [
    ["INT64", "secret"],
    ["INT64", "1.5"],
    ["FLOAT64", "secret"],
    ["FLOAT64", "1e999"],
    ["FLOAT64", "1e-999"],
    ["FLOAT64", "1.23456789012345678e3"],
    ["FLOAT64", "01e3"],
    ["NUMERIC", "0.1234567890"],
    ["BOOL", "secret"],
    ["DATE", "secret"],
    ["DATETIME", "2024-01-02 03:04:05 UTC"],
    ["TIMESTAMP", "2024-01-02 03:04:05"],
  ] as const) {
    it.live(`${type} fails with the record that cannot be read as it: ${text}`, () =>
      Effect.gen(function* () {
        const path = (yield* workdir).text("t.csv", csv(["", text]));
        const error = yield* Effect.flip(look(path, { v: type }));
        expect(error.reason).toBe("invalidData");
        expect(error.message).toMatch(
          /t\.csv, record 3: the value of column v cannot be read as [A-Z0-9]+; .*--types v=STRING$/,
        );
        expect(error.message).not.toContain("secret");
      }),
    );
  }
});

describe("JSON", () => {
  const lines = (...values: ReadonlyArray<string>) => values.map((value) => `{"v":${value}}\n`).join("");
  const cases: ReadonlyArray<readonly [name: string, values: ReadonlyArray<string>, type: TypeName, as: ReadonlyArray<unknown>]> = [
    ["numbers with signs", ["5", "-5"], "INT64", [5, -5]],
    ["2^53 + 1 next to a fraction", ["9007199254740993", "1.5"], "NUMERIC", ["9007199254740993", 1.5]],
    ["decimals of 19 digits", ["12345678901234567.89", "1"], "NUMERIC", ["12345678901234567.89", 1]],
    ["floats", ["1.10", "1e300"], "FLOAT64", [1.1, 1e300]],
    ["booleans", ["true", "null"], "BOOL", [true, null]],
    ["UUIDs", ['"6F9619FF-8B86-D011-B42D-00CF4FC964FF"'], "STRING", ["6F9619FF-8B86-D011-B42D-00CF4FC964FF"]],
    ["short times", ['"1:02:03"'], "STRING", ["1:02:03"]],
    ["short dates", ['"2024-1-2"'], "STRING", ["2024-1-2"]],
    ["dates", ['"2024-01-02"'], "DATE", ["2024-01-02"]],
    ["timestamps with Z", ['"2024-01-02T03:04:05Z"'], "TIMESTAMP", ["2024-01-02T03:04:05Z"]],
    ["timestamps of bq extract", ['"2024-01-02 03:04:05 UTC"'], "TIMESTAMP", ["2024-01-02T03:04:05Z"]],
    ["strings of digits", ['"5"', '"00501"'], "STRING", ["5", "00501"]],
    ["strings inside of objects", ['{"d":"2024-1-2","n":[1,-2]}'], "STRUCT", [{ d: "2024-1-2", n: [1, -2] }]],
    ["empty strings", ['""', "null"], "STRING", ["", null]],
  ]; // biome-ignore format: one table
  for (const [name, values, type, as] of cases) {
    it.live(`with ${name} is ${type}`, () =>
      Effect.gen(function* () {
        const seen = yield* look((yield* workdir).text("t.ndjson", lines(...values)));
        expect(seen.type).toBe(type);
        expect(seen.values).toEqual(as as never);
      }),
    );
  }

  it.live("keeps an empty key", () =>
    Effect.gen(function* () {
      const seen = yield* look((yield* workdir).text("t.ndjson", '{"v":1,"":7}\n'));
      expect(seen.rows).toEqual([{ v: 1, "": 7 }]);
    }),
  );

  it.live("is read down to 200 levels", () =>
    Effect.gen(function* () {
      const nested = (depth: number) => `{"v":1,"n":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}\n`;
      const dir = yield* workdir;
      for (const depth of [201, 100_000]) {
        const error = yield* Effect.flip(look(dir.text("t.ndjson", `{"v":1}\n${nested(depth)}`)));
        expect(error.reason).toBe("invalidData");
        expect(error.message).toMatch(/t\.ndjson: line 2: values are nested more than 200 levels deep/);
      }
    }),
  );
});

describe("compressed text that is", () => {
  const content = `a,b\n${Array.from({ length: 3000 }, (_, i) => `${i},${(i * 7919) % 1009}\n`).join("")}`;
  for (const extension of ["gz", "zst"]) {
    it.live(`truncated is rejected: .${extension}`, () =>
      Effect.gen(function* () {
        const dir = yield* workdir;
        const whole = readFileSync(dir.packed(`t.csv.${extension}`, content));
        for (const length of [30, Math.floor(whole.length / 2), whole.length - 5, whole.length - 1]) {
          const error = yield* Effect.flip(look(dir.text(`t.csv.${extension}`, whole.subarray(0, length))));
          expect(error.reason).toBe("invalidData");
          expect(error.message).toContain("the compressed data is truncated");
        }
      }),
    );
  }

  it.live("corrupt is rejected", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const whole = readFileSync(dir.packed("t.csv.gz", content));
      whole[whole.length - 7]! ^= 1;
      const error = yield* Effect.flip(look(dir.text("t.csv.gz", whole)));
      expect(error.reason).toBe("invalidData");
      expect(error.message).toContain("the compressed data is corrupt");
    }),
  );
});

describe("the metadata describes how files were read:", () => {
  const cases: ReadonlyArray<readonly [name: string, content: string, reading: string, glob?: string]> = [
    ["t.csv", "a,b\n1,x\n", "CSV, delimiter comma, header in the first line, UTF-8, types from all rows"],
    ["t.csv", "1;x\n2;y\n", "CSV, delimiter semicolon, no header, UTF-8, types from all rows"],
    ["t.tsv", "a\tb\n1\tx\n", "TSV, delimiter tab, header in the first line, UTF-8, types from all rows"],
    ["t.csv", "a|b\n1|x\n", "CSV, delimiter bar, header in the first line, UTF-8, types from all rows"],
    ["t.ndjson", '{"a":1}\n', "NDJSON, UTF-8, types from all rows"],
    [
      "p1.csv",
      "a,b\n1,x\n",
      "CSV, delimiter comma, header in the first line, UTF-8, types from all rows, 1 file",
      "p*.csv",
    ],
  ];
  for (const [name, content, reading, glob] of cases) {
    it.live(reading, () =>
      Effect.gen(function* () {
        const dir = yield* workdir;
        const path = dir.text(name, content);
        const service = yield* DuckDb.make();
        const table = yield* service.table(reference(glob === undefined ? path : `${dir.path}/${glob}`));
        expect(table.reading).toBe(reading);
      }),
    );
  }
});
