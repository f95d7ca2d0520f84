/** Tables that cover every form of statement of a profile, and those statements. */
import { Effect, Either } from "effect";
import type { Partitioning } from "../../../src/domain/TableMetadata.ts";
import * as TableReference from "../../../src/domain/TableReference.ts";
import { type Field, type TypeName, typeText } from "../../../src/domain/TableSchema.ts";
import type { Value } from "../../../src/domain/Value.ts";
import * as BigQueryTest from "../../../src/layers/test/BigQueryTest.ts";
import { defaults } from "../../../src/programs/profile/Options.ts";
import { plan } from "../../../src/programs/profile/Plan.ts";
import type { ColumnProfile, ProfileOptions } from "../../../src/programs/profile/Program.ts";
import { annotationsOf } from "../../oracle/collations.ts";
import { column, profile } from "./profiles.ts";

export const field = (name: string, type: TypeName, more: Partial<Field> = {}): Field => ({
  name,
  type,
  mode: "NULLABLE",
  ...more,
});

const scalars: ReadonlyArray<TypeName> = [
  "STRING", "BYTES", "INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "BOOL", "DATE", "DATETIME", "TIME", "TIMESTAMP",
  "INTERVAL", "GEOGRAPHY", "JSON",
]; // biome-ignore format: one list

export const everyType: ReadonlyArray<Field> = [
  ...scalars.map((type) => field(`a_${type.toLowerCase()}`, type)),
  field("a_range", "RANGE", { rangeElementType: "DATE" }),
];

export const hostile: ReadonlyArray<Field> = [
  "select", "a b", "`tick`", "it's", 'double"quote', "back\\slash", "-- comment", "/* c", "héhé", "🙂", "a\nb", "x".repeat(300), "NULLS", "c0", "bqkit_r",
].map((name) => field(name, "STRING")); // biome-ignore format: one list

export const nested: ReadonlyArray<Field> = [
  field("id", "INT64", { mode: "REQUIRED" }),
  field("tags", "STRING", { mode: "REPEATED" }),
  field("address", "STRUCT", {
    fields: [field("city", "STRING"), field("geo", "STRUCT", { fields: [field("lat", "FLOAT64")] })],
  }),
  field("items", "STRUCT", {
    mode: "REPEATED",
    fields: [
      field("sku", "STRING"),
      field("at", "TIMESTAMP"),
      field("price", "NUMERIC"),
      field("order", "STRUCT", {
        fields: [field("n", "INT64"), field("notes", "STRING", { mode: "REPEATED" })],
      }),
      field("parts", "STRUCT", {
        mode: "REPEATED",
        fields: [field("select", "STRING"), field("weights", "FLOAT64", { mode: "REPEATED" })],
      }),
    ],
  }),
  field("ranges", "RANGE", { mode: "REPEATED", rangeElementType: "TIMESTAMP" }),
  field("docs", "JSON", { mode: "REPEATED" }),
];

/** Strings with a collation wherever one can be. */
export const collated: ReadonlyArray<Field> = [
  field("name", "STRING", { collation: "und:ci" }),
  field("tags", "STRING", { mode: "REPEATED", collation: "und:ci" }),
  field("address", "STRUCT", {
    fields: [field("city", "STRING", { collation: "und:ci" }), field("zip", "STRING"), field("n", "INT64")],
  }),
  field("items", "STRUCT", {
    mode: "REPEATED",
    fields: [
      field("n", "INT64"),
      field("sku", "STRING", { collation: "und:ci" }),
      field("more", "STRUCT", {
        fields: [field("notes", "STRING", { mode: "REPEATED", collation: "und:ci" })],
      }),
    ],
  }),
];

/** Every parameter and property that a column may have. */
export const attributed: ReadonlyArray<Field> = [
  field("pico", "TIMESTAMP", { timestampPrecision: "12" }),
  field("picos", "TIMESTAMP", { mode: "REPEATED", timestampPrecision: "12" }),
  field("short", "STRING", { maxLength: "10", collation: "und:ci" }),
  field("raw", "BYTES", { maxLength: "16" }),
  field("price", "NUMERIC", { precision: "10", scale: "2", roundingMode: "ROUND_HALF_EVEN" }),
  field("big", "BIGNUMERIC", { precision: "50", scale: "20" }),
  field("made", "STRING", { generatedColumn: "{}", defaultValueExpression: "'x'", policyTags: ["t"] }),
  field("times", "RANGE", { rangeElementType: "TIMESTAMP" }),
  field("foreign", "FOREIGN", { foreignTypeDefinition: "struct<a:int>" }),
];

