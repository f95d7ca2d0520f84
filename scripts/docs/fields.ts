/**
 * What each property of a report means, whichever program wrote it: for the JSON Schemas and docs/REPORT.md. Both fail where
 * one is missing.
 */

/** By the place in the schema: the name of a definition, then the properties that lead there. */
export type Fields = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What is said in other words of each program. */
export interface Words {
  /** The item of a result; in parts where it has parts. */
  readonly item: string;
  readonly itemParts?: Readonly<Record<string, string>>;
  readonly status: string;
  readonly ok: string;
  readonly different: string;
  /** The program's own part of a result. */
  readonly payload: Readonly<Record<string, string>>;
  readonly error: string;
}
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
  failed: "Items that ended with an error.",
  skipped: "Items that were never begun, or were cut off.",
  interrupted: "Whether the run ended before every item had its turn.",
};

const bytes = "Bytes that would be read; null if that cannot be known.";
const price = "US dollars that this would cost at `--price-per-tib`; null if unknown.";

/** What whole definitions are. */
export const definitions: Readonly<Record<string, string>> = {
  Value: "A value of the table, by the rules of BigQuery's TO_JSON.",
  Field: "A column, a STRUCT field or an array's element, with the attributes that are set.",
};

export const fields = (words: Words): Fields => ({
  Run: run,
  Report: {
    ...run,
    results: "One for each item, in the order of the items.",
    summary: "All of them together.",
  },
  Result: {
    type: "Always `result`.",
    index: "Place in the batch, from 0.",
    item: words.item,
    status: words.status,
    error: words.error,
    startedAt: "ISO 8601 in UTC.",
    durationMs: "From its start to its end.",
    attempts: "1, and the number of calls that were made again.",
    ...cost,
    jobIds: "BigQuery's jobs; may be empty, because short queries make none.",
    ...words.payload,
  },
  "Result.error": failure,
  Summary: {
    type: "Always `summary`.",
    ...counts,
    ok: words.ok,
    different: words.different,
    ...cost,
    wallMs: "From the first item's start to the last one's end.",
    workMs: "The items' own durations, added up.",
    speedup: "`workMs` / `wallMs`.",
    retries: "Calls that were made again.",
    maxInFlight: "Most items that ran at once.",
    concurrency: "With `--parallel auto`: how the limit of items in flight moved.",
  },
  "Summary.concurrency": {
    finished: "After so many finished items.",
    limit: "Items in flight from then on.",
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
    item: words.item,
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
    tables: "Tables that it reads and that are billed: each at 10 MiB at least.",
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
    notes: "Free calls of all items together, in words.",
  },
  ...(words.itemParts === undefined
    ? {}
    : { "Result.item": words.itemParts, "PlannedItem.item": words.itemParts }),
});
