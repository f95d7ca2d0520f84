/** The comparison of two tables: the program's part of a result, with its JSON schema. */

import { Schema } from "effect";
import * as Property from "../../domain/Property.ts";
import { Value } from "../../domain/Value.ts";
import { TableFacts } from "../../scan/TableFacts.ts";

export const Cell = Schema.Struct({
  column: Property.required(Schema.String, "A's name of the column."),
  a: Property.required(Value, "A's value."),
  b: Property.required(Value, "B's value."),
}).annotations({
  identifier: "ChangedCell",
  description: "A column that differs, by A's name, with both values",
});
export type Cell = typeof Cell.Type;

const Named = Schema.Record({ key: Schema.String, value: Value });

export const ChangedRow = Schema.Struct({
  key: Property.required(Named, "The key's values by column."),
  cells: Property.required(Schema.Array(Cell), "The columns that differ."),
}).annotations({
  identifier: "ChangedRow",
});
export type ChangedRow = typeof ChangedRow.Type;

/** A row that one side has `copies` times more often. */
export const OneSidedRow = Schema.Struct({
  copies: Property.required(Schema.Int, "How many more copies this side has."),
  row: Property.required(
    Named,
    "The row's values by column; with a key, the key and at most 50 other columns, or only the key if the comparison was split.",
  ),
}).annotations({
  identifier: "OneSidedRow",
});
export type OneSidedRow = typeof OneSidedRow.Type;

export const RowComparison = Schema.Struct({
  key: Property.required(
    Schema.Array(Schema.String),
    "The key's columns, by their names in A; empty if rows were compared as a multiset.",
  ),
  method: Property.required(
    Schema.Literal("bytes", "values", "md5", "digests"),
    "`bytes`: the files are byte-identical; `values`: value by value; `md5`: by a 128-bit hash of each row; `digests`: by sums of hashes of canonical text, in buckets.",
  ),
  same: Property.required(Schema.Int, "Rows that both sides have, by the columns of `compared.columns`."),
  changed: Property.required(
    Schema.NullOr(Schema.Int),
    "Rows with the same key whose other values differ; null without a key.",
  ),
  onlyA: Property.required(Schema.Int, "Rows that only A has, counting each copy."),
  onlyB: Property.required(Schema.Int, "Rows that only B has, counting each copy."),
  columns: Property.required(
    Schema.Array(
      Schema.Struct({
        name: Property.required(Schema.String, "A's name of the column."),
        changed: Property.required(Schema.Int, "Rows in which it differs."),
      }),
    ),
    "Columns in which rows changed, most changed first; empty without a key.",
  ),
  lowerBounds: Property.required(
    Schema.Boolean,
    "Whether some counts are lower bounds, because not every differing row was examined.",
  ),
  unread: Property.optional(
    Schema.Struct({
      a: Property.required(Schema.Int, "Such rows of A."),
      b: Property.required(Schema.Int, "Such rows of B."),
    }),
    "Rows of differing groups that were too large to fetch: at least one of them differs.",
  ),
  changedAtMost: Property.optional(
    Schema.Literal(true),
    "Present if `changed` may be too high: rows of a key were compared with a tolerance, and another pairing may have fewer differences, or columns were compared in parts.",
  ),
  oddsOfMiss: Property.required(
    Schema.Number,
    "The probability that a difference was missed because of equal hashes; 0 if values were compared.",
  ),
  examples: Property.optional(
    Schema.Struct({
      changed: Property.required(Schema.Array(ChangedRow), "Changed rows; empty without a key."),
      onlyA: Property.required(Schema.Array(OneSidedRow), "Rows that only A has."),
      onlyB: Property.required(Schema.Array(OneSidedRow), "Rows that only B has."),
    }),
    "At most `--sample-size` rows of each kind; absent with `--skip-samples`, and unless `--values` is `all`.",
  ),
}).annotations({ identifier: "RowComparison" });
export type RowComparison = typeof RowComparison.Type;

export const Reason = Schema.Struct({
  kind: Property.required(
    Schema.Literal("schema", "count", "rows", "statistics", "nothing-compared"),
    "What differs.",
  ),
  text: Property.required(Schema.String, "A description of the reason."),
}).annotations({ identifier: "DifferenceReason" });
export type Reason = typeof Reason.Type;

/** A statistic of one column on both sides. */
export const Figure = Schema.Struct({
  statistic: Property.required(Schema.String, "The statistic: see [PROFILE.md](PROFILE.md)."),
  a: Property.required(Value, "A's figure; null if it has none."),
  b: Property.required(Value, "B's figure; null if it has none."),
  delta: Property.required(Schema.NullOr(Schema.Number), "`b - a`; null if either is not a number."),
  relative: Property.required(
    Schema.NullOr(Schema.Number),
    "`delta` as a share of the larger of both; null if either is not a number.",
  ),
  exact: Property.required(
    Schema.Boolean,
    "Whether both are exact: only then does a difference prove that the data differs.",
  ),
  withinErrors: Property.optional(
    Schema.Literal(true),
    "Whether the stated errors of both figures, or the rounding of sums, can explain the difference.",
  ),
}).annotations({ identifier: "ComparedFigure" });
export type Figure = typeof Figure.Type;