export const wide: ReadonlyArray<Field> = Array.from({ length: 1000 }, (_, i) =>
  field(`${"column_with_a_long_name_".repeat(10)}${i}`, scalars[i % scalars.length]!),
);

/** As many columns as a table may have, with names as long as they may be. */
export const largest: ReadonlyArray<Field> = Array.from({ length: 10_000 }, (_, i) =>
  field(`c${i}_`.padEnd(300, "x"), scalars[i % scalars.length]!),
);

/** A baseline with bins of every type, at values that literals must preserve. */
const ends: Partial<Readonly<Record<TypeName, readonly [Value, Value]>>> = {
  INT64: [-5, "9223372036854775807"],
  FLOAT64: [-1e-300, 1.5],
  NUMERIC: [0.000000001, "99999999999999999999999999999.999999999"],
  BIGNUMERIC: ["-0.00000000000000000000000000000000000001", 1e-7],
  DATE: ["0001-01-01", "9999-12-31"],
  DATETIME: ["2024-01-02T03:04:05.123456", "2024-01-02T03:04:06"],
  TIME: ["00:00:00", "23:59:59.999999"],
  TIMESTAMP: ["1969-12-31T23:59:59.999999Z", "2024-01-02T03:04:05Z"],
};

const earlier = ({ name, type }: Field): ColumnProfile => {
  const [from, to] = ends[type] ?? [];
  const seven = { p1: from, p5: from, p25: from, p50: from, p75: to, p95: to, p99: to };
  const deciles = [
    { from, to: from, count: 5 },
    { from, to, count: 5 },
  ];
  const text = type === "BYTES" ? "AP8=" : type === "JSON" ? '{"k":"it\'s"}' : "it's \\ \n";
  return column(type, {
    name,
    ...(from === undefined
      ? { topValues: { values: [{ value: text, count: 9 }], exact: true } }
      : { quantiles: { ...seven, exact: true, deciles } as never }),
  });
};

export interface Case {
  readonly name: string;
  readonly table: string;
  readonly schema: ReadonlyArray<Field>;
  readonly options?: Partial<ProfileOptions>;
  readonly partitioning?: Partitioning;
  readonly type?: "VIEW";
  /** The default collation of the table, which its fields inherit. */
  readonly inherits?: string;
}

const daily: Partitioning = { _tag: "Time", unit: "DAY", field: "day", requireFilter: true };
const events = [field("day", "DATE"), field("at", "TIMESTAMP"), field("n", "INT64"), field("dt", "DATETIME")];

