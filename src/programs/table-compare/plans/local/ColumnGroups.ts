/**
 * Compares many columns in groups, because the time to plan a statement grows with the square of its columns. One
 * statement per group counts the changes of its columns. Then the changed columns alone give the changed rows and the
 * examples: the other columns are the same in all rows.
 */
import { Effect } from "effect";
import type { Sql } from "../../../../sql/Sql.ts";
import type { ComparedColumn } from "../../columns/Columns.ts";
import { decode, type Found } from "../KeyedRows.ts";
import { ask, type RowsTask } from "../RowsTask.ts";
import { inWhole, joinChanged } from "../Split.ts";
import { dominantColumnsOf, oneSidedColumns } from "../SummaryStatement.ts";

/** A statement that is valid for some tables only, which its totals show. */
export type Plan = (task: RowsTask) => Sql;

export const columnsPerStatement = 100;

/** The limit of DuckDB's strings of bits. */
const mostBits = 1_000_000_000;

const holds = ({ totals }: Found): boolean => {
  const pairs = totals.same + totals.changed;
  return (
    totals.misaligned === 0 &&
    pairs + totals.only_a === totals.rows_a &&
    pairs + totals.only_b === totals.rows_b
  );
};

const read = (task: RowsTask, plan: Plan) =>
  Effect.gen(function* () {
    const result = yield* ask(task, plan(task));
    const found = yield* decode(task, result);
    return holds(found) ? { found, bits: result.rows[0]?.changed_bits } : undefined;
  });

/** What one statement found; undefined if its plan is not valid. */
export const inOne = (task: RowsTask, plan: Plan) => Effect.map(read(task, plan), (one) => one?.found);

const grouped = (columns: ReadonlyArray<ComparedColumn>): ReadonlyArray<ReadonlyArray<ComparedColumn>> =>
  Array.from({ length: Math.ceil(columns.length / columnsPerStatement) }, (_, i) =>
    columns.slice(i * columnsPerStatement, (i + 1) * columnsPerStatement),
  );

/** The same as `inOne`. */
export const inGroups = (task: RowsTask, plan: Plan) =>
  Effect.gen(function* () {
    const counts: Array<number> = [];
    let joined = 0;
    for (const compared of grouped(task.compared)) {
      const found = yield* inOne({ ...task, compared, examples: 0 }, plan);
      if (found === undefined) return undefined;
      counts.push(...found.counts);
      joined = found.totals.rows_a + found.totals.only_b;
    }
    const changed = task.compared.filter((_, i) => counts[i]! > 0);
    const groups = changed.length === 0 ? [changed] : grouped(changed);
    if (groups.length > 1 && joined > mostBits) return yield* inOne(task, plan);
    const parts: Array<Found> = [];
    const bits: Array<Uint8Array> = [];
    for (const group of groups) {
      const part = partOf(task, new Set(group));
      const one = yield* read(groups.length === 1 ? part : { ...part, ordered: true, joined }, plan);
      if (one === undefined) return undefined;
      parts.push({
        ...one.found,
        changed: one.found.changed.map((row) => inWhole(row, part.compared, task.compared)),
      });
      if (groups.length > 1) bits.push(Buffer.from(String(one.bits), "base64"));
    }
    const [first] = parts as [Found];
    const rows = bits.length === 0 ? first.totals.changed : sizeOfUnion(bits);
    const { same, changed: some } = first.totals;
    const found: Found = {
      ...first,
      totals: { ...first.totals, changed: rows, same: same + some - rows },
      counts,
      changed: groups.length === 1 ? first.changed : joinChanged(parts, task.examples),
    };
    return found;
  });

/** Counts changes of the columns of a group, and shows the columns that examples include beside changed ones. */
const partOf = (task: RowsTask, group: ReadonlySet<ComparedColumn>): RowsTask => {
  const { compared } = task;
  const dominant = dominantColumnsOf(compared).map((i) => compared[i]!);
  const uncounted = new Set([...oneSidedColumns(compared), ...dominant].filter((one) => !group.has(one)));
  return {
    ...task,
    compared: compared.filter((column) => group.has(column) || uncounted.has(column)),
    uncounted,
  };
};

const sizeOfUnion = ([first, ...others]: ReadonlyArray<Uint8Array>): number => {
  let size = 0;
  for (let i = 0; i < first!.length; i += 1) {
    let byte = others.reduce((all, one) => all | one[i]!, first![i]!);
    for (; byte !== 0; byte &= byte - 1) size += 1;
  }
  return size;
};
