/** CSV and TSV: files that are read, and files that are rejected with the line. */
import { describe, expect } from "bun:test";
import { Effect } from "effect";
import * as DuckDb from "../../../../src/layers/duckdb/DuckDb.ts";
import { it } from "../../../support/effect.ts";
import { reference, type Workdir, workdir } from "../../../support/files.ts";

const look = (path: string) =>
  Effect.gen(function* () {
    const ref = reference(path);
    const service = yield* DuckDb.make();
    const table = yield* service.table(ref);
    const rows = yield* service.listRows(table, { limit: 5 });
    return { table, rows, schema: table.schema.map((field) => `${field.name} ${field.type}`) };
  });

const problem = (path: string) => Effect.flip(look(path));

interface Read {
  readonly name: string;
  readonly file?: string;
  readonly content: string | Uint8Array;
  readonly schema: ReadonlyArray<string>;
  readonly rows: ReadonlyArray<unknown>;
}

const twoRows = [
  { a: 1, b: "x" },
  { a: 2, b: "y" },
];

const reads: ReadonlyArray<Read> = [
  { name: "an ordinary file", content: "a,b\n1,x\n2,y\n", schema: ["a INT64", "b STRING"], rows: twoRows },
  { name: "no last line end", content: "a,b\n1,x\n2,y", schema: ["a INT64", "b STRING"], rows: twoRows },
  { name: "numbers as names beside row names", content: '"","1","2"\n"1",5,6\n"2",7,8\n', schema: ["column0 INT64", "1 INT64", "2 INT64"], rows: [{ column0: 1, "1": 5, "2": 6 }, { column0: 2, "1": 7, "2": 8 }] },
  { name: "years as names beside row names without quotes", content: ",2023,2024\nfood,1.5,2.5\nrent,3.5,4.5\n", schema: ["column0 STRING", "2023 FLOAT64", "2024 FLOAT64"], rows: [{ column0: "food", "2023": 1.5, "2024": 2.5 }, { column0: "rent", "2023": 3.5, "2024": 4.5 }] },
  { name: "an empty first field among others, without a header", content: ",5\n,6\n7,8\n", schema: ["column0 INT64", "column1 INT64"], rows: [{ column0: null, column1: 5 }, { column0: null, column1: 6 }, { column0: 7, column1: 8 }] },
  { name: "CR LF", content: "a,b\r\n1,x\r\n2,y\r\n", schema: ["a INT64", "b STRING"], rows: twoRows },
  { name: "only CR", content: "a,b\r1,x\r2,y\r", schema: ["a INT64", "b STRING"], rows: twoRows },
  { name: "a byte order mark", content: "\uFEFFa,b\n1,x\n2,y\n", schema: ["a INT64", "b STRING"], rows: twoRows },
  { name: "UTF-16", content: Buffer.from("\uFEFFa,b\n1,x\n2,y\n", "utf16le"), schema: ["a INT64", "b STRING"], rows: twoRows },
  { name: "semicolons", content: "a;b\n1;x\n2;y\n", schema: ["a INT64", "b STRING"], rows: twoRows },
  { name: "a .tsv with commas in it", file: "t.tsv", content: "a\tb,c\n1\tx,y\n", schema: ["a INT64", "b,c STRING"], rows: [{ a: 1, "b,c": "x,y" }] },
  { name: "a .tsv with bare quotes", file: "t.tsv", content: 'a\tb\n1\t"x" y\n2\t"z\n', schema: ["a INT64", "b STRING"], rows: [{ a: 1, b: '"x" y' }, { a: 2, b: '"z' }] },
  { name: "blank lines", content: "\n\na,b\n1,x\n\n2,y\n\n", schema: ["a INT64", "b STRING"], rows: twoRows },
  { name: "one column", content: "a\n1\n2\n", schema: ["a INT64"], rows: [{ a: 1 }, { a: 2 }] },
  { name: "only a header", content: "a,b\n", schema: ["a STRING", "b STRING"], rows: [] },
  { name: "no header", content: "1,2\n3,4\n", schema: ["column0 INT64", "column1 INT64"], rows: [{ column0: 1, column1: 2 }, { column0: 3, column1: 4 }] },
  { name: "a header above text columns", content: "name,city\nbob,rome\nann,oslo\n", schema: ["name STRING", "city STRING"], rows: [{ name: "bob", city: "rome" }, { name: "ann", city: "oslo" }] },
  { name: "names that differ only in case", content: "A,a,b\n1,2,3\n", schema: ["A INT64", "a INT64", "b INT64"], rows: [{ A: 1, a: 2, b: 3 }] },
  { name: "the same name twice", content: "a,a\n1,2\n", schema: ["a INT64", "a_1 INT64"], rows: [{ a: 1, a_1: 2 }] },
  { name: "columns without names", content: "a,,\n1,2,3\n", schema: ["a INT64", "column1 INT64", "column2 INT64"], rows: [{ a: 1, column1: 2, column2: 3 }] },
  { name: "quotes, delimiters and line ends inside", content: '"a","b"\n1,"x ""y"", z\nw"\n', schema: ["a INT64", "b STRING"], rows: [{ a: 1, b: 'x "y", z\nw' }] },
  { name: "escapes by backslash", content: 'a,b\n1,"x\\"y"\n2,"z"\n', schema: ["a INT64", "b STRING"], rows: [{ a: 1, b: 'x"y' }, { a: 2, b: "z" }] },
  { name: "single quotes", content: "a,b\n1,'x,y'\n2,'z,w'\n", schema: ["a INT64", "b STRING"], rows: [{ a: 1, b: "x,y" }, { a: 2, b: "z,w" }] },
  { name: "apostrophes that quote nothing", content: "a,b\n1,''\n2,'x'\n3,rock 'n' roll\n4,'tis\n", schema: ["a INT64", "b STRING"], rows: [{ a: 1, b: "''" }, { a: 2, b: "'x'" }, { a: 3, b: "rock 'n' roll" }, { a: 4, b: "'tis" }] },
  { name: "backslashes that escape nothing", content: 'a,b\n1,\\N\n2,"C:\\dir\\"\n3,"say ""\\"""\n', schema: ["a INT64", "b STRING"], rows: [{ a: 1, b: "\\N" }, { a: 2, b: "C:\\dir\\" }, { a: 3, b: 'say "\\"' }] },
  { name: "backslashes that escape quotes", content: 'a,b\n1,"x \\"y\\""\n2,z\n', schema: ["a INT64", "b STRING"], rows: [{ a: 1, b: 'x "y"' }, { a: 2, b: "z" }] },
  { name: "apostrophes in UTF-16", content: Buffer.from("\uFEFFa,b\n1,''\n2,''\n", "utf16le"), schema: ["a INT64", "b STRING"], rows: [{ a: 1, b: "''" }, { a: 2, b: "''" }] },
  { name: "a first quote after the sample", content: `a,b\n${"1,x\n".repeat(30_000)}2,"k, l"\n`, schema: ["a INT64", "b STRING"], rows: Array.from({ length: 5 }, () => ({ a: 1, b: "x" })) },
  { name: "lines that begin with #", content: "a,b\n#x,1\ny,2\n", schema: ["a STRING", "b INT64"], rows: [{ a: "#x", b: 1 }, { a: "y", b: 2 }] },
  { name: "leading zeros as text", content: "zip\n00501\n00544\n", schema: ["zip STRING"], rows: [{ zip: "00501" }, { zip: "00544" }] },
  { name: "integers beyond INT64 with all digits", content: "a\n12345678901234567890\n1\n", schema: ["a BIGNUMERIC"], rows: [{ a: "12345678901234567890" }, { a: 1 }] },
  { name: "floats that are whole", content: "a\n1e300\n2.5e200\n", schema: ["a FLOAT64"], rows: [{ a: 1e300 }, { a: 2.5e200 }] },
  { name: "dates and times", content: "d,t,z\n2024-01-02,2024-01-02 03:04:05,2024-01-02T03:04:05Z\n", schema: ["d DATE", "t DATETIME", "z TIMESTAMP"], rows: [{ d: "2024-01-02", t: "2024-01-02T03:04:05", z: "2024-01-02T03:04:05Z" }] },
  { name: "a type that only a later row contradicts", content: `a,b\n${"1,x\n".repeat(60_000)}one,y\n`, schema: ["a STRING", "b STRING"], rows: Array.from({ length: 5 }, () => ({ a: "1", b: "x" })) },
  { name: "zero bytes in values", content: "a,b\n1,x\0y\n", schema: ["a INT64", "b STRING"], rows: [{ a: 1, b: "x\0y" }] },
  { name: "a name with glob characters and quotes", file: "it's [1] *?.csv", content: "a\n1\n", schema: ["a INT64"], rows: [{ a: 1 }] },
]; // biome-ignore format: one table

