/** A table's profile: the program's own part of a result, and its JSON form. */
import { Schema } from "effect";
import { Value } from "../../domain/Value.ts";
import { TableFacts } from "../../scan/TableFacts.ts";
import { Statistics } from "./statistics/Statistics.ts";

/** One column, STRUCT field or array element, with the statistics that apply to it. */
export const ColumnProfile = Schema.Struct({
  /** The path: `items[].sku`. */
  name: Schema.String,
  /** GoogleSQL type: `INT64`, `STRUCT<…>`, `ARRAY<STRING>`. */
  type: Schema.String,
  mode: Schema.Literal("NULLABLE", "REQUIRED", "REPEATED"),
  description: Schema.optionalWith(Schema.String, { exact: true }),
  /** Rows that could hold a value: the table's rows, or all elements of all arrays. */
  rows: Schema.Int,
  nulls: Schema.Int,
  ...Statistics.fields,
}).annotations({ identifier: "ColumnProfile" });
export type ColumnProfile = typeof ColumnProfile.Type;

export const Finding = Schema.Struct({
  /** Stable: `all-null`, `constant`, … */
  id: Schema.String,
  severity: Schema.Literal("info", "notice", "warning"),
  /** Column path; null for the table. */
  column: Schema.NullOr(Schema.String),
  /** One sentence with the evidence; no row values unless --values is `all`. */
  message: Schema.String,
  /** The figures behind it. */
  evidence: Schema.Record({ key: Schema.String, value: Value }),
}).annotations({ identifier: "Finding" });
export type Finding = typeof Finding.Type;

export const DriftMeasure = Schema.Struct({
  /** Null for a change of the table itself. */
  column: Schema.NullOr(Schema.String),
  measure: Schema.Literal("schema", "rows", "nullRate", "distinct", "mean", "quantiles", "psi"),
  before: Value,
  after: Value,
  /** Size of the change; what it is measured in stands in docs/PROFILE.md. Null for a change of the schema. */
  change: Schema.NullOr(Schema.Number),
  broken: Schema.Boolean,
}).annotations({ identifier: "DriftMeasure" });
export type DriftMeasure = typeof DriftMeasure.Type;

/** What is kept of a column of the baseline, to lay both distributions over each other. */
export const BaselineColumn = Schema.Struct({
  name: Schema.String,
  rows: Schema.Int,
  nulls: Schema.Int,
  ...Statistics.pick(
    "min", "max", "earliest", "latest", "quantiles", "true", "false", "topValues", "histogram",
  ).fields,
}).annotations({ identifier: "BaselineColumn" }); // biome-ignore format: one list
export type BaselineColumn = typeof BaselineColumn.Type;

/** Which rows were read. */
export const Selection = Schema.Struct({
  where: Schema.NullOr(Schema.String),
  /** In words; null where the whole table was read. */
  partitions: Schema.NullOr(Schema.String),
  asOf: Schema.NullOr(Schema.String),
  samplePercent: Schema.NullOr(Schema.Number),
  /** What was asked for and did not apply: "not partitioned: read whole". */
  notes: Schema.Array(Schema.String),
});

export const Profile = Schema.Struct({
  table: TableFacts,
  selection: Selection,
  /** Rows that were read. */
  rows: Schema.Int,
  columns: Schema.Array(ColumnProfile),
  /** Columns that were left out although they were asked for, and why. */
  omitted: Schema.Array(Schema.Struct({ name: Schema.String, reason: Schema.String })),
  findings: Schema.Array(Finding),
  /** Rows by column; absent where none were asked for. */
  sample: Schema.optionalWith(Schema.Array(Schema.Record({ key: Schema.String, value: Value })), {
    exact: true,
  }),
  drift: Schema.optionalWith(
    Schema.Struct({
      threshold: Schema.Number,
      measures: Schema.Array(DriftMeasure),
      /** The columns that both profiles have, in values of one kind. */
      baseline: Schema.optionalWith(Schema.Array(BaselineColumn), { exact: true }),
    }),
    { exact: true },
  ),
}).annotations({ identifier: "Profile" });
export type Profile = typeof Profile.Type;
