/** JSON: files that are read, and files that are rejected with the record. */
import { describe, expect } from "bun:test";
import { Effect, Layer } from "effect";
import { typeText } from "../../../../src/domain/TableSchema.ts";
import * as DuckDb from "../../../../src/layers/duckdb/DuckDb.ts";
import * as Router from "../../../../src/layers/Router.ts";
import { run as compare } from "../../../../src/programs/table-compare/Program.ts";
import { it } from "../../../support/effect.ts";
import { reference, workdir } from "../../../support/files.ts";

const look = (path: string) =>
  Effect.gen(function* () {
    const ref = reference(path);
    const service = yield* DuckDb.make();
    const table = yield* service.table(ref);
    const rows = yield* service.listRows(table, { limit: 3 });
    return { table, rows, schema: table.schema.map((field) => `${field.name} ${typeText(field)}`) };
  });

const lines = (...records: ReadonlyArray<unknown>): string =>
  `${records.map((record) => JSON.stringify(record)).join("\n")}\n`;

describe("JSON is read from", () => {
  const both = [
    { a: 1, b: null },
    { a: 2, b: { c: [1] } },
  ];
  const cases: ReadonlyArray<readonly [name: string, file: string, content: string]> = [
    ["an array", "t.json", JSON.stringify([{ a: 1 }, { a: 2, b: { c: [1] } }])],
    ["one object per line", "t.ndjson", lines({ a: 1 }, { a: 2, b: { c: [1] } })],
    ["one object per line, as .jsonl", "t.jsonl", lines({ a: 1 }, { a: 2, b: { c: [1] } })],
    ["objects over several lines", "t.json", '{\n "a": 1\n}\n{\n "a": 2,\n "b": {"c": [1]}\n}\n'],
  ];
  for (const [name, file, content] of cases) {
    it.live(name, () =>
      Effect.gen(function* () {
        const { rows, schema } = yield* look((yield* workdir).text(file, content));
        expect(schema).toEqual(["a INT64", "b STRUCT<c ARRAY<INT64>>"]);
        expect(rows).toEqual(both);
      }),
    );
  }

  it.live("compressed files", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      expect((yield* look(dir.packed("t.json.gz", '[{"a": 1}]'))).rows).toEqual([{ a: 1 }]);
      expect((yield* look(dir.packed("t.ndjson.zst", '{"a": 1}\n'))).rows).toEqual([{ a: 1 }]);
    }),
  );
});

