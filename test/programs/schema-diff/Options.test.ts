import { describe, expect, test } from "bun:test";
import { Either, Schema } from "effect";
import { invalidOption } from "../../../src/domain/options/OptionField.ts";
import { checkMap } from "../../../src/programs/schema-diff/compare/CheckMap.ts";
import { diff } from "../../../src/programs/schema-diff/Diff.ts";
import { Options } from "../../../src/programs/schema-diff/Options.ts";
import { array, field, side, struct } from "./build.ts";

type Given = Readonly<Record<string, unknown>>;
const read = Schema.decodeUnknownEither(Options);
const options = (given: Given) => Either.getOrThrow(read(given));
const problem = (given: Given) =>
  Either.match(read(given), { onLeft: invalidOption, onRight: () => undefined });

const a = side([
  field("id", "INT64"),
  array(struct("items", [field("sku"), field("n", "INT64")])),
  field("Old.name"),
]);
const b = side(
  [
    field("id", "STRING"),
    array(struct("items", [field("sku", "INT64"), field("n", "NUMERIC"), field("more")])),
  ],
  {
    description: "d",
  },
);
const changed = (given: Given) =>
  diff(a, b, options(given)).changes.map(({ rule, path }) => `${rule} ${path}`);

describe("--ignore", () => {
  test("accepts rules and attributes, and counts ignored changes", () => {
    expect(changed({ ignore: ["type", "added", "description"] })).toEqual(["removed `Old.name`"]);
    expect(diff(a, b, options({ ignore: ["type"] })).counts.ignored).toBe(3);
    expect(changed({ ignore: ["TYPE-changed"] })).toContain("removed `Old.name`");
  });

  test("rejects other names, with a suggestion", () => {
    expect(problem({ ignore: ["descripton"] })).toMatchObject({
      key: "ignore",
      detail: expect.stringContaining('did you mean "description"?'),
    });
    expect(problem({ ignore: ["whatever-this-is"] })).toMatchObject({
      detail: expect.stringContaining("docs/SCHEMA_DIFF.md lists all"),
    });
  });
});

describe("--only", () => {
  test("accepts paths with everything below them and stars, ignoring case", () => {
    expect(changed({ only: ["ITEMS"] })).toEqual([
      "type-changed items[].sku",
      "type-changed items[].n",
      "added items[].more",
    ]);
    expect(changed({ only: ["items[].*"] })).toHaveLength(3);
    expect(changed({ only: ["items[].s*", "id"] })).toEqual(["type-changed id", "type-changed items[].sku"]);
    expect(changed({ only: ["*"] })).not.toContain("table-description-changed null");
  });

  test("detects a field that was removed with its STRUCT", () => {
    const found = diff(a, side([field("id", "INT64")]), options({ only: ["items[].sku"] }));
    expect(found.changes.map(({ rule, path }) => [rule, path])).toEqual([["removed", "items"]]);
  });

  test("lists patterns without a match", () => {
    expect(diff(a, b, options({ only: ["nope*", "id"] })).notes.join()).toContain("nope*");
    expect(problem({ only: [" "] })).toMatchObject({ key: "only" });
  });
});

describe("--fail-on", () => {
  const safe = [side([field("x")]), side([field("x"), field("y")])] as const;
  test("any, breaking and none", () => {
    expect(["any", "breaking", "none"].map((failOn) => diff(...safe, options({ failOn })).broken)).toEqual([
      true,
      false,
      false,
    ]);
    expect(diff(a, b, options({ failOn: "breaking" })).broken).toBe(true);
    expect(problem({ failOn: "some" })).toMatchObject({ key: "failOn" });
  });
});

describe("--map", () => {
  test("reads old=new, with backticks around names that hold an equals sign", () => {
    expect(options({ map: ["a = b", "`x=y`=z"] }).map).toEqual([
      { from: "a", to: "b" },
      { from: "`x=y`", to: "z" },
    ]);
    for (const bad of ["a", "a=", "=b", "a=b=c"])
      expect(problem({ map: [bad] })).toMatchObject({ key: "map" });
  });

  test("maps nested fields by path, the new one by its path or name", () => {
    for (const to of ["items[].more", "more"]) {
      const found = diff(a, b, { map: [{ from: "items[].sku", to }] });
      expect(found.changes.find(({ rule }) => rule === "renamed")).toMatchObject({
        path: "items[].more",
        oldPath: "items[].sku",
      });
    }
  });

  test("lists missing fields", () => {
    const check = (from: string, to: string) => checkMap(a.schema, b.schema, [{ from, to }])[0];
    expect(check("items[].sku", "more")).toBeUndefined();
    expect(check("idd", "id")).toMatchObject({
      detail: '--map: A has no field "idd"',
      remedy: 'did you mean "id"?',
    });
    expect(check("id", "nothing")).toMatchObject({ detail: '--map: B has no field "nothing"' });
    expect(check("id", "items[].more")).toMatchObject({
      detail: expect.stringContaining("different parents"),
    });
  });
});
