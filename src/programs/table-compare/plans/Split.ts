/**
 * Compares rows that are too complex for one statement, such as rows of thousands of columns. One statement
 * counts rows by the hash of all columns, which determines the verdict. Further statements each cover some
 * columns, count their changes and return examples.
 */
import { Effect } from "effect";
import type { QueryResult } from "../../../services/BigQuery.ts";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import type { Sql } from "../../../sql/Sql.ts";
import type { OneSidedRow } from "../Comparison.ts";
import type { ComparedColumn } from "../columns/Columns.ts";
import { type ChangedText, countsOf, oneSidedRows, texts } from "../Decode.ts";
import { keyedMultiset, multiset } from "./Multiset.ts";
import type { RowsRequest } from "./SideRows.ts";

/** What some columns say. */
interface Part {
  /** Rows that differ in them. */
  readonly total: number;
  readonly counts: ReadonlyMap<ComparedColumn, number>;
  readonly changed: ReadonlyArray<ChangedText>;
  /** Keys that only one side has: the same in every part. */
  readonly row: QueryResult["rows"][number] | undefined;
  readonly failed: ReadonlyArray<{ readonly column: ComparedColumn; readonly error: BigQueryError }>;
}

type Ask = (sql: Sql) => Effect.Effect<QueryResult, BigQueryError>;

/**
 * The columns in two halves, and those in halves again while they are too complex. What fails is left out.
 */
export const columnParts = (
  request: RowsRequest,
  columns: ReadonlyArray<ComparedColumn>,
  ask: Ask,
): Effect.Effect<ReadonlyArray<Part>> =>
  columns.length < 2
    ? part(request, columns, ask)
    : Effect.map(
        Effect.forEach(halves(columns), (half) => part(request, half, ask)),
        (parts) => parts.flat(),
      );

const halves = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> => {
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
};

const part = (
  request: RowsRequest,
  columns: ReadonlyArray<ComparedColumn>,
  ask: Ask,
): Effect.Effect<ReadonlyArray<Part>> =>
  ask(keyedMultiset({ ...request, compared: columns, ordered: true })).pipe(
    Effect.flatMap(({ rows: [row] }) =>
      Effect.map(texts<ChangedText>(row, "changed_rows"), (changed): ReadonlyArray<Part> => {
        const counts = countsOf(row);
        return [
          {
            total: Number(row?.changed ?? 0),
            counts: new Map(columns.map((column, i) => [column, counts[i] ?? 0])),
            changed: changed.map((one) => inWhole(one, columns, request.compared)),
            row,
            failed: [],
          },
        ];
      }),
    ),
    Effect.catchAll(
      (error): Effect.Effect<ReadonlyArray<Part>> =>
        error.reason === "tooComplex" && columns.length > 1
          ? columnParts(request, columns, ask)
          : Effect.succeed([
              {
                total: 0,
                counts: new Map(),
                changed: [],
                row: undefined,
                failed: columns.map((column) => ({ column, error })),
              },
            ]),
    ),
  );

type OneSided = ReadonlyArray<OneSidedRow>;

/**
 * Examples of rows without a key, with the columns in halves while a statement is too complex. Every statement returns
 * the same rows in the same order, that of the hashes of all columns. None if a single column is too complex.
 */
export const keylessExamples = (
  request: RowsRequest,
  ask: Ask,
): Effect.Effect<readonly [a: OneSided, b: OneSided]> => {
  const of = (numbers: ReadonlyArray<number>): Effect.Effect<readonly [OneSided, OneSided], BigQueryError> =>
    ask(multiset(request, [...numbers])).pipe(
      Effect.flatMap(({ rows: [row] }) => {
        const columns = numbers.map((i) => request.compared[i]!);
        return Effect.all([
          oneSidedRows(row, "only_a_rows", columns),
          oneSidedRows(row, "only_b_rows", columns),
        ]);
      }),
      Effect.catchIf(
        ({ reason }) => reason === "tooComplex" && numbers.length > 1,
        () =>
          Effect.map(
            Effect.forEach(halves(numbers), of),
            ([x, y]) => [zipped(x![0], y![0]), zipped(x![1], y![1])] as const,
          ),
      ),
    );
  return Effect.orElseSucceed(
    Effect.map(of(request.compared.map((_, i) => i)), (found) => found),
    () => [[], []] as const,
  );
};

/** None if the table changed between the statements. */
const zipped = (x: OneSided, y: OneSided): OneSided =>
  x.length === y.length && x.every(({ copies }, i) => copies === y[i]!.copies)
    ? x.map(({ copies, row }, i) => ({ copies, row: { ...row, ...y[i]!.row } }))
    : [];

/** The numbers of a part's columns among all. */
export const inWhole = (
  one: ChangedText,
  columns: ReadonlyArray<ComparedColumn>,
  all: ReadonlyArray<ComparedColumn>,
): ChangedText => ({
  ...one,
  c: (one.c ?? []).map((cell) => ({ ...cell, i: all.indexOf(columns[Number(cell.i)]!) })),
});

/**
 * The first changed rows of all parts, with the cells of all parts. Every part returns its first rows in the
 * same order, so that a row among the first of all is also among the first of each part in which it differs.
 */
export const joinChanged = (
  parts: ReadonlyArray<Pick<Part, "changed">>,
  examples: number,
): ReadonlyArray<ChangedText> => {
  const rows = parts.flatMap(({ changed }) => changed);
  return [...Map.groupBy(rows, ({ k, h }) => JSON.stringify([h, k])).values()]
    .map((same) => ({ ...same[0]!, c: same.flatMap(({ c = [] }) => c) }))
    .sort((x, y) => Number(x.h) - Number(y.h))
    .slice(0, examples);
};

/**
 * How many rows differ by columns with tolerances: of rows with unique keys as many as differ in a
 * part if only one part has such rows, and else at most as many as in all parts together. Of
 * repeated keys at most all differ whose rows are not equal (`ambiguous`), because rows that are
 * close in every part need not be close as a whole.
 */
export const changedWithin = (
  parts: ReadonlyArray<Part>,
  most: number,
  ambiguous: number,
): { readonly changed: number; readonly isAtMost: boolean } => {
  const totals = parts.map(({ total }) => total).filter((total) => total > 0);
  const sum = totals.reduce((all, total) => all + total, ambiguous);
  return { changed: Math.min(sum, most), isAtMost: totals.length > 1 || ambiguous > 0 };
};
