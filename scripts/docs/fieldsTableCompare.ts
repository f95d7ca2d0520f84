/** What the properties of a bq-table-compare report mean. */
import { type Fields, fields } from "./fields.ts";
import { profileFields } from "./fieldsProfile.ts";

const unlike = { name: "A's name of the column.", reason: "Why." };

export const tableCompareFields: Fields = {
  ...fields({
    item: "The pair.",
    itemParts: { a: "A's reference.", b: "B's." },
    status:
      "`ok`: no difference in what was compared; `different`, also within `--max-diff`; `failed`; `skipped`.",
    ok: "Pairs without a difference in what was compared.",
    different: "Pairs with one, also within `--max-diff`.",
    payload: { comparison: "What was compared and found; present when `ok` or `different`." },
    error: "Why there is no verdict; present when `failed` or `skipped`.",
  }),
  Comparison: {
    verdict: "Claimed for what `compared` says, as visible to `principal`.",
    reasons: "Why the tables are different; empty where they are identical.",
    broken: "Whether the differences pass what `--max-diff` allows: then the exit status is 1.",
    maxDiff: "The value of `--max-diff`.",
    principal: "The account that looked; null if unknown, as for local files.",
    restricted: "Whether masks or row policies hid something from this account.",
    compared: "What the verdict is about.",
    a: "The one table, and which of its rows were read.",
    b: "The other.",
    rows: "How the rows compare; absent with `--skip-rows`, and where no column is common.",
    statistics: "Figures of both sides, the columns that moved most first; present where they were taken.",
    concentration: "Values that most changed rows have, and few others.",
    notes: "What the verdict does not say: widened types, filters that do not apply, views that may change.",
  },
  "Comparison.compared": {
    rows: "Whether rows were compared.",
    statistics: "Whether statistics were compared.",
    columns: "The columns, by A's names, the key's first.",
    tolerances: "Columns that were compared with a tolerance.",
    onlyA: "Columns that only A has.",
    onlyB: "Columns that only B has.",
    omitted: "Columns of both sides whose types cannot be compared: a difference of the schemas.",
    leftOut: "Columns of both sides that two engines cannot compare: nothing is claimed of their values.",
  },
  "Comparison.compared.tolerances": {
    column: "A's name of the column.",
    absolute: "The value of `--abs-tolerance`, a decimal.",
    relative: "The value of `--rel-tolerance`, a decimal.",
  },
  "Comparison.compared.omitted": unlike,
  "Comparison.compared.leftOut": unlike,
  ComparedSide: {
    table: "What the metadata says.",
    rows: "Rows that were read, or that the metadata tells where nothing was filtered; null if unknown.",
    where: "The conditions of `--where` and of `--where-a` or `--where-b` together.",
    partitions: "The partitions that were read, in words; null where the table was read whole.",
    asOf: "The time of `--as-of`.",
  },
  DifferenceReason: { kind: "What differs.", text: "In words." },
  RowComparison: {
    key: "The key's columns, by A's names; empty where rows were compared as a multiset.",
    method:
      "`values`: value by value; `md5`: by 128 bits of a hash; `digests`: by sums of hashes of canonical texts.",
    same: "Rows that both sides have.",
    changed: "Rows of one key whose other values differ; null without a key.",
    onlyA: "Rows that only A has, each copy counted.",
    onlyB: "Rows that only B has, each copy counted.",
    columns: "Columns in which rows changed, the most first; empty without a key.",
    lowerBounds: "Whether some counts are lower bounds, because not every differing row was looked at.",
    oddsOfMiss:
      "Odds that a difference was missed because two hashes are equal; 0 where values were compared.",
    examples:
      "At most `--sample-size` of each kind; absent with `--skip-samples` and unless `--values` is `all`.",
  },
  "RowComparison.columns": { name: "A's name of the column.", changed: "Rows in which it differs." },
  "RowComparison.examples": {
    changed: "Changed rows; empty without a key.",
    onlyA: "Rows, or with a key the keys of rows, that only A has.",
    onlyB: "The same of B.",
  },
  ChangedRow: { key: "The key's values, by column.", cells: "The columns that differ." },
  ChangedCell: { column: "A's name of the column.", a: "A's value.", b: "B's value." },
  OneSidedRow: { copies: "How many more of it this side has.", row: "Its values, by column." },
  ComparedColumnStatistics: {
    column: "The path, by A's name of the column.",
    differs: "Whether the figures prove that the data differs.",
    moved: "The largest relative change, from 0 to 1; 1 for another value that is no number.",
    figures: "The figures.",
  },
  ComparedFigure: {
    statistic: "Which: see [PROFILE.md](PROFILE.md).",
    a: "A's; null where it has none.",
    b: "B's; null where it has none.",
    delta: "`b - a`; null where either is no number.",
    relative: "`delta` as a share of the greater of both; null where either is no number.",
    exact: "Whether both are exact: only then does a difference prove one of the data.",
  },
  Concentration: {
    column: "A's name of the column.",
    side: "Whose value it is.",
    value: "The value.",
    share: "Share of the changed rows that have it.",
    usual: "Share of all rows of that side that have it.",
    of: "Whether `share` is that of all changed rows or of the examples.",
  },
  TableFacts: profileFields.TableFacts!,
};
