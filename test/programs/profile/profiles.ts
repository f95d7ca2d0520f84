/** Small profiles for tests, with defaults for what a test does not specify. */
import type { ResultBase } from "../../../src/batch/Result.ts";
import type { ColumnProfile, Profile } from "../../../src/programs/profile/Profile.ts";

export const column = (type: string, more: Partial<ColumnProfile> = {}): ColumnProfile => ({
  name: "c",
  type,
  mode: type.startsWith("ARRAY<") ? "REPEATED" : "NULLABLE",
  rows: 1000,
  nulls: 0,
  ...more,
});

export const profile = (columns: ReadonlyArray<ColumnProfile>, more: Partial<Profile> = {}): Profile => ({
  table: {
    type: "TABLE",
    engine: "bigquery",
    rows: 1000,
    bytes: 4096,
    created: null,
    modified: "2024-05-01T00:00:00Z",
    expires: null,
    description: null,
    labels: {},
    partitioning: null,
    clustering: [],
    location: "EU",
  },
  selection: { where: null, partitions: null, asOf: null, samplePercent: null, notes: [] },
  rows: 1000,
  columns,
  omitted: [],
  findings: [],
  ...more,
});

export const result: ResultBase = {
  type: "result",
  index: 0,
  item: "p.d.t",
  status: "ok",
  startedAt: "2024-05-01T00:00:00Z",
  durationMs: 1200,
  attempts: 1,
  bytesProcessed: 4096,
  bytesBilled: null,
  slotMs: null,
  jobIds: [],
};

const bins = (counts: ReadonlyArray<number>) =>
  counts.map((count, i) => ({ from: i * 10, to: i * 10 + 10, count }));

/** A numeric column with everything, spread over 0 to 10 × the counts. */
export const numeric = (counts: ReadonlyArray<number>, more: Partial<ColumnProfile> = {}): ColumnProfile => {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const end = counts.length * 10;
  return column("FLOAT64", {
    name: "n",
    rows,
    distinct: { value: Math.ceil(rows / 2), exact: true },
    uniqueness: 0.5,
    min: 0,
    max: end,
    mean: end / 2,
    stddev: end / 4,
    quantiles: {
      p1: 0,
      p5: 1,
      p25: end / 4,
      p50: end / 2,
      p75: (3 * end) / 4,
      p95: end - 1,
      p99: end,
      exact: true,
    },
    zeros: 1,
    negatives: 0,
    nan: 0,
    infinities: 0,
    topValues: { values: [{ value: 0, count: 2 }], exact: true },
    histogram: { bins: bins(counts), exact: true },
    ...more,
  });
};

/** One column of every kind, each with a value that must not leak. */
export const secret = "SECRET";

export const everything = profile(
  [
    numeric([10, 20, 30, 40], {
      name: "amount",
      outliers: { lowerFence: -5, upperFence: 45, below: 1, above: 2, beyondThreeSigma: 1, maxZScore: 9.5 },
    }),
    column("STRING", {
      name: "code",
      nulls: 950,
      distinct: { value: 1, exact: false },
      uniqueness: 0.02,
      min: secret,
      max: secret,
      lengths: { min: 6, mean: 6, max: 6 },
      empty: 3,
      blank: 2,
      padded: 5,
      topValues: { values: [{ value: secret, count: 50 }], exact: false },
    }),
    column("DATE", {
      name: "day",
      distinct: { value: 20, exact: true },
      earliest: `1066-01-01${secret}`,
      latest: `9999-12-31${secret}`,
      topValues: { values: [{ value: `1970-01-01${secret}`, count: 900 }], exact: true },
    }),
    column("BOOL", { name: "flag", distinct: { value: 2, exact: true }, true: 990, false: 10 }),
    column("ARRAY<STRUCT<sku STRING>>", { name: "items", lengths: { min: 0, mean: 0, max: 0 }, empty: 1000 }),
    column("STRUCT<sku STRING>", { name: "items[]", rows: 0 }),
    column("STRING", { name: "items[].sku", rows: 0, distinct: { value: 0, exact: true } }),
  ],
  { sample: [{ amount: 1, code: secret, items: [{ sku: secret }] }] },
);
