/**
 * The overview of a batch: one row per item, the worst first, and the items without a result. Its size is bounded for
 * any batch.
 */
import { label } from "../batch/Batch.ts";
import type { Failure, ResultBase, Status } from "../batch/Result.ts";
import type { Cell } from "./Document.ts";
import type { Presenter } from "./Presenter.ts";
import { isUneventful, keepWorst, type Rank } from "./WorstFirst.ts";

/** A larger batch is long: only the items that need attention are shown. */
export const longBatch = 20;

/** Maximum number of rows for a long batch. */
const mostRows = 100;
/** Maximum number of failures, of skip reasons, and of names per reason. */
const mostTroubles = 20;

export interface Row {
  readonly name: string;
  readonly status: Status;
  /** In the columns of the program's overview; undefined without a result. */
  readonly cells: ReadonlyArray<Cell> | undefined;
  readonly durationMs: number;
}

/** The result in a word: the program's own, or the status. */
export const outcomeOf = ({ columns }: Pick<Overview, "columns">, { status, cells }: Row): string => {
  const own = cells?.[columns.findIndex(isOutcome)];
  return own?._tag === "Text" ? own.text : status;
};

/** The program's columns of figures with their places, without those that have no value but zero. */
export const figuresOf = ({ columns }: Pick<Overview, "columns">, rows: ReadonlyArray<Row>) =>
  columns
    .map((column, i) => ({ ...column, i }))
    .filter((column) => !isOutcome(column) && !rows.every(saysNothing(column.i)));

const saysNothing =
  (i: number) =>
  ({ cells }: Row): boolean => {
    const cell = cells?.[i];
    return cell === undefined || (cell._tag === "Count" && cell.value === 0);
  };

/** A column of words, which replaces the status. */
const isOutcome = ({ align }: Overview["columns"][number]): boolean => align === "left";

type Overview = Presenter<never>["overview"];

export interface Digest {
  readonly rows: ReadonlyArray<Row>;
  /** The number of results without a row that need attention. */
  readonly moreRows: number;
  readonly uneventful: number;
  readonly failures: ReadonlyArray<{ readonly name: string; readonly error: Failure | undefined }>;
  readonly moreFailures: number;
  /** By reason, since many items are skipped for the same one. */
  readonly skipped: ReadonlyArray<{
    readonly error: Failure | undefined;
    readonly names: ReadonlyArray<string>;
    readonly more: number;
  }>;
  readonly moreSkipped: number;
  /** Restrictions of results that need no attention, with one of their names and the number of all. */
  readonly remarks: ReadonlyArray<{ readonly text: string; readonly name: string; readonly items: number }>;
}

export interface Collector<Payload> {
  readonly add: (rank: Rank, result: ResultBase, payload: Payload | undefined) => void;
  readonly digest: () => Digest;
}

/** `isCut`: keeps the rows to show for a long batch and counts the rest; items without a result then have no row. */
export const make = <Payload>({ overview }: Presenter<Payload>, isCut: boolean): Collector<Payload> => {
  const limit = (most: number) => (isCut ? most : Number.POSITIVE_INFINITY);
  const rows = keepWorst<Row>({ most: limit(mostRows) });
  const failures = keepWorst<Digest["failures"][number]>({ most: limit(mostTroubles) });
  const skipped = skippedItems(limit(mostTroubles));
  const remarks = new Map<string, { text: string; name: string; items: number }>();
  const counts = { rows: 0, uneventful: 0, failures: 0 };

  const add = (rank: Rank, result: ResultBase, payload: Payload | undefined): void => {
    const name = label(result.item);
    if (result.status === "skipped") skipped.add(name, result.error);
    if (result.status === "failed") {
      counts.failures++;
      failures.offer(rank, () => ({ name, error: result.error }));
    }
    if (payload !== undefined && isUneventful(rank)) {
      for (const text of overview.remarks?.(payload) ?? []) {
        const found = remarks.get(text);
        if (found !== undefined) found.items++;
        else if (remarks.size < mostTroubles) remarks.set(text, { text, name, items: 1 });
      }
    }
    if (isCut && payload === undefined) return;
    if (isCut && overview.uneventful !== undefined && isUneventful(rank)) {
      counts.uneventful++;
      return;
    }
    counts.rows++;
    rows.offer(rank, () => ({
      name,
      status: result.status,
      cells: payload === undefined ? undefined : overview.row(payload),
      durationMs: result.durationMs,
    }));
  };

  return {
    add,
    digest: () => ({
      rows: rows.values(),
      moreRows: counts.rows - rows.values().length,
      uneventful: counts.uneventful,
      failures: failures.values(),
      moreFailures: counts.failures - failures.values().length,
      ...skipped.found(),
      remarks: [...remarks.values()],
    }),
  };
};

const skippedItems = (limit: number) => {
  const byReason = new Map<string, { error: ResultBase["error"]; names: Array<string>; more: number }>();
  let moreSkipped = 0;
  return {
    add: (name: string, error: ResultBase["error"]): void => {
      const reason = `${error?.message}; ${error?.remedy}`;
      const found = byReason.get(reason);
      if (found !== undefined) {
        if (found.names.length < limit) found.names.push(name);
        else found.more++;
      } else if (byReason.size < limit) byReason.set(reason, { error, names: [name], more: 0 });
      else moreSkipped++;
    },
    found: () => ({ skipped: [...byReason.values()], moreSkipped }),
  };
};
