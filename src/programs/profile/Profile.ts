/** A table's profile: the program's part of a result, with its JSON schema. */

import { Schema } from "effect";
import * as Property from "../../domain/Property.ts";
import { Value } from "../../domain/Value.ts";
import { TableFacts } from "../../scan/TableFacts.ts";
import { Statistics } from "./statistics/Statistics.ts";

/** One column, STRUCT field or array element, with the statistics that apply to it. */
export const ColumnProfile = Schema.Struct({
  name: Property.required(
    Schema.String,
    "The path: `items[].sku`. A name that contains one of `. , = [ ]` is written in backticks.",
  ),
  type: Property.required(
    Schema.String,
    "The GoogleSQL type; local types are shown as the nearest GoogleSQL type.",
  ),
  mode: Property.required(Schema.Literal("NULLABLE", "REQUIRED", "REPEATED"), "`REPEATED` for an array."),
  description: Property.optional(Schema.String, "The column's description."),
  rows: Property.required(
    Schema.Int,
    "Rows that could have a value: the table's rows, or all elements of all arrays.",
  ),
  nulls: Property.required(Schema.Int, "Rows with NULL."),
  ...Statistics.fields,
}).annotations({ identifier: "ColumnProfile" });
export type ColumnProfile = typeof ColumnProfile.Type;

export const Finding = Schema.Struct({
  id: Property.required(Schema.String, "The rule: see [PROFILE.md](PROFILE.md#findings)."),
  severity: Property.required(Schema.Literal("info", "notice", "warning"), "How serious the finding is."),
  column: Property.required(Schema.NullOr(Schema.String), "The column's path; null for the table."),
  message: Property.required(
    Schema.String,
    "One sentence with the evidence; it quotes row values only if `--values` is `all`.",
  ),
  evidence: Property.required(
    Schema.Record({ key: Schema.String, value: Value }),
    "The figures that support the finding.",
  ),
}).annotations({ identifier: "Finding" });
export type Finding = typeof Finding.Type;

export const DriftMeasure = Schema.Struct({
  column: Property.required(Schema.NullOr(Schema.String), "The column's path; null for the table."),
  measure: Property.required(
    Schema.Literal("schema", "rows", "nullRate", "distinct", "mean", "quantiles", "psi"),
    "What was compared: see [PROFILE.md](PROFILE.md#drift).",
  ),
  before: Property.required(Value, "The baseline's figure."),
  after: Property.required(Value, "This profile's figure."),
  change: Property.required(
    Schema.NullOr(Schema.Number),
    "The size of the change, in the unit of the measure; null for a change of the schema.",
  ),
  error: Property.optional(
    Schema.Number,
    "How much of the change the stated errors of both figures may cause; absent if both are exact.",
  ),
  broken: Property.required(
    Schema.Boolean,
    "Whether the change, minus the errors of both figures, exceeds the threshold.",
  ),
}).annotations({ identifier: "DriftMeasure" });
export type DriftMeasure = typeof DriftMeasure.Type;

/** The part of a baseline's column that reports draw next to the column. */
export const BaselineColumn = Schema.Struct({
  name: Property.required(Schema.String, "The path."),
  rows: Property.required(Schema.Int, "Rows that could have a value."),
  nulls: Property.required(Schema.Int, "Rows with NULL."),
  ...Statistics.pick(
    "min", "max", "earliest", "latest", "quantiles", "true", "false", "topValues", "histogram",
  ).fields,
}).annotations({ identifier: "BaselineColumn" }); // biome-ignore format: one list
export type BaselineColumn = typeof BaselineColumn.Type;

/** The rows that were read. */
export const Selection = Schema.Struct({
  where: Property.required(Schema.NullOr(Schema.String), "The condition of `--where`."),
  partitions: Property.required(
    Schema.NullOr(Schema.String),
    "A description of the partitions that were read; null if the whole table was read.",
  ),
  asOf: Property.required(Schema.NullOr(Schema.String), "The time of `--as-of`."),
  samplePercent: Property.required(Schema.NullOr(Schema.Number), "The value of `--sample-percent`."),
  notes: Property.required(
    Schema.Array(Schema.String),
    "Options that did not apply, such as `all rows; the table is not partitioned`.",
  ),
});

export const Profile = Schema.Struct({
  table: Property.required(TableFacts, "The table's metadata."),
  selection: Property.required(Selection, "The selection of rows that were read."),
  rows: Property.required(Schema.Int, "The number of rows that were read."),
  columns: Property.required(
    Schema.Array(ColumnProfile),
    "Every column, STRUCT field and array element, parents before children.",
  ),
  omitted: Property.required(
    Schema.Array(
      Schema.Struct({
        name: Property.required(Schema.String, "The column's path."),
        reason: Property.required(Schema.String, "Why it was not read."),
      }),
    ),
    "Columns that were selected but could not be read.",
  ),
  findings: Property.required(Schema.Array(Finding), "Findings, the most serious first."),
  sample: Property.optional(
    Schema.Array(Schema.Record({ key: Schema.String, value: Value })),
    "Sample rows by column; absent with `--sample-size 0`, and unless `--values` is `all`.",
  ),
  drift: Property.optional(
    Schema.Struct({
      threshold: Property.required(Schema.Number, "The value of `--drift-threshold`."),
      against: Property.optional(
        Schema.Struct({
          name: Property.optional(Schema.String, "The file of `--baseline`."),
          startedAt: Property.optional(Schema.String, "When the baseline's run started; ISO 8601 in UTC."),
        }),
        "The baseline.",
      ),
      measures: Property.required(Schema.Array(DriftMeasure), "Every measure that both profiles have."),
      notCompared: Property.optional(
        Schema.Array(
          Schema.Struct({
            column: Property.required(Schema.NullOr(Schema.String), "The column's path; null for the table."),
            measure: DriftMeasure.fields.measure,
            reason: Property.required(Schema.String, "Why it is not compared."),
          }),
        ),
        "Measures that cannot be compared; they never count as drift.",
      ),
      baseline: Property.optional(
        Schema.Array(BaselineColumn),
        "The baseline's columns, for drawing next to those of this profile.",
      ),
    }),
    "With `--baseline`: the changes since then.",
  ),
}).annotations({ identifier: "Profile" });
export type Profile = typeof Profile.Type;
