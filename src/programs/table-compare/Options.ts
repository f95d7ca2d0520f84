/** What a comparison is asked to do. */
import type { PairWithOptions } from "../../domain/Pair.ts";
import type { TableReference } from "../../domain/TableReference.ts";
import type { Partitions } from "../../scan/Partitions.ts";
import type { Tolerance } from "../../sql/RowDialect.ts";

/** A column of A and the column of B that it is compared with. */
export interface Mapping {
  readonly a: string;
  readonly b: string;
}

/** Most differing rows for which the threshold holds: a number, or a percentage of the larger table's rows. */
export type MaxDiff =
  | { readonly _tag: "Rows"; readonly rows: number }
  | { readonly _tag: "Percent"; readonly percent: number };

/** For all numeric columns, or for those named. */
export interface Tolerances {
  readonly all?: string;
  readonly columns: Readonly<Record<string, string>>;
}

export interface CompareOptions {
  /** Columns that identify a row, by A's names; empty for none; absent for the table's primary key. */
  readonly key?: ReadonlyArray<string>;
  /** Columns to compare, by A's or B's names; absent for all common ones. */
  readonly columns?: ReadonlyArray<string>;
  readonly exclude?: ReadonlyArray<string>;
  readonly map: ReadonlyArray<Mapping>;
  /** Conditions in the engine's own SQL: on both sides, and on one. */
  readonly where?: string;
  readonly whereA?: string;
  readonly whereB?: string;
  readonly partitions?: Partitions;
  /** ISO 8601 in UTC. */
  readonly asOf?: string;
  /** Plain decimals. */
  readonly absTolerance: Tolerances;
  readonly relTolerance: Tolerances;
  /** Absent: no difference is tolerated. */
  readonly maxDiff?: MaxDiff;
  /** Examples of each kind. */
  readonly sampleSize: number;
  readonly skipRows: boolean;
  readonly skipSamples: boolean;
  /** `auto`: only where rows differ or were not compared. */
  readonly stats: "auto" | "always" | "never";
  /** `aggregates`: no rows, keys or examples; `none`: nothing but counts and names. */
  readonly values: "all" | "aggregates" | "none";
  /** Give a verdict although masks or row policies hide something from this principal. */
  readonly allowRestricted: boolean;
}

export const defaults: CompareOptions = {
  map: [],
  absTolerance: { columns: {} },
  relTolerance: { columns: {} },
  sampleSize: 100,
  skipRows: false,
  skipSamples: false,
  stats: "auto",
  values: "all",
  allowRestricted: false,
};

/** Two tables, with options that replace those of the batch. */
export type Pair = PairWithOptions<TableReference, CompareOptions>;

/** Whether the report may show rows. */
export const showsRows = (options: CompareOptions): boolean =>
  options.values === "all" && !options.skipSamples && options.sampleSize > 0;

export type { Tolerance };
