/** Compares the rows of two tables that one statement can read. */
import { Effect } from "effect";
import { counted } from "../../../domain/Phrases.ts";
import type { Row } from "../../../domain/Value.ts";
import type { BigQueryService, QueryResult, Statement } from "../../../services/BigQuery.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import type { LocalDialect } from "../../../sql/Dialect.ts";
import type { Sql } from "../../../sql/Sql.ts";
import type { RowComparison } from "../Comparison.ts";
import {
  type ChangedText,
  changedRows,
  countsOf,
  oneSidedKeys,
  oneSidedRows,
  texts,
  totalsOf,
  valuesOfChanged,
} from "../Decode.ts";
import { type OpenKey, pairAgain } from "../pairing/PairAgain.ts";
import { countsBelow, inOrder, rangesOf, sampledKeys } from "./InOrder.ts";
import { keyJoin } from "./KeyJoin.ts";
import { counts, keyedMultiset, mostUnmatchedOf, multiset, totalsOnly } from "./Multiset.ts";
import { hasTolerance, openNames, tiersOf } from "./OpenKeys.ts";
import type { RowsRequest } from "./SideRows.ts";
import { changedWithin, columnParts, joinChanged, keylessExamples } from "./Split.ts";
import { dominantColumnsOf, oneSidedColumns, type TotalName } from "./SummaryStatement.ts";

export interface RowsTask extends RowsRequest {
  readonly engine: BigQueryService;
  readonly statement: (sql: Sql) => Statement;
  /** The rows of each side if the metadata has them, to choose a plan. */
  readonly knownRows: number | null;
}

export interface ComparedRows {
  readonly comparison: RowComparison;
  readonly a: number;
  readonly b: number;
  readonly restricted: boolean;
  /** Values of some columns in the examples of changed rows. */
  readonly changed: { readonly a: ReadonlyArray<Row>; readonly b: ReadonlyArray<Row> };
  readonly notes: ReadonlyArray<string>;
}

/** The number of rows per side whose keys are sampled before the join. */
const sampleRows = 100_000;

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

const ask = (task: RowsTask, sql: Sql): Effect.Effect<QueryResult, BigQueryError> =>
  task.engine.query(task.statement(sql));

const oddsOf = (task: RowsTask, rows: number): number =>
  task.dialect.rows.groupKeyIsHash ? rows ** 2 / 2 ** 129 : 0;

const method = (task: RowsTask): RowComparison["method"] =>
  task.dialect.rows.groupKeyIsHash ? "md5" : "values";

const keyed = (task: RowsTask, { rows: [row], statistics }: QueryResult) =>
  Effect.gen(function* () {
    const open = yield* Effect.forEach(openNames(tiersOf(task)), (name) => texts<OpenKey>(row, name));
    const { totals, counts, changed } = pairAgain(
      task,
      open.flat(),
      {
        totals: yield* totalsOf(row),
        counts: countsOf(row),
        changed: yield* texts<ChangedText>(row, "changed_rows"),
      },
      mostUnmatchedOf(task),
    );
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
      restricted: statistics.restricted,
      changed: {
        a: valuesOfChanged(changed, "a", dominantColumns),
        b: valuesOfChanged(changed, "b", dominantColumns),
      },
      notes: [...notUnique(totals), ...(comparison.changedAtMost === true ? [upperBound] : [])],
    };
    return { totals, compared };
  });

const notUnique = ({ repeated }: Readonly<Record<TotalName, number>>): ReadonlyArray<string> =>
  repeated === 0
    ? []
    : [
        `the key is not unique: ${counted(repeated, "key value")} ${repeated === 1 ? "occurs" : "occur"} more than once; rows with the same key are paired so that the fewest differ`,
      ];

const upperBound =
  "the rows of a key with many rows were paired in order: the number of changed rows is an upper bound, because another pairing may have fewer differences within the tolerances";

/** Only a tolerance makes another pairing better: without one, unmatched rows differ from all others. */
const isAtMost = (task: RowsTask, { capped, ambiguous }: Readonly<Record<TotalName, number>>) =>
  ambiguous > 0 || (capped > 0 && hasTolerance(task));

const perColumn = (task: RowsTask, found: ReadonlyArray<number>): RowComparison["columns"] =>
  task.compared
    .map(({ name }, i) => ({ name, changed: found[i] ?? 0 }))
    .filter(({ changed }) => changed > 0)
    .sort((x, y) => y.changed - x.changed);

const inOneStatement = (task: RowsTask) =>
  Effect.flatMap(ask(task, keyedMultiset(task)), (result) =>
    Effect.map(keyed(task, result), ({ compared }) => compared),
  );

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

/**
 * Compares by position if samples of both sides are ordered by key; else joins by key, unless the samples show that
 * keys repeat. Each statement shows whether it was valid.
 */
const locally = (task: RowsTask, dialect: LocalDialect) =>
  Effect.gen(function* () {
    const { isUnique, bounds } = yield* sampleKeys(task, dialect);
    if (!isUnique) return yield* inOneStatement(task);
    const ranges = bounds === undefined ? undefined : yield* rangesBetween(task, dialect, bounds);
    for (const sql of [...(ranges === undefined ? [] : [inOrder(task, ranges)]), keyJoin(task)]) {
      const { totals, compared } = yield* keyed(task, yield* ask(task, sql));
      if (holds(totals)) return compared;
    }
    return yield* inOneStatement(task);
  });

const holds = (totals: Readonly<Record<TotalName, number>>): boolean => {
  const pairs = totals.same + totals.changed;
  return (
    totals.misaligned === 0 &&
    pairs + totals.only_a === totals.rows_a &&
    pairs + totals.only_b === totals.rows_b
  );
};

const stringsOf = (list: unknown): ReadonlyArray<string> => (Array.isArray(list) ? list.map(String) : []);

/** Whether the keys in samples of both sides are unique, and the bounds of their ranges if both samples are ordered. */
const sampleKeys = (task: RowsTask, dialect: LocalDialect) =>
  Effect.gen(function* () {
    const share = task.knownRows === null ? 1 : Math.min(1, sampleRows / Math.max(1, task.knownRows));
    let bounds: ReadonlyArray<bigint> | undefined;
    for (const which of ["b", "a"] as const) {
      const { rows } = yield* ask(task, sampledKeys(task, dialect, which, share));
      const [sample] = rows;
      if (Number(sample?.n ?? 0) !== Number(sample?.keys ?? 0)) return { isUnique: false };
      const isOrdered = sample?.falls !== undefined && Number(sample.falls) === 0;
      bounds =
        isOrdered && (which === "b" || bounds !== undefined)
          ? stringsOf(sample.bounds).map(BigInt)
          : undefined;
    }
    return { isUnique: true, bounds };
  });

const rangesBetween = (task: RowsTask, dialect: LocalDialect, bounds: ReadonlyArray<bigint>) =>
  Effect.map(ask(task, countsBelow(task, dialect, bounds)), ({ rows: [row] }) =>
    rangesOf(bounds, stringsOf(row?.a).map(Number), stringsOf(row?.b).map(Number)),
  );

const withoutKey = (task: RowsTask): Effect.Effect<ComparedRows, BigQueryError> =>
  Effect.gen(function* () {
    const { rows, statistics } = yield* ask(task, multiset(task));
    const [row] = rows;
    const totals = yield* totalsOf(row);
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
      ...(task.examples === 0
        ? {}
        : {
            examples: {
              changed: [],
              onlyA: yield* oneSidedRows(row, "only_a_rows", task.compared),
              onlyB: yield* oneSidedRows(row, "only_b_rows", task.compared),
            },
          }),
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