export const ColumnStatistics = Schema.Struct({
  column: Property.required(Schema.String, "The path, by A's name of the column."),
  differs: Property.required(Schema.Boolean, "Whether the figures prove that the data differs."),
  moved: Property.required(
    Schema.Number,
    "The largest relative change, from 0 to 1; 1 for a changed value that is not a number.",
  ),
  figures: Property.required(Schema.Array(Figure), "The figures of both sides."),
}).annotations({ identifier: "ComparedColumnStatistics" });
export type ColumnStatistics = typeof ColumnStatistics.Type;

/** A value that most changed rows have but few other rows: "98% of the changed rows have status = 'refunded'". */
export const Concentration = Schema.Struct({
  column: Property.required(Schema.String, "A's name of the column."),
  side: Property.required(Schema.Literal("a", "b"), "The side that has the value."),
  value: Property.required(Value, "The value."),
  share: Property.required(Schema.Number, "The share of the changed rows that have the value, from 0 to 1."),
  usual: Property.required(Schema.Number, "The share of all rows of that side that have the value."),
  of: Property.required(
    Schema.Literal("all", "examples"),
    "Whether `share` is that of all changed rows, or of randomly drawn examples.",
  ),
}).annotations({ identifier: "Concentration" });
export type Concentration = typeof Concentration.Type;

export const Side = Schema.Struct({
  table: Property.required(TableFacts, "The table's metadata."),
  rows: Property.required(
    Schema.NullOr(Schema.Int),
    "The number of rows read, or in the metadata if no filter was set; null if unknown.",
  ),
  where: Property.required(
    Schema.NullOr(Schema.String),
    "The conditions of `--where` and of `--where-a` or `--where-b` combined.",
  ),
  partitions: Property.required(
    Schema.NullOr(Schema.String),
    "A description of the partitions that were read; null if the whole table was read.",
  ),
  asOf: Property.required(Schema.NullOr(Schema.String), "The time of `--as-of`."),
}).annotations({ identifier: "ComparedSide" });
export type Side = typeof Side.Type;

export const Comparison = Schema.Struct({
  verdict: Property.required(
    Schema.Literal("identical", "different"),
    "`identical` or `different`, with respect to `compared` and to the data visible to `principal`.",
  ),
  reasons: Property.required(Schema.Array(Reason), "Why the tables differ; empty if they are identical."),
  broken: Property.required(
    Schema.Boolean,
    "Whether the differences exceed `--max-diff`, which sets exit status 1.",
  ),
  maxDiff: Property.required(Schema.NullOr(Schema.String), "The value of `--max-diff`."),
  principal: Property.required(
    Schema.NullOr(Schema.String),
    "The account that ran the queries; null if unknown, as for local files.",
  ),
  restricted: Property.required(
    Schema.Boolean,
    "Whether data masks or row policies hid data from this account.",
  ),
  compared: Property.required(
    Schema.Struct({
      rows: Property.required(Schema.Boolean, "Whether rows were compared."),
      statistics: Property.required(Schema.Boolean, "Whether statistics were compared."),
      columns: Property.required(
        Schema.Array(Schema.String),
        "The columns that were compared, by A's names, key columns first.",
      ),
      types: Property.required(
        Schema.Array(Schema.String),
        "The GoogleSQL types in which they were compared, in the same order.",
      ),
      tolerances: Property.required(
        Schema.Array(
          Schema.Struct({
            column: Property.required(Schema.String, "A's name of the column."),
            absolute: Property.required(Schema.String, "The value of `--abs-tolerance`, a decimal."),
            relative: Property.required(Schema.String, "The value of `--rel-tolerance`, a decimal."),
          }),
        ),
        "Tolerances, of columns that have one.",
      ),
      onlyA: Property.required(Schema.Array(Schema.String), "Columns that only A has."),
      onlyB: Property.required(Schema.Array(Schema.String), "Columns that only B has."),
      omitted: Property.required(
        Schema.Array(
          Schema.Struct({
            name: Property.required(Schema.String, "A's name of the column."),
            reason: Property.required(Schema.String, "Why it was not compared."),
          }),
        ),
        "Columns of both whose types cannot be compared: the schemas differ.",
      ),
      leftOut: Property.required(
        Schema.Array(
          Schema.Struct({
            name: Property.required(Schema.String, "A's name of the column."),
            reason: Property.required(Schema.String, "Why it was not compared."),
          }),
        ),
        "Columns of both that two engines cannot compare: the verdict does not cover their values.",
      ),
    }),
    "What the verdict covers.",
  ),
  a: Property.required(Side, "Table A and the selection of its rows."),
  b: Property.required(Side, "Table B and the selection of its rows."),
  rows: Property.optional(
    RowComparison,
    "The comparison of rows; absent with `--skip-rows`, and if the tables have no common column.",
  ),
  statistics: Property.optional(
    Schema.Array(ColumnStatistics),
    "Figures of both sides, most changed columns first; present if they were computed.",
  ),
  concentration: Property.optional(
    Schema.Array(Concentration),
    "Values that most changed rows have and few other rows do.",
  ),
  notes: Property.required(Schema.Array(Schema.String), "Limitations and methods of the comparison."),
}).annotations({ identifier: "Comparison" });
export type Comparison = typeof Comparison.Type;
