import { describe, expect, test } from "bun:test";
import { Effect, Either, Exit } from "effect";
import * as Operand from "../../src/programs/schema-diff/source/Operand.ts";
import * as SchemaFile from "../../src/programs/schema-diff/source/SchemaFile.ts";
import { array, field, struct } from "./build.ts";

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

  test("is an array of fields, or an object that holds one, with legacy or standard names", () => {
    for (const json of [
      legacy,
      { fields: legacy },
      { schema: { fields: legacy } },
      `\uFEFF${JSON.stringify(legacy)}`,
    ]) {
      expect(Either.getOrThrow(parse(json))).toEqual(schema);
    }
  });

  test("that is none is told apart, with the place of what is wrong", () => {
    expect(wrong("{")).toContain("it is no JSON");
    expect(wrong({ name: "x" })).toContain("it holds no schema");
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
    ).toBe('field "A" is there twice');
    expect(wrong([{ name: "x", type: "RANGE" }])).toContain("no rangeElementType");
    expect(wrong([{ name: "x", type: "STRING", maxLength: "1) --" }])).toContain(
      "maxLength is no whole number",
    );
    expect(wrong([7])).toBe("field 1 is no object");
  });

  test("that cannot be read says so", async () => {
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
