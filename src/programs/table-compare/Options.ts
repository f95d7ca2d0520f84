/** The options of a comparison. */
import { Schema } from "effect";
import { flag, optional, withDefault, withFallback } from "../../domain/options/OptionField.ts";
import { condition, oneOf, wholeNumber } from "../../domain/options/OptionValues.ts";
import type { PairWithOptions } from "../../domain/Pair.ts";
import type { TableReference } from "../../domain/TableReference.ts";
import * as Scan from "../../scan/Options.ts";
import type { Tolerance } from "../../sql/RowDialect.ts";
import { mappings, maxDiff, names, type Tolerances, tolerances } from "./OptionValues.ts";

const none: Tolerances = { columns: {} };

/** Options that a JSON line can set for its pair. */
export const pairFields = {
  key: optional(names, {
    metavar: "C,…", description: "columns that identify a row (default: primary key)",
    group: "Comparison", common: true,
  }),
  columns: optional(names, {
    metavar: "C,…", description: "compare only these columns",
    group: "Which rows and columns", common: true,
  }),
  exclude: optional(names, {
    metavar: "C,…", description: "exclude these columns",
    group: "Which rows and columns", common: true,
  }),
  map: withFallback(mappings, [], {
    metavar: "OLD=NEW,…", description: "columns with different names in B",
    group: "Which rows and columns", common: true,
  }),
  where: Scan.where,
  whereA: optional(condition, {
    metavar: "SQL", description: "an additional condition for rows of A",
    group: "Which rows and columns",
  }),
  whereB: optional(condition, {
    metavar: "SQL", description: "an additional condition for rows of B",
    group: "Which rows and columns",
  }),
  partitions: Scan.partitions,
  absTolerance: withFallback(tolerances, none, {
    metavar: "X", description: "difference of numbers to ignore: 0.01, or price=0.01,…",
    group: "Comparison", common: true,
  }),
  relTolerance: withFallback(tolerances, none, {
    metavar: "X", description: "relative difference to ignore: 1e-6, or price=1e-6,…",
    group: "Comparison", common: true,
  }),
  maxDiff: optional(maxDiff, {
    metavar: "N|P%", description: "rows that may differ before status 1",
    group: "Comparison", common: true, shown: "0",
  }),
  sampleSize: withDefault(wholeNumber(0, 10_000), "100", {
    metavar: "N", description: "examples of each kind of difference, 0 for none",
    group: "Comparison", common: true,
  }),
  stats: withDefault(oneOf("auto", "always", "never"), "auto", {
    metavar: "WHEN", description: "compare statistics: auto (if rows differ), always, never",
    group: "Comparison",
  }),
  skipRows: flag({
    description: "skip the comparison of rows",
    group: "Comparison", common: true,
  }),
  skipSamples: flag({
    description: "omit row values from the report",
    group: "Comparison",
  }),
}; // biome-ignore format: one table

export const fields = {
  ...pairFields,
  asOf: Scan.asOf,
  values: Scan.values,
  allowRestricted: flag({
    description: "compare even if masks or row policies hide data",
    group: "Comparison",
  }),
}; // biome-ignore format: one table

const Options = Schema.Struct(fields);

export interface CompareOptions extends Schema.Schema.Type<typeof Options> {}

export const defaults: CompareOptions = Schema.decodeSync(Options)({});

/** Two tables, with options that override those of the batch. */
export type Pair = PairWithOptions<TableReference, CompareOptions>;

/** Whether the report may show rows. */
export const showsRows = (options: CompareOptions): boolean =>
  options.values === "all" && !options.skipSamples && options.sampleSize > 0;

export type { Mapping, MaxDiff, Tolerances } from "./OptionValues.ts";
export type { Tolerance };