interface Refused {
  readonly name: string;
  readonly file?: string;
  readonly content: string | Uint8Array;
  readonly message: RegExp;
}

const refused: ReadonlyArray<Refused> = [
  { name: "a column name with U+0000", file: "t.csv", content: "a\0b,c\nsecret,2\n", message: /t\.csv: the name of column 1 contains the character U\+0000/ },
  { name: "an empty file", content: "", message: /t\.csv is empty/ },
  { name: "only blank lines", content: "\n\n", message: /t\.csv is empty/ },
  { name: "a row that is short", content: "a,b,c\n1,secret,3\n4,secret\n", message: /t\.csv, line 3: 2 columns instead of 3/ },
  { name: "a row that is long", content: "a,b\n1,2\nsecret,2,3\n", message: /t\.csv, line 3: more than 2 columns/ },
  { name: "one row, short", content: "a,b,c\n1,secret\n", message: /t\.csv, line 2: 2 columns instead of 3/ },
  { name: "a header that is short", content: "a,b\n1,2,secret\n4,5,6\n", message: /t\.csv, line 2: more than 2 columns/ },
  { name: "a title above the header", content: "secret title\na,b\n1,2\n", message: /t\.csv, line 2: 2 columns instead of 1/ },
  { name: "several lines above the header", content: "Series: secret\n\nAge: 16\n\nid,year,value,\na,1959,1\nb,1960,2\nc,1961,3\nd,1962,4\n", message: /t\.csv, line 5: 4 columns instead of 1; remove the lines above the header/ },
  { name: "a quoted title above semicolons", content: '"secret title, 2024"\na;b\n1;2\n3;4\n', message: /t\.csv, line 2: 2 columns instead of 1/ },
  { name: "blank lines, and a title above tabs", file: "t.tsv", content: "\nsecret\n\na\tb\n1\t2\n", message: /t\.tsv, line 4: 2 columns instead of 1/ },
  { name: "a row that is short after the sample", content: `a,b\n${"1,2\n".repeat(50_000)}secret\n`, message: /t\.csv, line 50002: 1 columns? instead of 2/ },
  { name: "ragged semicolons", content: "a;b;c\n1;2;3\nsecret;5\n", message: /t\.csv, line 3: 2 columns instead of 3/ },
  { name: "a ragged .tsv", file: "t.tsv", content: "a\tb\n1\t2\nsecret\n", message: /t\.tsv, line 3: 1 columns? instead of 2/ },
  { name: "a quote that is never closed", content: 'a,b\n1,"secret\n2,x\n', message: /t\.csv, line \d: a quote is opened and never closed/ },
  { name: "Latin-1", content: Buffer.from("a,b\n1,caf\xe9 secret\n", "latin1"), message: /t\.csv, line 2: the text is not UTF-8; convert it: iconv/ },
  { name: "UTF-16BE", content: Buffer.from("\uFEFFa,b\n1,secret\n", "utf16le").swap16(), message: /t\.csv: the text is UTF-16BE; convert it: iconv -f UTF-16BE/ },
  { name: "UTF-16 without a byte order mark", content: Buffer.from("a,b\n1,secret\n", "utf16le"), message: /t\.csv: the text is UTF-16LE; convert it/ },
  { name: "a title above columns with another delimiter", content: "secret title\na;b\n1;2\n3;4\n", message: /t\.csv, line 2: 2 columns instead of 1/ },
  { name: "a quoted field before another line end", content: 'a,b\n1,2\n3,"secret"\r\n', message: /t\.csv: some lines end in CR LF and some in LF/ },
  { name: "two kinds of line ends", content: "a,b\r\n1,secret\n3,4\r\n", message: /t\.csv: some lines end in CR LF and some in LF/ },
  { name: "a broken .gz", file: "t.csv.gz", content: "secret", message: /t\.csv\.gz/ },
]; // biome-ignore format: one table

