/** Compares the rows of two tables that one statement can read. */
import { Effect } from "effect";
import type { Statement } from "../../../services/BigQuery.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import type { RowComparison } from "../Comparison.ts";
import { changedRows, oneSidedKeys, oneSidedRows, totalsOf } from "../Decode.ts";
import { inOneStatement } from "./KeyedRows.ts";
import { keyJoin } from "./local/KeyJoin.ts";
import { locally } from "./local/Locally.ts";
import { numberedRows, wideRows } from "./local/WideRows.ts";
import { counts, keyedMultiset, multiset, totalsOnly } from "./Multiset.ts";
import { hasTolerance } from "./OpenKeys.ts";
import { ask, type ComparedRows, method, notUnique, oddsOf, perColumn, type RowsTask } from "./RowsTask.ts";
import { changedWithin, columnParts, joinChanged, keylessExamples } from "./Split.ts";

/** Compares the rows: values by values, or as BigQuery does it in one statement. What is too complex for it is split. */
export const compareRows = (task: RowsTask): Effect.Effect<ComparedRows, BigQueryError> => {
  const { dialect, key, compared } = task;
  const whole =
    key.length === 0
      ? withoutKey(task)
      : dialect.scansAreFree
        ? locally(task, dialect)
        : inOneStatement(task);
  return Effect.catchIf(
    whole,
    (error) => error.reason === "tooComplex" && compared.length > 0,
    () => inParts(task),
  );
};

const noExamples = { changed: [], onlyA: [], onlyB: [] };

const inParts = (task: RowsTask): Effect.Effect<ComparedRows, BigQueryError> =>
  Effect.gen(function* () {
    const { rows, statistics } = yield* ask(task, totalsOnly(task));
    const totals = yield* totalsOf(rows[0]);
    const isTolerant = hasTolerance(task);
    const hasKey = task.key.length > 0;
    const parts =
      hasKey && totals.changed + totals.only_a + totals.only_b > 0
        ? yield* columnParts(task, task.compared, (sql) => ask(task, sql))
        : [];
    const [loneA, loneB] =
      hasKey || task.examples === 0 || totals.only_a + totals.only_b === 0
        ? [[], []]
        : yield* keylessExamples(task, (sql) => ask(task, sql));
    const failed = parts.flatMap((part) => part.failed);
    if (isTolerant && failed[0] !== undefined) return yield* failed[0].error;
    const { changed, isAtMost: isUpperBound } = isTolerant
      ? changedWithin(parts, totals.changed, totals.ambiguous)
      : { changed: totals.changed, isAtMost: false };
    const found = new Map(parts.flatMap(({ counts: all }) => [...all]));
    const row = parts.find((part) => part.row !== undefined)?.row;
    const comparison: RowComparison = {
      key: task.key.map(({ name }) => name),
      method: method(task),
      same: hasKey ? totals.same + totals.changed - changed : totals.same,
      changed: hasKey ? changed : null,
      onlyA: totals.only_a,
      onlyB: totals.only_b,
      columns: perColumn(
        task,
        task.compared.map((column) => found.get(column) ?? 0),
      ),
      lowerBounds: failed.length > 0,
      ...(isUpperBound ? { changedAtMost: true as const } : {}),
      oddsOfMiss: oddsOf(task, totals.rows_a + totals.rows_b),
      ...(task.examples === 0
        ? {}
        : {
            examples: {
              ...noExamples,
              changed: changedRows(joinChanged(parts, task.examples), task.key, task.compared),
              onlyA: hasKey ? yield* oneSidedKeys(row, "only_a_rows", task.key) : loneA,
              onlyB: hasKey ? yield* oneSidedKeys(row, "only_b_rows", task.key) : loneB,
            },
          }),
    };
    const notes = [
      ...notUnique(totals),
      hasKey
        ? `the comparison was too complex for one statement: rows were counted by one, and columns by ${parts.length} more`
        : "the comparison was too complex for one statement: rows were counted by one, and examples read by others",
      ...(isUpperBound
        ? [
            totals.ambiguous > 0
              ? "rows of repeated keys that are within the tolerances may be counted as changed: the number of changed rows is an upper bound"
              : "a row that changed in several of them counts several times: the number of changed rows is an upper bound",
          ]
        : []),
      ...(failed[0] === undefined
        ? []
        : [
            `changes were not counted for ${failed.map(({ column }) => column.name).join(", ")}: ${failed[0].error.message}`,
          ]),
    ];
    return {
      comparison,
      a: totals.rows_a,
      b: totals.rows_b,
      restricted: statistics.restricted,
      changed: { a: [], b: [] },
      notes,
    };
  });

const withoutKey = (task: RowsTask): Effect.Effect<ComparedRows, BigQueryError> =>
  Effect.gen(function* () {
    const numbered = numberedRows(task);
    const { totals, onlyA, onlyB, statistics } = yield* numbered === undefined
      ? multisets(task)
      : wideRows(task, numbered);
    const comparison: RowComparison = {
      key: [],
      method: method(task),
      same: totals.same,
      changed: null,
      onlyA: totals.only_a,
      onlyB: totals.only_b,
      columns: [],
      lowerBounds: false,
      oddsOfMiss: oddsOf(task, totals.rows_a + totals.rows_b),
      ...(task.examples === 0 ? {} : { examples: { changed: [], onlyA, onlyB } }),
    };
    const changed = { a: [], b: [] };
    return {
      comparison,
      a: totals.rows_a,
      b: totals.rows_b,
      restricted: statistics.restricted,
      changed,
      notes: [],
    };
  });

const multisets = (task: RowsTask) =>
  Effect.gen(function* () {
    const { rows, statistics } = yield* ask(task, multiset(task));
    const [row] = rows;
    return {
      totals: yield* totalsOf(row),
      onlyA: yield* oneSidedRows(row, "only_a_rows", task.compared),
      onlyB: yield* oneSidedRows(row, "only_b_rows", task.compared),
      statistics,
    };
  });

/** Counts the rows of both sides. */
export const countRows = (task: RowsTask) =>
  Effect.flatMap(ask(task, counts(task)), ({ rows: [row], statistics }) =>
    Effect.map(totalsOf(row), ({ rows_a, rows_b }) => ({
      a: rows_a,
      b: rows_b,
      restricted: statistics.restricted,
    })),
  );

/** The statements for a dry run. */
export const statements = (task: RowsTask, countsOnly: boolean): ReadonlyArray<Statement> => {
  if (countsOnly || task.key.length + task.compared.length === 0) return [task.statement(counts(task))];
  if (task.key.length === 0) return [task.statement(multiset(task))];
  return [task.statement(task.dialect.scansAreFree ? keyJoin(task) : keyedMultiset(task))];
};
