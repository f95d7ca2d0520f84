/** What each property of a report means: for the JSON Schemas and docs/REPORT.md. Both fail where one is missing here. */
import { statistics } from "../../src/programs/profile/statistics/index.ts";

const perColumn = Object.fromEntries(
  Object.values(statistics).map(({ id, description }) => [id, description]),
);

const failure = {
  reason: "A stable word, such as `notFound`, `accessDenied`, `timeout`.",
  message: "What happened, in a sentence.",
  remedy: "What to do next.",
};

const run = {
  type: "Always `run`.",
  schemaVersion: "Raised when readers of earlier reports must change.",
  tool: "The program that wrote it.",
  version: "The program's version.",
  options: "The options that were given, by name; never credentials.",
  startedAt: "ISO 8601 in UTC.",
  principal: "The account that looked: BigQuery's, or the user of this machine; null if unknown.",
};

const cost = {
  bytesProcessed: "Bytes read, as BigQuery counts them; null if unknown, as for local files.",
  bytesBilled: "Bytes billed; null if unknown, as for local files.",
  slotMs: "BigQuery's slot time in milliseconds; null if unknown.",
};

const counts = {
  total: "Items.",
  ok: "Items that have a result, and did not drift.",
  failed: "Items that ended with an error.",
  skipped: "Items that were never begun, or were cut off.",
  interrupted: "Whether the run ended before every item had its turn.",
};

const selection = {
  where: "The condition of `--where`.",
  partitions: "The partitions that were read, in words; null where the table was read whole.",
  asOf: "The time of `--as-of`.",
  samplePercent: "The share of `--sample-percent`.",
  notes: "What was asked for and does not apply here, such as `not partitioned: read whole`.",
};

const bytes = "Bytes that would be read; null if that cannot be known.";
const price = "US dollars that this would cost at `--price-per-tib`; null if unknown.";

/** What whole definitions are. */
export const definitions: Readonly<Record<string, string>> = {
  Value: "A value of the table, by the rules of BigQuery's TO_JSON.",
};

