import { describe, expect, test } from "bun:test";
import { Either, Schema } from "effect";
import type { TableMetadata } from "../../../../src/domain/TableMetadata.ts";
import type { Field } from "../../../../src/domain/TableSchema.ts";
import { diff, onlyIn, unmatchedOnly } from "../../../../src/programs/schema-diff/Diff.ts";
import { Options } from "../../../../src/programs/schema-diff/Options.ts";
import { type Class, type RuleId, ruleIds, rules } from "../../../../src/programs/schema-diff/rules/Rules.ts";
import { array, field, side, struct } from "../build.ts";

interface Case {
  readonly rule: RuleId;
  readonly class: Class;
  readonly a: ReadonlyArray<Field>;
  readonly b: ReadonlyArray<Field>;
  readonly path?: string;
}

const x = field("x");
const number = (precision?: string, scale?: string) =>
  field("n", "NUMERIC", { ...(precision && { precision }), ...(scale && { scale }) });
const typed = (type: Field["type"], more: Partial<Field> = {}) => field("n", type, more);

const cases: ReadonlyArray<Case> = [
  { rule: "added", class: "safe", a: [x], b: [x, field("y")], path: "y" },
  { rule: "added", class: "safe", a: [x], b: [x, array(field("y"))], path: "y" },
  { rule: "added-required", class: "breaking", a: [x], b: [x, field("y", "INT64", { mode: "REQUIRED" })], path: "y" },
  { rule: "removed", class: "breaking", a: [x, field("y")], b: [x], path: "y" },
  { rule: "case-changed", class: "metadata", a: [field("orderId")], b: [field("OrderID")], path: "OrderID" },
  { rule: "moved", class: "breaking", a: [x, field("y"), field("z")], b: [field("z"), x, field("y")], path: "z" },
  { rule: "type-widened", class: "safe", a: [typed("INT64")], b: [typed("NUMERIC")] },
  { rule: "type-widened", class: "safe", a: [typed("INT64")], b: [typed("BIGNUMERIC")] },
  { rule: "type-widened", class: "safe", a: [typed("INT64")], b: [typed("FLOAT64")] },
  { rule: "type-widened", class: "safe", a: [typed("NUMERIC")], b: [typed("BIGNUMERIC")] },
  { rule: "type-changed", class: "breaking", a: [typed("BIGNUMERIC")], b: [typed("FLOAT64")] },
  { rule: "type-widening-refused", class: "breaking", a: [typed("INT64", { mode: "REQUIRED" })], b: [typed("NUMERIC", { mode: "REQUIRED" })] },
  { rule: "type-widened", class: "safe", a: [typed("DATE")], b: [typed("DATETIME")] },
  { rule: "type-widened", class: "safe", a: [typed("INT64")], b: [typed("NUMERIC", { precision: "21", scale: "2" })] },
  { rule: "type-widened", class: "safe", a: [struct("s", [typed("INT64")])], b: [struct("s", [typed("FLOAT64")])] },
  { rule: "type-changed", class: "breaking", a: [typed("INT64")], b: [typed("NUMERIC", { precision: "10", scale: "2" })] },
  { rule: "type-changed", class: "breaking", a: [typed("NUMERIC")], b: [typed("INT64")] },
  { rule: "type-changed", class: "breaking", a: [typed("INT64")], b: [typed("STRING")] },
  { rule: "type-changed", class: "breaking", a: [typed("DATETIME")], b: [typed("TIMESTAMP")] },
  { rule: "type-changed", class: "breaking", a: [array(typed("INT64"))], b: [array(typed("NUMERIC"))] },
  { rule: "type-changed", class: "breaking", a: [array(struct("s", [typed("INT64")]))], b: [array(struct("s", [typed("NUMERIC")]))], path: "s[].n" },
  { rule: "type-changed", class: "breaking", a: [typed("STRING")], b: [struct("n", [x])] },
  { rule: "mode-relaxed", class: "safe", a: [field("x", "INT64", { mode: "REQUIRED" })], b: [field("x", "INT64")] },
  { rule: "mode-tightened", class: "breaking", a: [field("x", "INT64")], b: [field("x", "INT64", { mode: "REQUIRED" })] },
  { rule: "mode-repeated", class: "breaking", a: [x], b: [array(x)] },
  { rule: "mode-repeated", class: "breaking", a: [array(x)], b: [x] },
  { rule: "precision-widened", class: "safe", a: [number("10", "2")], b: [number("12", "2")] },
  { rule: "precision-narrowed", class: "breaking", a: [number("12", "2")], b: [number("10", "2")] },
  { rule: "precision-narrowed", class: "breaking", a: [number()], b: [number("10")] },
  { rule: "precision-widened", class: "safe", a: [number("10")], b: [number()] },
  { rule: "scale-narrowed", class: "breaking", a: [number("10", "2")], b: [number("10", "4")] },
  { rule: "max-length-widened", class: "safe", a: [field("x", "STRING", { maxLength: "5" })], b: [x] },
  { rule: "max-length-widened", class: "safe", a: [field("x", "BYTES", { maxLength: "5" })], b: [field("x", "BYTES", { maxLength: "6" })] },
  { rule: "max-length-narrowed", class: "breaking", a: [x], b: [field("x", "STRING", { maxLength: "5" })] },
  {
    rule: "range-element-type-changed", class: "breaking",
    a: [field("x", "RANGE", { rangeElementType: "DATE" })], b: [field("x", "RANGE", { rangeElementType: "DATETIME" })],
  },
  { rule: "collation-changed", class: "breaking", a: [x], b: [field("x", "STRING", { collation: "und:ci" })] },
  { rule: "rounding-mode-changed", class: "breaking", a: [number()], b: [{ ...number(), roundingMode: "ROUND_HALF_EVEN" }] },
  { rule: "default-added", class: "safe", a: [x], b: [{ ...x, defaultValueExpression: "'a'" }] },
  { rule: "default-changed", class: "breaking", a: [{ ...x, defaultValueExpression: "'b'" }], b: [{ ...x, defaultValueExpression: "'a'" }] },
  { rule: "default-removed", class: "breaking", a: [{ ...x, defaultValueExpression: "'b'" }], b: [x] },
  { rule: "policy-tags-changed", class: "breaking", a: [x], b: [{ ...x, policyTags: ["p"] }] },
  { rule: "description-changed", class: "metadata", a: [x], b: [{ ...x, description: "d" }] },
]; // biome-ignore format: one case a line

