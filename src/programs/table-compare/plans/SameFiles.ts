/** Byte-identical files: their rows are equal, and need not be compared. */
import { Effect } from "effect";
import type { BigQueryError } from "../../../services/BigQueryError.ts";
import { showsRows } from "../Options.ts";
import type { Prepared } from "../Prepare.ts";
import type { ComparedRows } from "./RowsTask.ts";

/** Whether all rows are read, and each column of A is compared with the same column of B. */
const comparesFiles = ({ a, b, columns }: Prepared): boolean =>
  [a, b].every(({ target }) => target.where === undefined) &&
  [...columns.key, ...columns.compared].every(
    (column) => column.a.name === column.b.name && column.empty === undefined,
  );

/** The comparison of byte-identical files; undefined for all other tables. */
export const compareFiles = (prepared: Prepared): Effect.Effect<ComparedRows | undefined, BigQueryError> => {
  const { a, b, columns, options } = prepared;
  const [rows, { haveSameBytes }] = [a.metadata.rows, a.engine];
  if (haveSameBytes === undefined || rows === null || rows !== b.metadata.rows || !comparesFiles(prepared))
    return Effect.succeed(undefined);
  return Effect.map(haveSameBytes(a.metadata.reference, b.metadata.reference), (isSame) =>
    isSame
      ? {
          comparison: {
            key: columns.key.map(({ name }) => name),
            method: "bytes",
            same: rows,
            changed: columns.key.length === 0 ? null : 0,
            onlyA: 0,
            onlyB: 0,
            columns: [],
            lowerBounds: false,
            oddsOfMiss: 0,
            ...(showsRows(options) && options.sampleSize > 0
              ? { examples: { changed: [], onlyA: [], onlyB: [] } }
              : {}),
          },
          a: rows,
          b: rows,
          restricted: false,
          changed: { a: [], b: [] },
          notes: [],
        }
      : undefined,
  );
};
