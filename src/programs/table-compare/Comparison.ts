/** How two tables compare: the program's own part of a result, and its JSON form. */
import { Schema } from "effect";
import { Value } from "../../domain/Value.ts";
import { TableFacts } from "../../scan/TableFacts.ts";

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true });

export const Cell = Schema.Struct({ column: Schema.String, a: Value, b: Value }).annotations({
  identifier: "ChangedCell",
  description: "A column that differs, by A's name, with both values",
});
export type Cell = typeof Cell.Type;

const Named = Schema.Record({ key: Schema.String, value: Value });

export const ChangedRow = Schema.Struct({ key: Named, cells: Schema.Array(Cell) }).annotations({
  identifier: "ChangedRow",
});
export type ChangedRow = typeof ChangedRow.Type;

/** A row, or with a key the key alone, that one side has `copies` times more than the other. */
export const OneSidedRow = Schema.Struct({ copies: Schema.Int, row: Named }).annotations({
  identifier: "OneSidedRow",
});
export type OneSidedRow = typeof OneSidedRow.Type;

export const RowComparison = Schema.Struct({
  /** Names of A; empty where rows were compared as a multiset. */
  key: Schema.Array(Schema.String),
  /**
   * `values`: row by row and value by value; `md5`: equal where 128 bits of a hash are equal; `digests`: equal where
   * sums of hashes of canonical texts are, bucket by bucket.
   */
  method: Schema.Literal("values", "md5", "digests"),
  same: Schema.Int,
  /** Null without a key. */
  changed: Schema.NullOr(Schema.Int),
  onlyA: Schema.Int,
  onlyB: Schema.Int,
  /** Rows in which each column differs, the most first; without a key none. */
  columns: Schema.Array(Schema.Struct({ name: Schema.String, changed: Schema.Int })),
  /** Some key has more left-over rows than were looked at: the counts of columns are lower bounds. */
  lowerBounds: Schema.Boolean,
  /** Odds that a difference was missed because two hashes are equal; 0 where values were compared. */
  oddsOfMiss: Schema.Number,
  examples: optional(
    Schema.Struct({
      changed: Schema.Array(ChangedRow),
      onlyA: Schema.Array(OneSidedRow),
      onlyB: Schema.Array(OneSidedRow),
    }),
  ),
}).annotations({ identifier: "RowComparison" });
export type RowComparison = typeof RowComparison.Type;

export const Reason = Schema.Struct({
  kind: Schema.Literal("schema", "count", "rows", "statistics", "nothing-compared"),
  text: Schema.String,
}).annotations({ identifier: "DifferenceReason" });
export type Reason = typeof Reason.Type;

/** A figure of one column on both sides. */
export const Figure = Schema.Struct({
  /** `nulls`, `mean`, `quantiles.p50`, … as a profile has it. */
  statistic: Schema.String,
  /** Null where the side has none. */
  a: Value,
  b: Value,
  /** b - a; null where either is no number. */
  delta: Schema.NullOr(Schema.Number),
  /** delta / max(|a|, |b|), 0 where both are 0. */
  relative: Schema.NullOr(Schema.Number),
  /** Whether both are exact: only then does a difference prove one of the data. */
  exact: Schema.Boolean,
}).annotations({ identifier: "ComparedFigure" });
export type Figure = typeof Figure.Type;

export const ColumnStatistics = Schema.Struct({
  /** The path, by A's name of the column. */
  column: Schema.String,
  /** Whether the figures prove that the data differs. */
  differs: Schema.Boolean,
  /** The largest |relative|; 1 for another value that is no number. */
  moved: Schema.Number,
  figures: Schema.Array(Figure),
}).annotations({ identifier: "ComparedColumnStatistics" });
export type ColumnStatistics = typeof ColumnStatistics.Type;

/** A value that most changed rows have, and few others: "98% of the changed rows have status = 'refunded'". */
export const Concentration = Schema.Struct({
  column: Schema.String,
  /** Whose values these are. */
  side: Schema.Literal("a", "b"),
  value: Value,
  /** Of the changed rows, from 0 to 1. */
  share: Schema.Number,
  /** Of all rows of the side. */
  usual: Schema.Number,
  /** Whether `share` is that of all changed rows, or of the examples, which are drawn at random. */
  of: Schema.Literal("all", "examples"),
}).annotations({ identifier: "Concentration" });
export type Concentration = typeof Concentration.Type;

export const Side = Schema.Struct({
  table: TableFacts,
  /** Rows that were read, or that the metadata tells where nothing was filtered. */
  rows: Schema.NullOr(Schema.Int),
  where: Schema.NullOr(Schema.String),
  partitions: Schema.NullOr(Schema.String),
  asOf: Schema.NullOr(Schema.String),
}).annotations({ identifier: "ComparedSide" });
export type Side = typeof Side.Type;

export const Comparison = Schema.Struct({
  /** Claimed for what `compared` says, as visible to `principal`. */
  verdict: Schema.Literal("identical", "different"),
  /** Why it is different; empty where it is identical. */
  reasons: Schema.Array(Reason),
  /** The differences pass what --max-diff allows. */
  broken: Schema.Boolean,
  maxDiff: Schema.NullOr(Schema.String),
  principal: Schema.NullOr(Schema.String),
  /** Masks or row policies hid something from this principal. */
  restricted: Schema.Boolean,
  compared: Schema.Struct({
    rows: Schema.Boolean,
    statistics: Schema.Boolean,
    /** By A's names, the key's first. */
    columns: Schema.Array(Schema.String),
    tolerances: Schema.Array(
      Schema.Struct({ column: Schema.String, absolute: Schema.String, relative: Schema.String }),
    ),
    onlyA: Schema.Array(Schema.String),
    onlyB: Schema.Array(Schema.String),
    /** In both, but of types that cannot be compared: a difference of the schemas. */
    omitted: Schema.Array(Schema.Struct({ name: Schema.String, reason: Schema.String })),
    /** In both, but without a canonical text for two engines to agree on: nothing is claimed of their values. */
    leftOut: Schema.Array(Schema.Struct({ name: Schema.String, reason: Schema.String })),
  }),
  a: Side,
  b: Side,
  rows: optional(RowComparison),
  /** The columns that moved most come first. */
  statistics: optional(Schema.Array(ColumnStatistics)),
  concentration: optional(Schema.Array(Concentration)),
  notes: Schema.Array(Schema.String),
}).annotations({ identifier: "Comparison" });
export type Comparison = typeof Comparison.Type;