describe("JSON keeps", () => {
  it.live("a key that occurs only in the last of many rows", () =>
    Effect.gen(function* () {
      const path = (yield* workdir).text("t.ndjson", `${'{"a":1}\n'.repeat(30_000)}{"a":"x","late":2}\n`);
      const { table, schema } = yield* look(path);
      expect(schema).toEqual(["a JSON", "late INT64"]);
      expect(table.rows).toBe(30_001);
    }),
  );

  it.live("a thousand columns", () =>
    Effect.gen(function* () {
      const record = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`c${i}`, i]));
      const { table, rows } = yield* look((yield* workdir).text("t.ndjson", lines(record, record)));
      expect(table.schema.length).toBe(1000);
      expect(rows[1]!.c999).toBe(999);
    }),
  );

  it.live("keys that differ only in case", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const top = yield* look(dir.text("t.ndjson", lines({ a: 1, A: 2 }, { A: 3 })));
      expect(top.rows).toEqual([
        { a: 1, A: 2 },
        { a: null, A: 3 },
      ]);
      const inner = yield* look(dir.text("i.ndjson", lines({ s: { x: 1, X: 2 } })));
      expect(inner.rows).toEqual([{ s: { x: 1, X: 2 } }]);
    }),
  );

  it.live(
    "objects with keys that cannot be fields of a STRUCT as JSON, without affecting other columns",
    () =>
      Effect.gen(function* () {
        const dir = yield* workdir;
        const records = [
          [
            { id: 1, s: { "": 1, a: 2 } },
            { id: 2, s: { a: 3 } },
          ],
          [
            { id: 1, s: { x: 1, X: 2 } },
            { id: 2, s: null },
          ],
          [
            { id: 1, s: [{ "": [] }] },
            { id: 2, s: [] },
          ],
          [
            { id: 1, s: { t: { "": 1 } } },
            { id: 2, s: { t: { "": 2 } } },
          ],
        ];
        for (const [i, rows] of records.entries()) {
          const found = yield* look(dir.text(`${i}.ndjson`, lines(...rows)));
          expect(found.rows).toEqual(rows);
          expect(found.table.schema[0]?.type).toBe("INT64");
        }
      }),
  );

  it.live("200 levels, with those below the fifteenth as JSON", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const nest = (open: string, close: string, depth: number, leaf: string) =>
        `{"a":${open.repeat(depth)}${leaf}${close.repeat(depth)}}\n`;
      for (const [open, close, depth] of [
        ['{"a":', "}", 199],
        ["[", "]", 199],
      ] as const) {
        const verdict = (other: string) =>
          compare(
            {
              a: reference(dir.text("a.ndjson", nest(open, close, depth, "1"))),
              b: reference(dir.text("b.ndjson", nest(open, close, depth, other))),
            },
            { key: [] },
          ).pipe(
            Effect.map((found) => found.verdict),
            Effect.provide(Layer.orDie(Router.layer())),
          );
        expect(yield* verdict("1")).toBe("identical");
        expect(yield* verdict("2")).toBe("different");
      }
      const { rows } = yield* look(dir.text("t.ndjson", nest('{"a":', "}", 20, "1.5")));
      expect(JSON.stringify(rows[0])).toBe(nest('{"a":', "}", 20, "1.5").trim());
    }),
  );

  it.live("the names of keys that DuckDB would rename", () =>
    Effect.gen(function* () {
      const dir = yield* workdir;
      const first = {
        Id_1: 1,
        id: "x",
        ID: 2.5,
        "": [1],
        Image_1: { a: 1, A: 2 },
        image: true,
        Image: null,
        "~/": "~",
      };
      const second = { C0: 7, Image: "2024-01-02", ID_1: { "": 1 }, c0: [{ k: 1 }] };
      for (const content of [lines(first, second), JSON.stringify([first, second])]) {
        const { rows, schema } = yield* look(dir.text("t.json", content));
        const missing = Object.fromEntries(Object.keys({ ...first, ...second }).map((key) => [key, null]));
        expect(rows).toEqual([
          { ...missing, ...first },
          { ...missing, ...second },
        ]);
        expect(schema.slice(0, 3)).toEqual(["Id_1 INT64", "id STRING", "ID FLOAT64"]);
      }
      const csv = yield* look(dir.text("t.csv", "Id_1,id,ID,image,Image_1,Image\n1,2,3,4,5,6\n"));
      expect(csv.rows).toEqual([{ Id_1: 1, id: 2, ID: 3, image: 4, Image_1: 5, Image: 6 }]);
    }),
  );

  it.live("integers of any length", () =>
    Effect.gen(function* () {
      const { rows } = yield* look((yield* workdir).text("t.json", '[{"a": 12345678901234567890}]'));
      expect(rows).toEqual([{ a: "12345678901234567890" }]);
    }),
  );

  it.live("the same key in different objects, and as a value", () =>
    Effect.gen(function* () {
      const record = { a: "a", s: { a: ["a", { a: "s" }] }, l: [{ a: 1 }, { a: 2 }] };
      const { rows } = yield* look((yield* workdir).text("t.json", JSON.stringify([record, record])));
      expect(rows.length).toBe(2);
    }),
  );

  it.live("maps as arrays of key and value", () =>
    Effect.gen(function* () {
      const record = { id: 1, o: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, i])) };
      const { schema, rows } = yield* look((yield* workdir).text("t.ndjson", lines(record)));
      expect(schema).toEqual(["id INT64", "o ARRAY<STRUCT<key STRING, value INT64>>"]);
      expect((rows[0]!.o as ReadonlyArray<unknown>)[299]).toEqual({ key: "k299", value: 299 });
    }),
  );
});

describe("nested numbers with more digits than FLOAT64", () => {
  const texts = (digit: number): ReadonlyArray<string> => [
    `{"id":1,"s":{"x":0.1234567890123456${digit},"n":1,"b":true}}`,
    `{"id":1,"l":[1.5,1234567890123456.7${digit}]}`,
    `{"id":1,"l":[1.5,900719925474099${digit}]}`,
    `{"id":1,"l":[1234567890123456789012345678901234567${digit}]}`,
    `{"id":1,"s":{"x":1234567890123456789012${digit}}}`,
    `{"id":1,"l":[{"m":{"x":-0.1234567890123456${digit}}}]}`,
    `{"id":1,"j":[1,"a",0.1234567890123456${digit}]}`,
    `{"id":1,"j":[1,"a",1234567890123456789012${digit}]}`,
    `{"id":1,"j":[{"k":1},"a",{"k":[0.1234567890123456${digit}]}]}`,
  ];
  for (const [i, text] of texts(7).entries()) {
    it.live(`stay distinct: ${text}`, () =>
      Effect.gen(function* () {
        const dir = yield* workdir;
        const verdict = (other: string, key: ReadonlyArray<string>) =>
          compare(
            { a: reference(dir.text("a.ndjson", text)), b: reference(dir.text("b.ndjson", other)) },
            { key },
          ).pipe(
            Effect.map((found) => found.verdict),
            Effect.provide(Layer.orDie(Router.layer())),
          );
        for (const key of [["id"], []]) {
          expect(yield* verdict(texts(8)[i]!, key)).toBe("different");
          expect(yield* verdict(text, key)).toBe("identical");
        }
      }),
    );
  }

  it.live("are strings next to typed values", () =>
    Effect.gen(function* () {
      const { rows, schema, table } = yield* look((yield* workdir).text("t.ndjson", texts(7)[0]!));
      expect(schema).toEqual(["id INT64", "s STRUCT<x STRING, n INT64, b BOOL>"]);
      expect(rows).toEqual([{ id: 1, s: { x: "0.12345678901234567", n: 1, b: true } }]);
      expect(table.notes).toEqual([
        "fractions in column s are STRING: some have more digits than FLOAT64 can represent",
      ]);
    }),
  );
});