export const cases: ReadonlyArray<Case> = [
  { name: "every type", table: "p.d.every", schema: everyType },
  { name: "every type exactly, without top values", table: "p.d.every", schema: everyType, options: { exact: true, top: 0 } },
  { name: "aggregates only", table: "p.d.every", schema: everyType, options: { values: "aggregates" } },
  {
    name: "every type against a baseline", table: "p.d.every", schema: everyType,
    options: { baseline: { profiles: new Map([["p.d.every", profile(everyType.map(earlier))]]) } },
  },
  { name: "counts only", table: "p.d.every", schema: everyType, options: { values: "none" } },
  { name: "a view, its sample in the scan", table: "p.d.every", schema: everyType, type: "VIEW" },
  { name: "hostile names", table: "p.d.hostile", schema: hostile, options: { where: "TRUE -- a comment" } },
  { name: "outliers", table: "p.d.every", schema: everyType, options: { detectAnomalies: true } },
  { name: "nested", table: "p.d.nested", schema: nested },
  { name: "nested with a condition", table: "p.d.nested", schema: nested, options: { where: "id > 3 AND 'a' IN UNNEST(tags)", detectAnomalies: true } },
  { name: "elements only", table: "p.d.nested", schema: nested, options: { columns: ["items[].parts[].weights[]"], detectAnomalies: true } },
  { name: "1,000 columns", table: "p.d.wide", schema: wide, options: { detectAnomalies: true } },
  { name: "collations", table: "p.d.collated", schema: collated },
  { name: "collations exactly, without top values", table: "p.d.collated", schema: collated, options: { exact: true, top: 0 } },
  { name: "collations in a view", table: "p.d.collated", schema: collated, type: "VIEW" },
  { name: "one collated column", table: "p.d.collated", schema: collated.slice(0, 1), options: { detectAnomalies: true } },
  { name: "collated elements", table: "p.d.collated", schema: collated, options: { columns: ["items[].more.notes[]", "tags"] } },
  { name: "attributes", table: "p.d.attributed", schema: attributed },
  { name: "attributes exactly, in a view", table: "p.d.attributed", schema: attributed, type: "VIEW", options: { exact: true, detectAnomalies: true } },
  { name: "collations by default", table: "p.d.collated", schema: collated, inherits: "und:ci" },
  { name: "an earlier time", table: "p.d.every", schema: everyType, options: { asOf: "2024-01-02T03:04:05Z" } },
  { name: "a sample", table: "p.d.every", schema: everyType, options: { samplePercent: 12.5 } },
  { name: "dates", table: "p.d.events", schema: events, partitioning: daily, options: { partitions: { _tag: "Range", from: "2024-01-01", to: "20240131" } } },
  { name: "latest partitions", table: "p.d.events", schema: events, partitioning: daily, options: { partitions: { _tag: "Latest", count: 3 } } },
  { name: "hours of ingestion", table: "p.d.ingested", schema: events, partitioning: { _tag: "Time", unit: "HOUR", requireFilter: false }, options: { partitions: { _tag: "Range", from: "2024010100", to: "2024010123" } } },
  { name: "months of a DATETIME", table: "p.d.events", schema: events, partitioning: { _tag: "Time", unit: "MONTH", field: "dt", requireFilter: false }, options: { partitions: { _tag: "Range", from: "202401", to: "202412" } } },
  { name: "ranges of numbers", table: "p.d.events", schema: events, partitioning: { _tag: "Range", field: "n", start: "-100", end: "100", interval: "7", requireFilter: false }, options: { partitions: { _tag: "Range", from: "-3", to: "20" } } },
  { name: "latest ranges", table: "p.d.events", schema: events, partitioning: { _tag: "Range", field: "n", start: "0", end: "100", interval: "10", requireFilter: false }, options: { partitions: { _tag: "Latest", count: 1 } } },
]; // biome-ignore format: a case a line

/** The table in the analyzer's catalog. */
export const catalogTable = (one: Case) => ({
  name: one.table,
  columns: [
    ...one.schema.map((f) => ({ name: f.name, type: quotedType(f), annotations: annotationsOf(f) })),
    ...(one.table === "p.d.ingested" ? [{ name: "_PARTITIONTIME", type: "TIMESTAMP", pseudo: true }] : []),
  ],
});

/** The field's type for DDL, with quoted names of nested fields. */
const quotedType = (f: Field): string => {
  if (f.mode === "REPEATED") return `ARRAY<${quotedType({ ...f, mode: "NULLABLE" })}>`;
  if (f.type === "STRUCT")
    return `STRUCT<${(f.fields ?? []).map((x) => `\`${x.name}\` ${quotedType(x)}`).join(", ")}>`;
  const { timestampPrecision: _unknownThere, ...rest } = f;
  return f.type === "FOREIGN" ? "STRING" : typeText(rest);
};

export const partitionsView = (dataset: string) => ({
  name: `${dataset}.INFORMATION_SCHEMA.PARTITIONS`,
  columns: [
    { name: "table_name", type: "STRING" },
    { name: "partition_id", type: "STRING" },
    { name: "total_rows", type: "INT64" },
  ],
});

/** The fields without their collations. */
export const plain = (fields: ReadonlyArray<Field>): ReadonlyArray<Field> =>
  fields.map(({ collation: _, ...field }) => ({
    ...field,
    ...(field.fields === undefined ? {} : { fields: plain(field.fields) }),
  }));

/** Every statement that the profile of a case may run. */
export const statementsOf = (one: Case): Effect.Effect<ReadonlyArray<string>, unknown> => {
  const engines = BigQueryTest.scripted({
    tables: {
      [one.table]: BigQueryTest.table(
        one.table,
        one.inherits === undefined ? one.schema : plain(one.schema),
        {
          ...(one.inherits === undefined ? {} : { defaultCollation: one.inherits }),
          partitioning: one.partitioning ?? null,
          ...(one.type === undefined ? {} : { type: one.type }),
        },
      ),
    },
    dryRuns: [{ when: () => true, answer: { bytesProcessed: 1, accuracy: "PRECISE", schema: [] } }],
  });
  const reference = Either.getOrThrow(TableReference.parse(one.table));
  return Effect.scoped(plan(reference, { ...defaults, ...one.options })).pipe(
    Effect.map(({ statements }) => statements.map(({ sql }) => sql)),
    Effect.provide(engines),
  );
};
