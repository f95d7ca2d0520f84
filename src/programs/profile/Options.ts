/** The options of a profile. */
import { Schema } from "effect";
import { flag, optional, withDefault } from "../../domain/options/OptionField.ts";
import { notNegative, oneOf, paths, positive, wholeNumber } from "../../domain/options/OptionValues.ts";
import * as Scan from "../../scan/Options.ts";
import type { Baseline } from "./drift/Baseline.ts";

export const fields = {
  detectAnomalies: flag({
    description: "find numeric outliers; may run one more query",
    group: "Profile", common: true,
  }),
  columns: optional(paths, {
    metavar: "C,…", description: "only these columns, such as id,items[].sku",
    group: "Which rows and columns", common: true,
  }),
  exclude: optional(paths, {
    metavar: "C,…", description: "exclude these columns",
    group: "Which rows and columns", common: true,
  }),
  where: Scan.where,
  partitions: Scan.partitions,
  asOf: Scan.asOf,
  samplePercent: optional(positive(100), {
    metavar: "P", description: "percentage of each table to read",
    group: "Which rows and columns",
  }),
  top: withDefault(wholeNumber(0, 1000), "10", {
    metavar: "N", description: "most frequent values of a column",
    group: "Profile", common: true,
  }),
  sampleSize: withDefault(wholeNumber(0, 10_000), "10", {
    metavar: "N", description: "sample rows in the report, 0 for none",
    group: "Profile", common: true,
  }),
  exact: flag({
    description: "count distinct values exactly; slower",
    group: "Profile", common: true,
  }),
  baselineMissing: withDefault(oneOf("ok", "fail"), "fail", {
    metavar: "ok|fail", description: "for tables missing from the baseline: fail or ok",
    group: "Profile",
  }),
  driftThreshold: withDefault(notNegative, "0.2", {
    metavar: "X", description: "drift threshold: larger changes set status 1",
    group: "Profile",
  }),
  values: Scan.values,
}; // biome-ignore format: one table

const Options = Schema.Struct(fields);

export interface ProfileOptions extends Schema.Schema.Type<typeof Options> {
  readonly baseline?: Baseline;
  /** The run profiles no other table: it is compared with the baseline's only table, even if the names differ. */
  readonly isOnlyTable?: boolean;
  /** Estimates the bins of histograms and deciles, for callers that do not use them. */
  readonly skipBins?: true;
}

export const defaults: ProfileOptions = Schema.decodeSync(Options)({});
