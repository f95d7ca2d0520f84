/** Decodes a comparison by key. */
import { Effect } from "effect";
import type { Row } from "../../../domain/Value.ts";
import type { QueryResult } from "../../../services/BigQuery.ts";
import type { RowComparison } from "../Comparison.ts";
import {
  type ChangedText,
  changedRows,
  countsOf,
  oneSidedKeys,
  texts,
  totalsOf,
  valuesOfChanged,
} from "../Decode.ts";
import { type OpenKey, pairAgain } from "../pairing/PairAgain.ts";
import { keyedMultiset, mostUnmatchedOf } from "./Multiset.ts";
import { hasTolerance, openNames, tiersOf } from "./OpenKeys.ts";
import { ask, type ComparedRows, method, notUnique, oddsOf, perColumn, type RowsTask } from "./RowsTask.ts";
import { dominantColumnsOf, oneSidedColumns, type TotalName } from "./SummaryStatement.ts";

/** What statements found about the rows of a key. */
export interface Found {
  readonly totals: Readonly<Record<TotalName, number>>;
  /** Changed rows per compared column. */
  readonly counts: ReadonlyArray<number>;
  readonly changed: ReadonlyArray<ChangedText>;
  /** The row with the examples of one side. */
  readonly row: Row | undefined;
  readonly restricted: boolean;
}

export const decode = (task: RowsTask, { rows: [row], statistics }: QueryResult) =>
  Effect.gen(function* () {
    const open = yield* Effect.forEach(openNames(tiersOf(task)), (name) => texts<OpenKey>(row, name));
    const paired = pairAgain(
      task,
      open.flat(),
      {
        totals: yield* totalsOf(row),
        counts: countsOf(row),
        changed: yield* texts<ChangedText>(row, "changed_rows"),
      },
      mostUnmatchedOf(task),
    );
    const found: Found = { ...paired, row, restricted: statistics.restricted };
    return found;
  });

/** The comparison by key. */
export const comparedRows = (task: RowsTask, { totals, counts, changed, row, restricted }: Found) =>
  Effect.gen(function* () {
    const comparison: RowComparison = {
      key: task.key.map(({ name }) => name),
      method: method(task),
      same: totals.same,
      changed: totals.changed,
      onlyA: totals.only_a,
      onlyB: totals.only_b,
      columns: perColumn(task, counts),
      lowerBounds: totals.capped > 0,
      ...(isAtMost(task, totals) ? { changedAtMost: true as const } : {}),
      oddsOfMiss: oddsOf(task, totals.rows_a + totals.rows_b),
      ...(task.examples === 0
        ? {}
        : {
            examples: {
              changed: changedRows(changed, task.key, task.compared),
              onlyA: yield* oneSidedKeys(row, "only_a_rows", task.key, oneSidedColumns(task.compared)),
              onlyB: yield* oneSidedKeys(row, "only_b_rows", task.key, oneSidedColumns(task.compared)),
            },
          }),
    };
    const dominantColumns = dominantColumnsOf(task.compared).map((i) => task.compared[i]!);
    const compared: ComparedRows = {
      comparison,
      a: totals.rows_a,
      b: totals.rows_b,
      restricted,
      changed: {
        a: valuesOfChanged(changed, "a", dominantColumns),
        b: valuesOfChanged(changed, "b", dominantColumns),
      },
      notes: [...notUnique(totals), ...(comparison.changedAtMost === true ? [upperBound] : [])],
    };
    return compared;
  });

const upperBound =
  "the rows of a key with many rows were paired in order: the number of changed rows is an upper bound, because another pairing may have fewer differences within the tolerances";

/** Only a tolerance makes another pairing better: without one, unmatched rows differ from all others. */
const isAtMost = (task: RowsTask, { capped, ambiguous }: Readonly<Record<TotalName, number>>) =>
  ambiguous > 0 || (capped > 0 && hasTolerance(task));

/** Compares all rows with one statement; keys may repeat. */
export const inOneStatement = (task: RowsTask) =>
  Effect.flatMap(ask(task, keyedMultiset(task)), (result) =>
    Effect.flatMap(decode(task, result), (found) => comparedRows(task, found)),
  );
