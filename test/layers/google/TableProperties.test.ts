import { describe, expect, test } from "bun:test";
import { Either, Schema } from "effect";
import * as Properties from "../../../src/layers/google/TableProperties.ts";
import { metadata, TableResource } from "../../../src/layers/google/Tables.ts";
import { diff } from "../../../src/programs/schema-diff/Diff.ts";
import * as Side from "../../../src/programs/schema-diff/source/SchemaSource.ts";
import description from "./description/properties.json" with { type: "json" };

const reference = { _tag: "BigQueryTable", project: "p", dataset: "d", table: "t" } as const;
const field = { name: "x", type: "TIMESTAMP" };
const base = {
  tableReference: { projectId: "p", datasetId: "d", tableId: "t" },
  type: "TABLE",
  schema: { fields: [field] },
};

/** The schema of a tables.get resource, as one side of a diff. */
const side = (resource: unknown) =>
  Side.ofTable(Either.getOrThrow(metadata(reference, Schema.decodeUnknownSync(TableResource)(resource))));
const changes = (a: unknown, b: unknown) => diff(side(a), side(b)).changes.map(({ rule }) => rule);
const withField = (more: Readonly<Record<string, unknown>>) => ({
  ...base,
  schema: { fields: [{ ...field, ...more }] },
});

describe("every property in Google's description is classified:", () => {
  const places = {
    Table: [Properties.readOfTable, Properties.comparedOfTable, Properties.noSchemaOfTable],
    TableFieldSchema: [Properties.readOfField, Properties.noSchemaOfField],
  } as const;
  /** Properties that no rule compares: the report names them if they are set. */
  const named = {
    Table: ["externalCatalogTableOptions", "managedTableType", "model", "restrictions"],
    TableFieldSchema: ["dataGovernanceTagsInfo"],
  };
  for (const resource of ["Table", "TableFieldSchema"] as const) {
    for (const property of description[resource]) {
      test(`${resource}.${property} is compared, not part of a schema, or reported as not compared`, () => {
        const isKnown = places[resource].some((names) => names.has(property));
        expect(isKnown !== named[resource].includes(property)).toBe(true);
      });
    }
  }
});

describe("a difference in a property is a change", () => {
  const cases: ReadonlyArray<readonly [string, unknown, unknown]> = [
    ["timestamp-precision-widened", base, withField({ timestampPrecision: "12" })],
    ["timestamp-precision-narrowed", withField({ timestampPrecision: "12" }), withField({ timestampPrecision: "6" })],
    ["generated-column-changed", base, withField({ generatedColumn: { generatedMode: "GENERATED_ALWAYS" } })],
    ["foreign-type-changed", withField({ foreignTypeDefinition: "a" }), withField({ foreignTypeDefinition: "b" })],
    ["data-policies-changed", base, withField({ dataPolicies: [{ name: "p" }] })],
    ["data-policies-changed", base, withField({ dataPolicyList: { dataPolicies: [{ name: "p" }] } })],
    [
      "external-source-changed",
      { ...base, type: "EXTERNAL", externalDataConfiguration: { sourceUris: ["gs://a/*"], sourceFormat: "CSV" } },
      { ...base, type: "EXTERNAL", externalDataConfiguration: { sourceUris: ["gs://b/*"], sourceFormat: "CSV" } },
    ],
    [
      "view-dialect-changed",
      { ...base, type: "VIEW", view: { query: "SELECT 1", useLegacySql: true } },
      { ...base, type: "VIEW", view: { query: "SELECT 1", useLegacySql: false } },
    ],
    [
      "view-definition-changed",
      { ...base, type: "VIEW", view: { query: "SELECT 1" } },
      { ...base, type: "VIEW", view: { query: "SELECT 1", privacyPolicy: { aggregationThresholdPolicy: {} , x: 1 } } },
    ],
    [
      "refresh-changed",
      { ...base, type: "MATERIALIZED_VIEW", materializedView: { query: "q", refreshIntervalMs: "1", lastRefreshTime: "1" } },
      { ...base, type: "MATERIALIZED_VIEW", materializedView: { query: "q", refreshIntervalMs: "2", lastRefreshTime: "2" } },
    ],
    ["max-staleness-changed", base, { ...base, maxStaleness: "0-0 0 4:0:0" }],
    ["kms-key-changed", base, { ...base, encryptionConfiguration: { kmsKeyName: "k" } }],
    ["resource-tags-changed", base, { ...base, resourceTags: { "1/env": "prod" } }],
    ["storage-changed", { ...base, biglakeConfiguration: { storageUri: "a" } }, { ...base, biglakeConfiguration: { storageUri: "b" } }],
  ]; // biome-ignore format: one case a line
  for (const [rule, a, b] of cases) {
    test(`${rule}: ${JSON.stringify(a)} → ${JSON.stringify(b)}`, () => {
      expect(changes(a, b)).toEqual([rule as never]);
      expect(changes(a, a)).toEqual([]);
      expect(changes(b, b)).toEqual([]);
    });
  }

  test("but not in sizes, times, states or the order of keys", () => {
    const a = {
      ...base,
      numPartitions: "1",
      resourceTags: { a: "1", b: "2" },
      materializedViewStatus: { x: 1 },
    };
    const b = { ...base, numPartitions: "2", resourceTags: { b: "2", a: "1" }, snapshotDefinition: { x: 1 } };
    expect(changes(a, b)).toEqual([]);
    expect(diff(side(a), side(b)).notes).toEqual([]);
  });

  test("an absent precision of a TIMESTAMP is 6", () => {
    expect(changes(base, withField({ timestampPrecision: "6" }))).toEqual([]);
  });
});

test("the report names a property that no rule compares", () => {
  const a = { ...base, managedTableType: "BIGLAKE" };
  const b = withField({ someNewProperty: { y: 1 }, categories: {} });
  expect(diff(side(a), side(b)).notes).toEqual(["not compared: managedTableType, someNewProperty of x"]);
  expect(diff(side({ ...base, somethingElse: true }), side(base)).notes).toEqual([
    "not compared: somethingElse",
  ]);
});