it.live("NaN and numbers beyond a double differ from other values", () =>
  Effect.gen(function* () {
    const dir = yield* workdir;
    const read = (content: string) => look(dir.text("t.ndjson", content));
    expect((yield* read('{"v":NaN}\n')).schema).toEqual(["v FLOAT64"]);
    expect((yield* read('{"v":"NaN"}\n')).schema).toEqual(["v STRING"]);
    expect((yield* read('{"v":[1.5e+999,1]}\n')).rows).toEqual([{ v: ["1.5e+999", "1"] }]);
    expect((yield* read('{"v":[1.5e+99,1]}\n')).rows).toEqual([{ v: [1.5e99, 1] }]);
    expect((yield* read('{"v":["a\\u0000b"]}\n')).rows).toEqual([{ v: ["a\0b"] }]);
  }),
);

describe("JSON is rejected for", () => {
  const cases: ReadonlyArray<readonly [name: string, content: string, message: RegExp]> = [
    ["an empty file", "", /t\.json is empty/],
    ["no records", "[]", /t\.json contains no records/],
    ["records without keys", "{}\n{}", /t\.json contains no records with keys/],
    ["numbers as records", "1\n2\n", /t\.json, record 1: the record is not an object/],
    ["an array of numbers", "[1, 2]", /t\.json, record 1: the record is not an object/],
    ["an array of strings", '["secret"]', /t\.json, record 1: the record is not an object/],
    ["an array of arrays", '[["secret"]]', /t\.json, record 1: the record is not an object/],
    ["arrays as lines", "[1]\n[2]\n", /t\.json, record 1: the record is not an object/],
    ["null beside objects", '{"a":1}\nnull\n', /t\.json, record 2: the record is not an object/],
    ["null in an array of objects", '[{"a":1},null]', /t\.json, record 2: the record is not an object/],
    ["true beside objects", 'true\n{"a":1}', /t\.json, record 1: the record is not an object/],
    ["an array beside objects", '{"a":1}\n[{"a":2}]', /t\.json, record 2: the record is not an object/],
    ["two arrays", '[{"a":1}]\n[{"a":2}]', /t\.json, line 2: more values follow the array of records/],
    ["an object after an array", '[{"a":1}]{"a":2}', /t\.json, line 1: more values follow the array/],
    [
      "a key that DuckDB would cut",
      '{"a":1}\n{"s":{"secret\\u0000b":1}}',
      /t\.json, record 2: a key contains the character U\+0000/,
    ],
    ["invalid text", '{"a": secret}', /t\.json, record 1: invalid JSON/],
    [
      "an invalid line in the middle",
      `${'{"a":1}\n'.repeat(5000)}{secret}\n`,
      /t\.json, (line|record) 5001: invalid JSON/,
    ],
    ["a truncated document", '[{"a": "secret"}', /t\.json.*invalid JSON/],
    ["a duplicate key", '{"a": "secret", "a": 2}', /t\.json, record 1: an object has a duplicate key/],
    [
      "a duplicate key in a nested object",
      '{"a":1}\n{"s":{"x":"secret","y":{},"x":1}}',
      /t\.json, record 2: an object has a duplicate key/,
    ],
    [
      "a duplicate key in an array",
      '[{"l":[{"b":1},{"b":2,"b":"secret"}]}]',
      /t\.json, record 1: an object has a duplicate key/,
    ],
    [
      "a duplicate key with escapes",
      '{"s":{"a\\"b":1,"\\u0061\\"b":"secret"}}',
      /record 1: an object has a duplicate key/,
    ],
    [
      "a duplicate key among many",
      `{"s":{${Array.from({ length: 300 }, (_, i) => `"k${i}":${i}`).join(",")},"k17":1}}`,
      /record 1: an object has a duplicate key/,
    ],
  ];
  for (const [name, content, message] of cases) {
    it.live(name, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(look((yield* workdir).text("t.json", content)));
        expect(error.reason).toBe("invalidData");
        expect(error.message).toMatch(message);
        expect(error.message).not.toContain("secret");
      }),
    );
  }
});
