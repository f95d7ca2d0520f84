/** The options of bq-profile alone. */
import { common, ofQueries, ofRows } from "./Common.ts";
import * as S from "./OptionSchemas.ts";
import { optional, withDefault } from "./Spec.ts";

export const profile = {
  tablesFile: optional({
    name: "tables-file", metavar: "FILE", description: "read tables from a file, one per line; - is stdin",
    group: "Input", common: true, schema: S.filled("the name of a file"),
  }),
  union: withDefault({
    name: "union", description: "profile the tables of a pattern as one table",
    group: "Input", common: true, matters: true, schema: S.flag, fallback: false,
  }),
  columns: optional({
    name: "columns", metavar: "C,…", description: "only these columns, such as id,items[].sku",
    group: "Which rows and columns", common: true, schema: S.paths,
  }),
  exclude: optional({
    name: "exclude", metavar: "C,…", description: "exclude these columns",
    group: "Which rows and columns", common: true, schema: S.paths,
  }),
  samplePercent: optional({
    name: "sample-percent", metavar: "P", description: "percentage of each table to read",
    group: "Which rows and columns", schema: S.positive(100),
  }),
  sampleSize: withDefault({
    name: "sample-size", metavar: "N", description: "sample rows in the report, 0 for none",
    group: "Profile", common: true, shown: "10", schema: S.wholeNumber(0, 10_000), fallback: 10,
  }),
  top: withDefault({
    name: "top", metavar: "N", description: "most frequent values of a column",
    group: "Profile", common: true, shown: "10", schema: S.wholeNumber(0, 1000), fallback: 10,
  }),
  exact: withDefault({
    name: "exact", description: "count distinct values exactly; slower",
    group: "Profile", common: true, schema: S.flag, fallback: false,
  }),
  detectAnomalies: withDefault({
    name: "detect-anomalies", description: "find numeric outliers; may run one more query",
    group: "Profile", common: true, schema: S.flag, fallback: false,
  }),
  baseline: optional({
    name: "baseline", metavar: "FILE", description: "earlier JSON report to measure drift from",
    group: "Profile", common: true, isFile: true, schema: S.filled("the name of a file"),
  }),
  baselineMissing: withDefault({
    name: "baseline-missing", metavar: "ok|fail", description: "for tables missing from the baseline: fail or ok",
    group: "Profile", shown: "fail", schema: S.oneOf("ok", "fail"), fallback: "fail",
  }),
  driftThreshold: withDefault({
    name: "drift-threshold", metavar: "X", description: "drift above this sets status 1",
    group: "Profile", shown: "0.2", schema: S.notNegative, fallback: 0.2,
  }),
  ...common("bq-profile"),
  ...ofRows,
  ...ofQueries,
}; // biome-ignore format: one table