/** By the place in the schema: the name of a definition, then the properties that lead there. */
export const fields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Run: run,
  Report: {
    ...run,
    results: "One for each item, in the order of the items.",
    summary: "All of them together.",
  },
  Result: {
    type: "Always `result`.",
    index: "Place in the batch, from 0.",
    item: "The table reference.",
    status: "`ok`; `different`: drift past the threshold; `failed`; `skipped`.",
    error: "Why there is no profile; present when `failed` or `skipped`.",
    startedAt: "ISO 8601 in UTC.",
    durationMs: "From its start to its end.",
    attempts: "1, and the number of calls that were made again.",
    ...cost,
    jobIds: "BigQuery's jobs; may be empty, because short queries make none.",
    profile: "What was found; present when `ok` or `different`.",
  },
  "Result.error": failure,
  Summary: {
    type: "Always `summary`.",
    ...counts,
    different: "Items that drifted past `--drift-threshold`.",
    ...cost,
    wallMs: "From the first item's start to the last one's end.",
    workMs: "The items' own durations, added up.",
    speedup: "`workMs` / `wallMs`.",
    retries: "Calls that were made again.",
    maxInFlight: "Most items that ran at once.",
  },
  Profile: {
    table: "What the metadata says.",
    selection: "Which rows were read.",
    rows: "How many rows were read.",
    columns: "Every column, STRUCT field and array element, parents before children.",
    omitted: "Columns that could not be read although they were asked for.",
    findings: "What deserves attention, the gravest first.",
    sample: "Sample rows, by column; absent with `--sample-size 0` and unless `--values` is `all`.",
    drift: "With `--baseline`, what changed since then.",
  },
  "Profile.selection": selection,
  "Profile.omitted": { name: "The column's path.", reason: "Why it was left out." },
  "Profile.drift": {
    threshold: "The value of `--drift-threshold`.",
    measures: "Every measure that both profiles allow.",
  },
  TableFacts: {
    type: "`FILE` for anything local.",
    engine: "What answered.",
    rows: "Rows by the metadata; null if it does not say.",
    bytes: "Bytes as stored.",
    created: "ISO 8601 in UTC.",
    modified: "ISO 8601 in UTC.",
    expires: "ISO 8601 in UTC.",
    description: "The table's description.",
    labels: "The table's labels.",
    partitioning: "In words: `DAY on created_at`.",
    clustering: "The clustering columns in order.",
    location: "Where the table lives.",
  },
  ColumnProfile: {
    name: "The path: `items[].sku`. A name that holds one of `. , = [ ]` is put between backticks.",
    type: "The GoogleSQL type; local types are shown as their nearest GoogleSQL type.",
    mode: "`REPEATED` for an array.",
    description: "The column's description.",
    rows: "Rows that could hold a value: the table's, or all elements of all arrays.",
    nulls: "Those that hold NULL.",
    ...perColumn,
  },
  Distinct: { value: "How many.", exact: "Whether that is exact." },
  Quantiles: {
    p1: "1%", p5: "5%", p25: "25%", p50: "50%, the median", p75: "75%", p95: "95%", p99: "99%",
    exact: "Whether they are exact.",
  }, // biome-ignore format: one list
  Lengths: { min: "The least.", mean: "The mean.", max: "The greatest." },
  TopValues: { values: "The most frequent first.", exact: "Whether choice and counts are exact." },
  "TopValues.values": { value: "The value.", count: "Rows that hold it." },
  Histogram: { bins: "In order.", exact: "Whether the counts are exact." },
  "Histogram.bins": {
    from: "The lower end, which belongs to the bin.",
    to: "The upper end, which belongs to the next bin, or to this one if it is the last.",
    count: "Values in the bin.",
  },
  Outliers: {
    lowerFence: "Q1 - 1.5 · (Q3 - Q1).",
    upperFence: "Q3 + 1.5 · (Q3 - Q1).",
    below: "Values below the lower fence.",
    above: "Values above the upper fence.",
    beyondThreeSigma: "Values more than 3 standard deviations from the mean.",
    maxZScore: "The greatest distance from the mean, in standard deviations.",
  },
  Finding: {
    id: "The rule: see [PROFILE.md](PROFILE.md#findings).",
    severity: "How grave it is.",
    column: "The column's path; null for the table.",
    message: "One sentence with the evidence.",
    evidence: "The figures behind it.",
  },
  DriftMeasure: {
    column: "The column's path; null for the table.",
    measure: "What was compared: see [PROFILE.md](PROFILE.md#drift).",
    before: "The baseline's figure.",
    after: "This profile's figure.",
    change: "The size of the change; null for a change of the schema.",
    broken: "Whether it exceeds the threshold.",
  },
  Plan: {
    ...run,
    dryRun: "Always true.",
    results: "One for each item, in the order of the items.",
    summary: "All of them together.",
  },
  PlannedItem: {
    type: "Always `plan`.",
    index: "Place in the batch, from 0.",
    item: "The table reference.",
    status: "`ok`, `failed` or `skipped`.",
    error: "Why it cannot be planned.",
    statements: "What would be run.",
    notes: "Free calls, and what the figures do not say.",
    bytes,
    estimatedCost: price,
  },
  "PlannedItem.error": failure,
  "PlannedItem.statements": {
    purpose: "What it is for.",
    sql: "Its text.",
    bytes,
    estimatedCost: price,
    trusted: "False where the estimate may be far off, as for external tables.",
  },
  PlanSummary: {
    type: "Always `summary`.",
    ...counts,
    ok: "Items that have a plan.",
    statements: "Statements of all items.",
    bytes: "Of all statements whose bytes are known.",
    estimatedCost: "Of all statements whose bytes are known, in US dollars.",
    uncertain: "Statements whose bytes are unknown or not to be trusted.",
    pricePerTib: "The price that was counted with, in US dollars.",
  },
};
