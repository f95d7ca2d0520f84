/** The options that the programs share on the command line. */
import { mostParallel } from "../../batch/concurrency/Slots.ts";
import { Flag, flag, optional, withDefault } from "../../domain/options/OptionField.ts";
import { filled, notNegative, oneOf, positive, wholeNumber } from "../../domain/options/OptionValues.ts";
import { dollarsPerTib } from "../../domain/Price.ts";
import { formatsOf } from "../../reports/Renderers.ts";
import * as Values from "./Values.ts";

const fileName = filled("the name of a file");

/** A schema diff reads no bytes. */
const waysToShard = (tool: string) =>
  tool === "bq-schema-diff" ? (["hash", "count"] as const) : (["hash", "count", "bytes"] as const);

/** Options of all programs. */
export const common = (tool: string) => ({
  format: withDefault(oneOf(...formatsOf(tool)), "text", {
    metavar: "F", description: `report format: ${formatsOf(tool).join(", ")}`,
    group: "Output", common: true, environment: true,
  }),
  output: optional(fileName, {
    alias: "o", metavar: "FILE", description: "write the report to this file, atomically",
    group: "Output", common: true, file: "path",
  }),
  full: flag({
    description: "show all details of every item",
    group: "Output", common: true,
  }),
  progress: optional(Flag, {
    negatable: true, description: "show progress on stderr",
    group: "Output", shown: "on a terminal, with more than one item", environment: true,
  }),
  quiet: flag({
    alias: "q", description: "print only errors on stderr",
    group: "Output", environment: true,
  }),
  verbose: flag({
    alias: "v", description: "print details; with --help, all options",
    group: "Output", environment: true,
  }),
  color: withDefault(oneOf("auto", "always", "never"), "auto", {
    metavar: "WHEN", description: "use colours: auto, always, never; NO_COLOR applies",
    group: "Output", environment: true,
  }),
  parallel: withDefault(Values.parallel, "4", {
    metavar: "N", description: `concurrent items, 1 to ${mostParallel}, or auto`,
    group: "Cost and load", common: true, environment: true,
  }),
  journal: optional(fileName, {
    metavar: "FILE", description: "file that records results and resumes a run",
    group: "Batch", common: true, file: "path",
  }),
  noVerify: flag({
    description: "reuse journal results without checking for changes",
    group: "Batch",
  }),
  from: flag({
    description: "the operands are journals: build their report, run no queries",
    group: "Batch",
  }),
  shard: optional(Values.shard, {
    metavar: "K/N", description: "run part K of N of the batch, or auto",
    group: "Batch",
  }),
  shardBy: withDefault(oneOf(...waysToShard(tool)), "hash", {
    metavar: "HOW", description: `balance shards: ${waysToShard(tool).join(", ")}`,
    group: "Batch",
  }),
  maxBytesBilled: withDefault(Values.limit, "100GB", {
    metavar: "SIZE", description: "maximum bytes billed per query, or none",
    group: "Cost and load", common: true, environment: true,
  }),
  budget: optional(Values.size, {
    metavar: "SIZE", description: "maximum bytes billed in total; the rest is skipped",
    group: "Cost and load", common: true, environment: true,
  }),
  allowUnknownCost: flag({
    description: "with --budget: also run items of unknown cost",
    group: "Cost and load", environment: true,
  }),
  pricePerTib: withDefault(notNegative, String(dollarsPerTib), {
    metavar: "USD", description: "price for the estimates of --dry-run",
    group: "Cost and load", environment: true,
  }),
  dryRun: flag({
    description: "show bytes and price; run nothing",
    group: "Cost and load", common: true,
  }),
  failFast: flag({
    description: "start no more items after the first failure",
    group: "Cost and load",
  }),
  timeout: withDefault(Values.duration, "10m", {
    metavar: "D", description: "time limit per item",
    group: "Cost and load", environment: true,
  }),
  retries: withDefault(wholeNumber(0, 100), "8", {
    metavar: "N", description: "retries for temporary failures",
    group: "Cost and load", environment: true,
  }),
  connectTimeout: withDefault(Values.duration, "25s", {
    metavar: "D", description: "time limit for reaching BigQuery at all",
    group: "Connection", environment: true,
  }),
  rateLimit: withDefault(positive(100_000), "50", {
    metavar: "N", description: "API requests per second",
    group: "Cost and load", environment: true,
  }),
  types: optional(Values.columnTypes, {
    metavar: "C=T,…", description: "types of columns in text files: id=STRING",
    group: "Input", decisive: true,
  }),
  threads: optional(wholeNumber(1, 1024), {
    metavar: "N", description: "threads for local files",
    group: "Cost and load", shown: "all cores", environment: true,
  }),
  memoryLimit: optional(Values.size, {
    metavar: "SIZE", description: "memory for local files",
    group: "Cost and load", shown: "80% of memory", environment: true,
  }),
  project: optional(filled("a project"), {
    metavar: "ID", description: "project to bill, and default for dataset.table",
    group: "Connection", common: true, environment: true,
  }),
  credentials: optional(fileName, {
    metavar: "FILE", description: "key file, or workload identity configuration",
    group: "Connection", shown: "Application Default Credentials", environment: true, secret: true, file: "path",
  }),
  impersonate: optional(filled("the address of a service account"), {
    metavar: "ACCOUNT", description: "act as this service account",
    group: "Connection", environment: true,
  }),
  quotaProject: optional(filled("a project"), {
    metavar: "ID", description: "project whose API quota is used",
    group: "Connection", environment: true,
  }),
  endpoint: optional(filled("a URL"), {
    metavar: "URL", description: "another BigQuery endpoint, or an emulator",
    group: "Connection", environment: true, secret: true, decisive: true,
    shown: "BIGQUERY_EMULATOR_HOST, else Google's",
  }),
}); // biome-ignore format: one table

export type Common = ReturnType<typeof common>;

/** Options of programs that run queries. */
export const ofQueries = {
  location: optional(filled("a location such as EU"), {
    metavar: "L", description: "location of jobs", shown: "where the table is",
    group: "Connection", environment: true,
  }),
  kmsKey: optional(filled("a Cloud KMS key such as projects/p/locations/l/keyRings/r/cryptoKeys/k"), {
    metavar: "KEY", description: "Cloud KMS key that encrypts the temporary results of jobs",
    group: "Connection", environment: true,
  }),
  label: optional(Values.labels, {
    metavar: "K=V,…", description: "labels of the jobs",
    group: "Connection", environment: true,
  }),
}; // biome-ignore format: one table

/** The file of items: `tables` or `pairs`. */
export const itemsFile = (items: string) =>
  optional(fileName, {
    metavar: "FILE", description: `read ${items} from a file, one per line; - is stdin`,
    group: "Input", common: true, file: "path",
  }); // biome-ignore format: one option

/** The concurrency of calls before the batch starts, and of items with a fixed --parallel. */
export const atOnce = (parallel: number | "auto"): number =>
  parallel === "auto" ? 8 : Math.min(parallel, mostParallel);