const write = (
  dir: Workdir,
  { file, content }: { readonly file?: string; readonly content: string | Uint8Array },
) => dir.text(file ?? "t.csv", content);

describe("a text file is read with", () => {
  for (const one of reads) {
    it.live(one.name, () =>
      Effect.gen(function* () {
        const { schema, rows } = yield* look(write(yield* workdir, one));
        expect(schema).toEqual([...one.schema]);
        expect(rows).toEqual(one.rows as never);
      }),
    );
  }

  for (const extension of ["csv.gz", "csv.zst", "tsv.gz"]) {
    it.live(`the extension .${extension}`, () =>
      Effect.gen(function* () {
        const delimiter = extension.startsWith("tsv") ? "\t" : ",";
        const path = (yield* workdir).packed(
          `t.${extension}`,
          `a${delimiter}b\n1${delimiter}x\n2${delimiter}y\n`,
        );
        expect((yield* look(path)).rows).toEqual(twoRows);
      }),
    );
  }

  it.live("its number of rows, its size and its modification time", () =>
    Effect.gen(function* () {
      const { table } = yield* look((yield* workdir).text("t.csv", "a,b\n1,x\n2,y\n"));
      expect(table.type).toBe("FILE");
      expect(table.rows).toBe(2);
      expect(table.bytes).toBe(12);
      expect(Date.now() - Date.parse(table.modified!)).toBeLessThan(60_000);
    }),
  );
});

