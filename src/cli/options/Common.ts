/** The options that several programs have. */

import type { Run } from "../../batch/Result.ts";
import { mostParallel } from "../../batch/Slots.ts";
import { dollarsPerTib } from "../../domain/Price.ts";
import { formatsOf } from "../../reports/Renderers.ts";
import * as S from "./OptionSchemas.ts";
import { optional, withDefault } from "./Spec.ts";

/** Of all programs, but what it shows beside every item is the program's own. */
export const full = (description: string) =>
  withDefault({
    name: "full", description, group: "Output", common: true, schema: S.flag, fallback: false,
  }); // biome-ignore format: one option

/** Of all programs. */
export const common = (tool: Run["tool"]) => ({
  format: withDefault({
    name: "format", metavar: "F", description: `form of the report: ${formatsOf(tool).join(", ")}`,
    group: "Output", common: true, shown: "text", environment: true,
    schema: S.oneOf(...formatsOf(tool)), fallback: "text",
  }),
  output: optional({
    name: "output", metavar: "FILE", description: "write the report to this file, atomically",
    group: "Output", common: true, schema: S.filled("the name of a file"),
  }),
  full: full("every item of a long batch, not only the worst"),
  progress: optional({
    name: "progress", negation: "no-progress", description: "show progress on stderr",
    group: "Output", shown: "on a terminal, with more than one item", environment: true, schema: S.flag,
  }),
  quiet: withDefault({
    name: "quiet", description: "print only errors on stderr",
    group: "Output", environment: true, schema: S.flag, fallback: false,
  }),
  verbose: withDefault({
    name: "verbose", description: "print details on stderr; with --help, all options",
    group: "Output", environment: true, schema: S.flag, fallback: false,
  }),
  color: withDefault({
    name: "color", metavar: "WHEN", description: "colours: auto, always, never; NO_COLOR is honoured",
    group: "Output", shown: "auto", environment: true, schema: S.oneOf("auto", "always", "never"), fallback: "auto",
  }),
  parallel: withDefault({
    name: "parallel", metavar: "N", description: "items run at once, 1 to 256, or auto",
    group: "Cost and load", common: true, shown: "4", environment: true, schema: S.parallel, fallback: 4,
  }),
  journal: optional({
    name: "journal", metavar: "FILE", description: "file that records results and resumes a run",
    group: "Batch", common: true, schema: S.filled("the name of a file"),
  }),
  noVerify: withDefault({
    name: "no-verify", description: "reuse journal results without checking for changes",
    group: "Batch", schema: S.flag, fallback: false,
  }),
  from: withDefault({
    name: "from", description: "build the report from these journals; run no queries",
    group: "Batch", schema: S.flag, fallback: false,
  }),
  shard: optional({
    name: "shard", metavar: "K/N", description: "run part K of N of the batch, or auto",
    group: "Batch", schema: S.shard,
  }),
  maxBytesBilled: withDefault({
    name: "max-bytes-billed", metavar: "SIZE", description: "limit on bytes billed per query, or none",
    group: "Cost and load", common: true, shown: "100GB", environment: true,
    schema: S.limit, fallback: { limit: 100e9 },
  }),
  budget: optional({
    name: "budget", metavar: "SIZE", description: "limit on bytes billed in total; the rest is skipped",
    group: "Cost and load", common: true, environment: true, schema: S.size,
  }),
  allowUnknownCost: withDefault({
    name: "allow-unknown-cost", description: "with --budget: also run items of unknown cost",
    group: "Cost and load", environment: true, schema: S.flag, fallback: false,
  }),
  pricePerTib: withDefault({
    name: "price-per-tib", metavar: "USD", description: "price for the estimates of --dry-run",
    group: "Cost and load", shown: String(dollarsPerTib), environment: true, schema: S.notNegative, fallback: dollarsPerTib,
  }),
  dryRun: withDefault({
    name: "dry-run", description: "show statements, bytes and price; run nothing",
    group: "Cost and load", common: true, schema: S.flag, fallback: false,
  }),
  failFast: withDefault({
    name: "fail-fast", description: "start no more items after the first failure",
    group: "Cost and load", schema: S.flag, fallback: false,
  }),
  timeout: withDefault({
    name: "timeout", metavar: "D", description: "time limit per item",
    group: "Cost and load", shown: "10m", environment: true, schema: S.duration, fallback: 600_000,
  }),
  retries: withDefault({
    name: "retries", metavar: "N", description: "retries for temporary failures",
    group: "Cost and load", shown: "8", environment: true, schema: S.wholeNumber(0, 100), fallback: 8,
  }),
  rateLimit: withDefault({
    name: "rate-limit", metavar: "N", description: "API requests per second",
    group: "Cost and load", shown: "50", environment: true, schema: S.positive(100_000), fallback: 50,
  }),
  types: optional({
    name: "types", metavar: "C=T,…", description: "types of columns in text files: id=STRING",
    group: "Input", matters: true, schema: S.columnTypes,
  }),
  threads: optional({
    name: "threads", metavar: "N", description: "threads for local files",
    group: "Cost and load", shown: "all cores", environment: true, schema: S.wholeNumber(1, 1024),
  }),
  memoryLimit: optional({
    name: "memory-limit", metavar: "SIZE", description: "memory for local files",
    group: "Cost and load", shown: "80% of memory", environment: true, schema: S.size,
  }),
  project: optional({
    name: "project", metavar: "ID", description: "project to bill, and default for dataset.table",
    group: "Connection", common: true, environment: true, schema: S.filled("a project"),
  }),
  credentials: optional({
    name: "credentials", metavar: "FILE", description: "key file, or workload identity configuration",
    group: "Connection", shown: "Application Default Credentials", environment: true, secret: true,
    schema: S.filled("the name of a file"),
  }),
  impersonate: optional({
    name: "impersonate", metavar: "ACCOUNT", description: "act as this service account",
    group: "Connection", environment: true, schema: S.filled("the address of a service account"),
  }),
  quotaProject: optional({
    name: "quota-project", metavar: "ID", description: "project whose API quota is used",
    group: "Connection", environment: true, schema: S.filled("a project"),
  }),
  endpoint: optional({
    name: "endpoint", metavar: "URL", description: "another BigQuery endpoint, or an emulator",
    group: "Connection", environment: true, secret: true, matters: true,
    shown: "BIGQUERY_EMULATOR_HOST, else Google's",
    schema: S.filled("a URL"),
  }),
}); // biome-ignore format: one table

