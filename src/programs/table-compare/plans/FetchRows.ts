/** Fetches rows of one side with the digests and values of their columns. */
import { Effect } from "effect";
import * as Format from "../../../domain/Format.ts";
import type { Statement } from "../../../services/BigQuery.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import type { Sql } from "../../../sql/Sql.ts";
import { showsRows } from "../Options.ts";
import type { Prepared } from "../Prepare.ts";
import type { FetchedRow } from "./DiffFetchedRows.ts";
import { bucketRows, type SideRequest, type Wanted } from "./Digests.ts";

export const statement = (prepared: Prepared, which: "a" | "b", sql: Sql, maxRows: number): Statement => ({
  sql,
  tables: [prepared[which].metadata.reference],
  location: prepared[which].metadata.location,
  maxRows,
});

/** The estimate of another scan, if it is billed. */
export const estimated = (prepared: Prepared, which: "a" | "b", what: string, next: Statement) => {
  const { engine, dialect } = prepared[which];
  if (dialect.scansAreFree) return Effect.succeed([]);
  return Effect.map(engine.dryRun(next), ({ bytesProcessed }) => {
    const bytes = bytesProcessed === null ? "an unknown number of bytes" : Format.bytes(bytesProcessed);
    return [`a second scan of ${which.toUpperCase()} ${what}: ${bytes} estimated`];
  });
};

interface Fetched {
  readonly rows: ReadonlyArray<FetchedRow>;
  readonly notes: ReadonlyArray<string>;
}

/**
 * Fetches the wanted rows. If the statement over all columns is too complex, fetches the columns in halves: every
 * statement also returns the digests of the key and of the whole row, by which the halves are joined.
 */
export const fetchRows = (
  prepared: Prepared,
  which: "a" | "b",
  own: SideRequest,
  wanted: Wanted,
  rows: number,
): Effect.Effect<Fetched, BigQueryError> => {
  const of = (numbers: ReadonlyArray<number>): Effect.Effect<Fetched, BigQueryError> =>
    Effect.catchIf(
      fetchColumns(prepared, which, bucketRows(own, wanted, showsRows(prepared.options), [...numbers]), rows),
      ({ reason }) => reason === "tooComplex" && numbers.length > 1,
      () => {
        const middle = Math.ceil(numbers.length / 2);
        return Effect.zipWith(of(numbers.slice(0, middle)), of(numbers.slice(middle)), (x, y) => ({
          x,
          y,
        })).pipe(
          Effect.flatMap(({ x, y }) =>
            Effect.map(joined(x.rows, y.rows), (all) => ({ rows: all, notes: [...x.notes, ...y.notes] })),
          ),
        );
      },
    );
  return of(own.compared.map((_, i) => i));
};

const fetchColumns = (prepared: Prepared, which: "a" | "b", sql: Sql, rows: number) =>
  Effect.gen(function* () {
    const next = statement(prepared, which, sql, Math.max(1, rows));
    const notes = yield* estimated(prepared, which, "fetched the rows of differing buckets", next);
    const { rows: texts } = yield* prepared[which].engine.query(next);
    const fetched = yield* Effect.try({
      try: () => texts.map((row) => JSON.parse(String(row.row_text)) as FetchedRow),
      catch: () => BigQueryError.of("invalidResponse", "the result of a comparison statement is not JSON"),
    });
    return { rows: fetched, notes };
  });

/** The same rows with the columns of both halves: rows with equal digests are equal in every column. */
const joined = (
  first: ReadonlyArray<FetchedRow>,
  second: ReadonlyArray<FetchedRow>,
): Effect.Effect<ReadonlyArray<FetchedRow>, BigQueryError> => {
  const others = new Map(second.map((row) => [`${row.km} ${row.rm}`, row]));
  const rows = first.flatMap((row) => {
    const other = others.get(`${row.km} ${row.rm}`);
    return other === undefined
      ? []
      : [
          {
            ...row,
            d: [...(row.d ?? []), ...(other.d ?? [])],
            ...(row.v === undefined ? {} : { v: [...row.v, ...(other.v ?? [])] }),
          },
        ];
  });
  return rows.length === first.length && first.length === second.length
    ? Effect.succeed(rows)
    : BigQueryError.of("invalidResponse", "the table changed between the statements that read its rows", {
        remedy: "run the comparison again, or set --as-of",
      });
};