describe("a text file is rejected for", () => {
  for (const one of refused) {
    it.live(one.name, () =>
      Effect.gen(function* () {
        const error = yield* problem(write(yield* workdir, one));
        expect(error.reason).toBe("invalidData");
        expect(error.message).toMatch(one.message);
        expect(error.message).not.toContain("secret");
      }),
    );
  }
});

describe("a glob of text files", () => {
  it.live("is one table if every file has the same header", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      dir.text("p/1.csv", "a,b\n1,x\n");
      dir.text("p/2.csv", "a,b\n2.5,y\n");
      dir.text("p/3.csv", "a,b\n");
      dir.text("p/4.csv", "");
      const { table, rows, schema } = yield* look(`${dir.path}/p/*.csv`);
      expect(schema).toEqual(["a FLOAT64", "b STRING"]);
      expect(rows).toEqual([
        { a: 1, b: "x" },
        { a: 2.5, b: "y" },
      ]);
      expect(table.bytes).toBe(22);
    }),
  );

  const others: ReadonlyArray<readonly [name: string, content: string, message: RegExp]> = [
    ["other names", "a,c\n1,secret\n", /2\.csv does not match .*1\.csv: its column 2 has a different name/],
    ["another order", "b,a\nsecret,1\n", /2\.csv does not match .*1\.csv: its column 1 has a different name/],
    [
      "no header",
      "3,secret\n4,z\n",
      /2\.csv does not match .*1\.csv: its column 1 has a different name, or it has no header/,
    ],
    ["another delimiter", "a;b\n3;secret\n", /2\.csv does not match .*1\.csv: it has a different delimiter/],
    [
      "another number of columns",
      "a,b,c\n1,2,secret\n",
      /2\.csv does not match .*1\.csv: 3 columns instead of 2/,
    ],
  ];
  for (const [name, content, message] of others) {
    it.live(`is rejected if a file has ${name}`, () =>
      Effect.gen(function* () {
        const dir = yield* workdir;
        dir.text("p/1.csv", "a,b\n1,x\n2,y\n");
        dir.text("p/2.csv", content);
        const error = yield* problem(`${dir.path}/p/*.csv`);
        expect(error.reason).toBe("invalidData");
        expect(error.message).toMatch(message);
        expect(error.message).not.toContain("secret");
      }),
    );
  }

  it.live("names the file and the record that prevent a type", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      dir.text("p/1.csv", "a,b\n1,x\n2,y\n");
      dir.text("p/2.csv", "a,b\n3,x\n4,y\n");
      dir.text("p/3.csv", "a,b\n5,x\nsix,y\n7,z\n");
      const { table } = yield* look(`${dir.path}/p/*.csv`);
      expect(table.notes).toEqual([
        expect.stringMatching(
          /^column a is STRING, not INT64: record 3 of .*p\/3\.csv is not a whole number$/,
        ),
      ]);
      for (const file of [1, 2]) dir.text(`q/${file}.ndjson`, '{"a":"2024-01-02"}\n{"a":"2024-01-03"}\n');
      dir.text("q/3.ndjson", '{"a":"2024-01-04"}\n{"a":"soon"}\n');
      expect((yield* look(`${dir.path}/q/*.ndjson`)).table.notes).toEqual([
        expect.stringMatching(/^column a is STRING: record 2 of .*q\/3\.ndjson is not a date/),
      ]);
    }),
  );

  it.live("names the file with a ragged line", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      dir.text("p/1.csv", "a,b\n1,x\n");
      dir.text("p/2.csv", "a,b\n1,secret\n2\n");
      const error = yield* problem(`${dir.path}/p/*.csv`);
      expect(error.message).toMatch(/p\/2\.csv, line 3: 1 columns? instead of 2/);
    }),
  );
});
