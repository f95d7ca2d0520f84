/** The options of bq-table-compare alone. */
import { common, ofQueries, ofRows } from "./Common.ts";
import * as S from "./OptionSchemas.ts";
import { optional, withDefault } from "./Spec.ts";
import * as T from "./TableCompareSchemas.ts";

const { where, partitions, ...ofAllPairs } = ofRows;

/** Those that a pair may have of its own, in a line of JSON. */
export const ofPair = {
  key: optional({
    name: "key", metavar: "C,…", description: "columns that identify a row (default: primary key)",
    group: "Comparison", common: true, schema: T.names,
  }),
  columns: optional({
    name: "columns", metavar: "C,…", description: "compare only these columns",
    group: "Which rows and columns", common: true, schema: T.names,
  }),
  exclude: optional({
    name: "exclude", metavar: "C,…", description: "exclude these columns",
    group: "Which rows and columns", common: true, schema: T.names,
  }),
  map: optional({
    name: "map", metavar: "OLD=NEW,…", description: "columns with another name in B",
    group: "Which rows and columns", common: true, schema: T.mappings,
  }),
  where,
  whereA: optional({
    name: "where-a", metavar: "SQL", description: "an additional condition for rows of A",
    group: "Which rows and columns", schema: S.condition,
  }),
  whereB: optional({
    name: "where-b", metavar: "SQL", description: "an additional condition for rows of B",
    group: "Which rows and columns", schema: S.condition,
  }),
  partitions,
  absTolerance: optional({
    name: "abs-tolerance", metavar: "X", description: "difference of numbers to ignore: 0.01, or price=0.01,…",
    group: "Comparison", common: true, schema: T.tolerances,
  }),
  relTolerance: optional({
    name: "rel-tolerance", metavar: "X", description: "relative difference to ignore: 1e-6, or price=1e-6,…",
    group: "Comparison", common: true, schema: T.tolerances,
  }),
  maxDiff: optional({
    name: "max-diff", metavar: "N|P%", description: "rows that may differ before status 1",
    group: "Comparison", common: true, shown: "0", schema: T.maxDiff,
  }),
  sampleSize: withDefault({
    name: "sample-size", metavar: "N", description: "examples of each kind of difference, 0 for none",
    group: "Comparison", common: true, shown: "100", schema: S.wholeNumber(0, 10_000), fallback: 100,
  }),
  stats: withDefault({
    name: "stats", metavar: "WHEN", description: "when to compare statistics: auto (rows differ), always",
    group: "Comparison", shown: "auto", schema: S.oneOf("auto", "always"), fallback: "auto",
  }),
  skipStats: withDefault({
    name: "skip-stats", description: "skip column statistics",
    group: "Comparison", common: true, schema: S.flag, fallback: false,
  }),
  skipRows: withDefault({
    name: "skip-rows", description: "skip the comparison of rows",
    group: "Comparison", common: true, schema: S.flag, fallback: false,
  }),
  skipSamples: withDefault({
    name: "skip-samples", description: "omit row values from the report",
    group: "Comparison", schema: S.flag, fallback: false,
  }),
}; // biome-ignore format: one table

export const tableCompare = {
  pairsFile: optional({
    name: "pairs-file", metavar: "FILE", description: "read pairs from a file, one per line; - is stdin",
    group: "Input", common: true, schema: S.filled("the name of a file"),
  }),
  ...ofPair,
  allowRestricted: withDefault({
    name: "allow-restricted", description: "compare even if masks or row policies hide data",
    group: "Comparison", schema: S.flag, fallback: false,
  }),
  ...common("bq-table-compare"),
  ...ofAllPairs,
  ...ofQueries,
}; // biome-ignore format: one table
