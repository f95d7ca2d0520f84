/** Compares rows with a key where scans are free. */
import { Effect } from "effect";
import type { LocalDialect } from "../../../../sql/Dialect.ts";
import { comparedRows, inOneStatement } from "../KeyedRows.ts";
import { ask, type RowsTask } from "../RowsTask.ts";
import { columnsPerStatement, inGroups, inOne, type Plan } from "./ColumnGroups.ts";
import { countsBelow, inOrder, rangesOf, sampledKeys } from "./InOrder.ts";
import { keyJoin } from "./KeyJoin.ts";

/** The number of rows per side whose keys are sampled before the join. */
const sampleRows = 100_000;

/**
 * Compares by position if samples of both sides are ordered by key; else joins by key, unless the samples show that
 * keys repeat. Each statement shows whether it was valid.
 */
export const locally = (task: RowsTask, dialect: LocalDialect) =>
  Effect.gen(function* () {
    const { isUnique, bounds } = yield* sampleKeys(task, dialect);
    if (!isUnique) return yield* inOneStatement(task);
    const ranges = bounds === undefined ? undefined : yield* rangesBetween(task, dialect, bounds);
    const plans: ReadonlyArray<Plan> = [
      ...(ranges === undefined ? [] : [(part: RowsTask) => inOrder(part, ranges)]),
      keyJoin,
    ];
    for (const plan of plans) {
      const found = yield* task.compared.length > columnsPerStatement
        ? inGroups(task, plan)
        : inOne(task, plan);
      if (found !== undefined) return yield* comparedRows(task, found);
    }
    return yield* inOneStatement(task);
  });

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