type TableCase = readonly [rule: RuleId, kind: Class, a: Partial<TableMetadata>, b: Partial<TableMetadata>];

const daily = { _tag: "Time", unit: "DAY", field: "x", requireFilter: false } as const;
const key = (name: string) => ({
  name,
  columns: ["x"],
  table: { _tag: "BigQueryTable", dataset: "d", table: "o" } as const,
  references: ["id"],
});

const tableCases: ReadonlyArray<TableCase> = [
  ["table-type-changed", "breaking", {}, { type: "VIEW" }],
  ["partitioning-changed", "breaking", {}, { partitioning: daily }],
  ["partitioning-changed", "breaking", { partitioning: daily }, { partitioning: { ...daily, unit: "MONTH" } }],
  ["partition-expiration-shortened", "breaking", { partitioning: daily }, { partitioning: { ...daily, expirationMs: "1" } }],
  ["partition-expiration-extended", "safe", { partitioning: { ...daily, expirationMs: "9" } }, { partitioning: { ...daily, expirationMs: "10" } }],
  ["partition-filter-required", "breaking", { partitioning: daily }, { partitioning: { ...daily, requireFilter: true } }],
  ["partition-filter-relaxed", "safe", { partitioning: { ...daily, requireFilter: true } }, { partitioning: daily }],
  ["clustering-changed", "metadata", { clustering: ["x"] }, { clustering: [] }],
  ["primary-key-changed", "metadata", {}, { primaryKey: ["x"] }],
  ["foreign-keys-changed", "metadata", {}, { foreignKeys: [key("a")] }],
  ["expiration-sooner", "breaking", {}, { expires: "2030-01-01T00:00:00.000Z" }],
  ["expiration-later", "safe", { expires: "2030-01-01T00:00:00.000Z" }, { expires: "2031-01-01T00:00:00.000Z" }],
  ["view-query-changed", "breaking", { viewQuery: "SELECT 1" }, { viewQuery: "SELECT 2" }],
  ["label-added", "metadata", {}, { labels: { a: "1" } }],
  ["label-removed", "metadata", { labels: { a: "1" } }, {}],
  ["label-changed", "metadata", { labels: { a: "1" } }, { labels: { a: "2" } }],
  ["table-description-changed", "metadata", {}, { description: "d" }],
  ["friendly-name-changed", "metadata", {}, { friendlyName: "d" }],
  ["default-collation-changed", "metadata", {}, { defaultCollation: "und:ci" }],
  ["default-rounding-mode-changed", "metadata", {}, { defaultRoundingMode: "ROUND_HALF_EVEN" }],
]; // biome-ignore format: one case a line