export type Common = ReturnType<typeof common>;

/** Requests at once where no batch runs yet, and items at once with a fixed --parallel. */
export const atOnce = (parallel: number | "auto"): number =>
  parallel === "auto" ? 8 : Math.min(parallel, mostParallel);

/** Of programs that read rows: which, and which of their values may be told. */
export const ofRows = {
  values: withDefault({
    name: "values", metavar: "WHICH",
    description: "all, aggregates (no rows), or none",
    group: "Output", common: true, shown: "all", environment: true, matters: true,
    schema: S.oneOf("all", "aggregates", "none"), fallback: "all",
  }),
  where: optional({
    name: "where", metavar: "SQL", description: "read only rows that meet this condition",
    group: "Which rows and columns", common: true, schema: S.condition,
  }),
  partitions: optional({
    name: "partitions", metavar: "P", description: "only partitions: latest, the latest N, FROM..TO",
    group: "Which rows and columns", common: true, schema: S.partitions,
  }),
  asOf: optional({
    name: "as-of", metavar: "TIME", description: "read the tables as of this time (UTC, 7 days back)",
    group: "Which rows and columns", schema: S.time,
  }),
}; // biome-ignore format: one table

/** Of programs that run queries: where, and how they are marked. */
export const ofQueries = {
  location: optional({
    name: "location", metavar: "L", description: "location of jobs", shown: "where the table is",
    group: "Connection", environment: true, schema: S.filled("a location such as EU"),
  }),
  label: optional({
    name: "label", metavar: "K=V,…", description: "labels of the jobs",
    group: "Connection", environment: true, schema: S.labels,
  }),
}; // biome-ignore format: one table
