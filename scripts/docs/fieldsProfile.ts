/** What the properties of a bq-profile report mean. */
import { BaselineColumn } from "../../src/programs/profile/Profile.ts";
import { statistics } from "../../src/programs/profile/statistics/Statistics.ts";
import { type Fields, fields } from "./fields.ts";

const perColumn = Object.fromEntries(
  Object.values(statistics).map(({ id, description }) => [id, description]),
);

const selection = {
  where: "The condition of `--where`.",
  partitions: "The partitions that were read, in words; null where the table was read whole.",
  asOf: "The time of `--as-of`.",
  samplePercent: "The share of `--sample-percent`.",
  notes: "What was asked for and does not apply here, such as `not partitioned: read whole`.",
};

export const profileFields: Fields = {
  ...fields({
    item: "The table reference.",
    status: "`ok`; `different`: drift past the threshold; `failed`; `skipped`.",
    ok: "Items that have a result, and did not drift.",
    different: "Items that drifted past `--drift-threshold`.",
    payload: { profile: "What was found; present when `ok` or `different`." },
    error: "Why there is no profile; present when `failed` or `skipped`.",
  }),
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
    baseline: "The baseline's columns, to be drawn beside those of this profile.",
  },
  BaselineColumn: {
    name: "The path.",
    rows: "Rows that could hold a value.",
    nulls: "Those that hold NULL.",
    ...Object.fromEntries(
      Object.keys(BaselineColumn.fields)
        .filter((id) => id in perColumn)
        .map((id) => [id, "As in a column of a profile; present where this profile has it, too."]),
    ),
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
};