describe("each kind of change of a field is a rule", () => {
  for (const { rule, class: kind, a, b, path } of cases) {
    const of = (fields: ReadonlyArray<Field>) =>
      JSON.stringify(fields.map(({ name, ...rest }) => ({ [name]: rest })));
    test(`${rule}: ${of(a)} → ${of(b)}`, () => {
      const { changes } = diff({ schema: a }, { schema: b });
      expect(changes.map((one) => [one.rule, one.class])).toEqual([[rule, kind]]);
      if (path !== undefined) expect(changes[0]!.path).toBe(path);
      expect(changes[0]!.explanation).toBe(
        JSON.stringify(b).includes("FLOAT64") && rule === "type-widened"
          ? "BigQuery makes the change in place, but FLOAT64 rounds values of more than 15 digits"
          : rules[rule].explanation,
      );
    });
  }

  test("the partitioning column is never widened in place, other columns are", () => {
    const by = (name: string) =>
      side([field("n", "INT64")], {
        partitioning: {
          _tag: "Range",
          field: name,
          start: "0",
          end: "9",
          interval: "1",
          requireFilter: false,
        },
      });
    const to = (name: string) => ({ ...by(name), schema: [field("n", "NUMERIC")] });
    expect(diff(by("N"), to("N")).changes.map(({ rule, class: kind }) => [rule, kind])).toEqual([
      ["type-widening-refused", "breaking"],
    ]);
    expect(diff(by("m"), to("m")).changes.map(({ rule }) => rule)).toEqual(["type-widened"]);
  });

  test("equivalent spellings are not a change", () => {
    const same = (a: Field, b: Field) => expect(diff({ schema: [a] }, { schema: [b] }).changes).toEqual([]);
    same(number("10"), number("10", "0"));
    same(number(), { ...number(), roundingMode: "ROUND_HALF_AWAY_FROM_ZERO" });
    same({ ...number(), roundingMode: "ROUNDING_MODE_UNSPECIFIED" }, number());
    const away = { ...number(), roundingMode: "ROUND_HALF_AWAY_FROM_ZERO" };
    same(away, { ...number(), roundingMode: "ROUNDING_MODE_UNSPECIFIED" });
  });

  test("a swap of two names keeps the change of order", () => {
    const [a, b] = [{ schema: [field("a"), field("b")] }, { schema: [field("a"), field("b")] }];
    const map = [
      { from: "a", to: "b" },
      { from: "b", to: "a" },
    ];
    const { changes } = diff(a, b, { map });
    expect(changes.map(({ rule }) => rule).sort()).toEqual(["moved", "renamed", "renamed"]);
  });

  test("precision and scale are compared together", () => {
    const { changes } = diff({ schema: [number("10", "2")] }, { schema: [number("12", "4")] });
    expect(changes.map(({ rule }) => rule)).toEqual(["precision-widened", "scale-widened"]);
  });

  test("a rename is one change if stated, else two changes and a hint", () => {
    const [a, b] = [{ schema: [x, field("cust")] }, { schema: [x, field("customer")] }];
    expect(diff(a, b, { map: [{ from: "cust", to: "customer" }] }).changes.map(({ rule }) => rule)).toEqual([
      "renamed",
    ]);
    const silent = diff(a, b);
    expect(silent.changes.map(({ rule }) => rule)).toEqual(["added", "removed"]);
    expect(silent.perhapsRenamed).toEqual([
      { from: "cust", to: "customer", type: "STRING", samePlace: true, similarity: 0.5 },
    ]);
  });

  test("legacy and standard type names are equal; the order of policy tags is ignored", () => {
    const tags = (...policyTags: ReadonlyArray<string>) => ({ schema: [{ ...x, policyTags }] });
    expect(diff(tags("a", "b"), tags("b", "a")).changes).toEqual([]);
    expect(diff({ schema: [{ ...x, description: "" }] }, { schema: [x] }).changes).toEqual([]);
  });

  test("fields inside a renamed STRUCT have their old path and the new one", () => {
    const a = { schema: [array(struct("Items", [field("sku")]))] };
    const b = { schema: [array(struct("items", [field("sku", "INT64")]))] };
    expect(diff(a, b).changes.map(({ rule, path, oldPath }) => [rule, path, oldPath])).toEqual([
      ["case-changed", "items", "Items"],
      ["type-changed", "items[].sku", "Items[].sku"],
    ]);
  });
});

