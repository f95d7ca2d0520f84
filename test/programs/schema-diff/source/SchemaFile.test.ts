import { describe, expect, test } from "bun:test";
import { Effect, Either, Exit, Option } from "effect";
import * as Operand from "../../../../src/programs/schema-diff/source/Operand.ts";
import * as SchemaFile from "../../../../src/programs/schema-diff/source/SchemaFile.ts";
import { it } from "../../../support/effect.ts";
import { workdir } from "../../../support/files.ts";
import { array, field, struct } from "../build.ts";

const parse = (json: unknown) => SchemaFile.parse(typeof json === "string" ? json : JSON.stringify(json));
const wrong = (json: unknown) => Either.getOrThrow(Either.flip(parse(json)));

describe("a schema file", () => {
  const legacy = [
    { name: "id", type: "INTEGER", mode: "REQUIRED", description: "the key" },
    { name: "price", type: "NUMERIC", precision: "10", scale: 2 },
    { name: "ok", type: "boolean", mode: "nullable" },
    { name: "items", type: "RECORD", mode: "REPEATED", fields: [{ name: "w", type: "FLOAT" }] },
    { name: "span", type: "RANGE", rangeElementType: { type: "DATE" } },
    { name: "tagged", type: "STRING", policyTags: { names: ["a"] }, defaultValueExpression: "'x'" },
  ];
  const schema = [
    field("id", "INT64", { mode: "REQUIRED", description: "the key" }),
    field("price", "NUMERIC", { precision: "10", scale: "2" }),
    field("ok", "BOOL"),
    array(struct("items", [field("w", "FLOAT64")])),
    field("span", "RANGE", { rangeElementType: "DATE" }),
    field("tagged", "STRING", { policyTags: ["a"], defaultValueExpression: "'x'" }),
  ];

  test("is an array of fields, or an object with one, with legacy or standard names", () => {
    for (const json of [
      legacy,
      { fields: legacy },
      { schema: { fields: legacy } },
      `\uFEFF${JSON.stringify(legacy)}`,
    ]) {
      expect(Either.getOrThrow(parse(json))).toEqual(schema);
    }
  });

  test("that is invalid is rejected with the position", () => {
    expect(wrong("{")).toContain("it is not JSON");
    expect(wrong({ name: "x" })).toContain("it has no schema");
    expect(wrong([{ type: "STRING" }])).toBe("field 1 has no name");
    expect(
      wrong([{ name: "s", type: "RECORD", mode: "REPEATED", fields: [{ name: "x", type: "STRNG" }] }]),
    ).toBe('field "s[].x" has the unknown type "STRNG"');
    expect(wrong([{ name: "s", type: "RECORD" }])).toBe('STRUCT "s" has no fields');
    expect(wrong([{ name: "x", type: "STRING", mode: "MAYBE" }])).toContain('unknown mode "MAYBE"');
    expect(
      wrong([
        { name: "a", type: "STRING" },
        { name: "A", type: "STRING" },
      ]),
    ).toBe('field "A" is defined twice');
    expect(wrong([{ name: "x", type: "RANGE" }])).toContain("no rangeElementType");
    expect(wrong([{ name: "x", type: "STRING", maxLength: "1) --" }])).toContain(
      "maxLength is not a whole number",
    );
    expect(wrong([7])).toBe("field 1 is not an object");
  });

  test("that cannot be read is an error", async () => {
    const exit = await Effect.runPromiseExit(SchemaFile.read("/nowhere/schema.json"));
    expect(Exit.isFailure(exit) && JSON.stringify(exit.cause)).toContain(
      '\\"/nowhere/schema.json\\" does not exist',
    );
  });
});

describe("an operand", () => {
  test("is a schema file by its name, else a table", () => {
    for (const path of ["schema.json", "./schema.json", "orders.schema.json", "a/b/x.SCHEMA.json"]) {
      expect(Operand.parse(path)).toEqual(Either.right({ _tag: "SchemaFile", path }));
    }
    for (const text of ["myschema.json", "schema.json.gz", "p.d.t", "data.json"]) {
      const operand = Either.getOrThrow(Operand.parse(text));
      expect(operand._tag).toBe("Table");
      expect(Operand.format(operand)).toBe(text);
    }
    expect(Either.isLeft(Operand.parse("x"))).toBe(true);
  });
});

describe("a JSON file that has the name of a data file", () => {
  const fields = JSON.stringify([{ name: "id", type: "INTEGER", mode: "REQUIRED" }]);
  const detected = (name: string, content: string) =>
    Effect.gen(function* () {
      const files = yield* workdir;
      const file = /gz$|zst$/.test(name) ? files.packed(name, content) : files.text(name, content);
      return Option.isSome(yield* SchemaFile.detect(file));
    });

  it.effect("is a schema if all of its rows are fields, also in a table resource and compressed", () =>
    Effect.gen(function* () {
      expect(yield* detected("orders_schema.json", fields)).toBe(true);
      expect(
        yield* detected("orders.json", `{"kind": "bigquery#table", "schema": {"fields": ${fields}}}`),
      ).toBe(true);
      expect(yield* detected("orders.json.gz", fields)).toBe(true);
      expect(yield* detected("orders.json.zst", fields)).toBe(true);
    }),
  );

  it.effect("is data if a row has other keys or another type", () =>
    Effect.gen(function* () {
      expect(yield* detected("a.json", '[{"name": "x", "type": "STRING", "price": 1}]')).toBe(false);
      expect(yield* detected("a.json", '[{"name": "x", "type": "cat"}]')).toBe(false);
      expect(yield* detected("a.json", '[{"name": "x"}]')).toBe(false);
      expect(yield* detected("a.json", "[]")).toBe(false);
      expect(yield* detected("a.json", "{")).toBe(false);
      expect(yield* detected("a.csv", fields)).toBe(false);
    }),
  );

  it.effect("is never an Avro schema", () =>
    Effect.gen(function* () {
      const avro = '{"type": "record", "name": "r", "fields": [{"name": "id", "type": "string"}]}';
      expect(yield* detected("a.json", avro)).toBe(false);
      expect(wrong(avro)).toContain("it is an Avro schema");
    }),
  );

  it.effect("in UTF-16 is reported as such", () =>
    Effect.gen(function* () {
      const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(fields, "utf16le")]);
      const file = (yield* workdir).text("a.schema.json", utf16);
      const error = yield* Effect.flip(SchemaFile.read(file));
      expect(error.message).toContain("it is UTF-16, as PowerShell writes it; save it as UTF-8");
    }),
  );
});