describe("each kind of change of a table is a rule", () => {
  for (const [rule, kind, a, b] of tableCases) {
    test(`${rule}: ${JSON.stringify(a)} → ${JSON.stringify(b)}`, () => {
      const { changes } = diff(side([x], a), side([x], b));
      expect(changes.map((one) => [one.rule, one.class, one.path])).toEqual([[rule, kind, null]]);
    });
  }

  test("the case of columns, and the dataset of each side's own tables, are not a change", () => {
    const other = (dataset: string, columns: ReadonlyArray<string>, references: ReadonlyArray<string>) => ({
      reference: { _tag: "BigQueryTable", project: "p", dataset, table: "t" } as const,
      partitioning: { ...daily, field: columns[0]! },
      foreignKeys: [
        {
          name: "f",
          columns,
          table: { _tag: "BigQueryTable", project: "p", dataset, table: "o" } as const,
          references,
        },
      ],
    });
    const found = diff(side([x], other("staging", ["X"], ["Id"])), side([x], other("prod", ["x"], ["id"])));
    expect(found.changes).toEqual([]);
    const elsewhere = {
      ...other("prod", ["x"], ["id"]),
      foreignKeys: other("archive", ["x"], ["id"]).foreignKeys,
    };
    expect(diff(side([x], other("staging", ["x"], ["id"])), side([x], elsewhere)).changes).toHaveLength(1);
    expect(diff(side([x]), side([x], { defaultRoundingMode: "ROUND_HALF_AWAY_FROM_ZERO" })).changes).toEqual(
      [],
    );
  });

  test("the location is a note; a clone is a table; line ends of a view are ignored", () => {
    const found = diff(side([x], { location: "EU" }), side([x], { location: "US", type: "CLONE" }));
    expect(found.changes).toEqual([]);
    expect(found.notes).toEqual(["p.d.t is in EU, p.d.t is in US"]);
    const view = (viewQuery: string) => side([x], { type: "VIEW", viewQuery });
    expect(diff(view("SELECT 1\r\n"), view("SELECT 1")).changes).toEqual([]);
  });

  test("a table that only one side has is a change too", () => {
    expect(onlyIn("a", "p.s.t").changes.map(({ rule, class: kind }) => [rule, kind])).toEqual([
      ["only-in-a", "breaking"],
    ]);
    expect(onlyIn("b", "p.s.t", { failOn: "breaking" }).broken).toBe(false);
  });
});

/** Their cases start from resources of tables.get, in test/layers/google/TableProperties.test.ts. */
const inPropertiesTest: ReadonlyArray<RuleId> = [
  "timestamp-precision-widened", "timestamp-precision-narrowed", "generated-column-changed", "foreign-type-changed",
  "data-policies-changed", "external-source-changed", "view-dialect-changed", "view-definition-changed",
  "refresh-changed", "max-staleness-changed", "kms-key-changed", "resource-tags-changed", "storage-changed",
]; // biome-ignore format: one list

test("every rule has a case", () => {
  const seen = new Set<RuleId>([
    ...cases.map(({ rule }) => rule),
    ...tableCases.map(([rule]) => rule),
    "renamed",
    "scale-widened",
    "only-in-a",
    "only-in-b",
    ...inPropertiesTest,
  ]);
  expect(ruleIds.filter((id) => !seen.has(id))).toEqual([]);
});

test("a table equals its export: files have no lengths, and NUMERIC has its maximum precision", () => {
  const a = side([number("10", "2"), field("s", "STRING", { maxLength: "5" })]);
  const file = { schema: [number(), field("s")], holds: "shape" as const };
  expect(diff(a, file).changes).toEqual([]);
  expect(diff(file, a).changes).toEqual([]);
  const narrow = { schema: [number("12", "4"), field("s")], holds: "shape" as const };
  expect(diff(a, narrow).changes.map(({ rule }) => rule)).toEqual(["precision-widened", "scale-widened"]);
});

test("local data is compared only by its shape", () => {
  const a = side([field("x", "INT64", { mode: "REQUIRED", description: "d", policyTags: ["p"] })], {
    labels: { a: "1" },
  });
  const b = { schema: [field("x", "INT64")], holds: "shape" as const };
  const found = diff(a, b);
  expect(found.changes).toEqual([]);
  expect(found.compared).toEqual({ fields: 1, table: false });
  expect(found.notes.join()).toContain("were not compared");
});

test("--only that matches no field at all is not a verdict", () => {
  const [a, b] = [{ schema: [x] }, { schema: [x, field("y")] }];
  expect(unmatchedOnly(a, b, { ignore: [], only: ["z", "*q"] })).toEqual(["z", "*q"]);
  expect(unmatchedOnly(a, b, { ignore: [], only: ["z", "y"] })).toEqual([]);
  expect(unmatchedOnly(a, b, { ignore: [], only: [] })).toEqual([]);
});

test("two maps to the same field, or from the same field, are rejected", () => {
  expect(Either.isLeft(Schema.decodeUnknownEither(Options)({ map: ["a=x", "b=X"] }))).toBe(true);
  expect(Either.isLeft(Schema.decodeUnknownEither(Options)({ map: ["a=x", "a=y"] }))).toBe(true);
  expect(Either.isRight(Schema.decodeUnknownEither(Options)({ map: ["a=b", "b=a"] }))).toBe(true);
});
