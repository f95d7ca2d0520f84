/**
 * Compares pairs that one statement cannot read together, column by column if the statements over all columns are too
 * complex. Keys must be unique, because rows of one key that are equal in each part need not be equal as a whole.
 */
import { Effect } from "effect";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import type { ChangedRow, RowComparison } from "../Comparison.ts";
import type { ComparedColumn } from "../columns/Columns.ts";
import type { Prepared } from "../Prepare.ts";
import {
  type CrossEngineResult,
  compareCrossEngine,
  type FetchLimits,
  request,
  statement,
} from "./CrossEngine.ts";
import { repeatedKeys } from "./Digests.ts";

/** Compares the rows of both sides by digests, in halves of the columns while a statement is too complex. */
export const compareInParts = (
  prepared: Prepared,
  limits?: FetchLimits,
): Effect.Effect<CrossEngineResult, BigQueryError> =>
  Effect.catchIf(
    compareCrossEngine(prepared, limits),
    ({ reason }) => reason === "tooComplex" && prepared.columns.compared.length > 1,
    (error) =>
      Effect.gen(function* () {
        if (!(yield* hasUniqueKeys(prepared))) {
          return yield* BigQueryError.of("tooComplex", `${error.message}; its parts cannot be joined`, {
            remedy: "give a --key whose values are unique, or choose fewer columns with --columns",
          });
        }
        const { compared } = prepared.columns;
        const middle = Math.ceil(compared.length / 2);
        const part = (some: ReadonlyArray<ComparedColumn>) =>
          compareInParts({ ...prepared, columns: { ...prepared.columns, compared: some } }, limits);
        const one = yield* part(compared.slice(0, middle));
        const other = yield* part(compared.slice(middle));
        return joined(one, other, prepared.options.sampleSize);
      }),
  );

const hasUniqueKeys = (prepared: Prepared) =>
  Effect.gen(function* () {
    if (prepared.columns.key.length === 0) return false;
    for (const which of ["a", "b"] as const) {
      const sql = repeatedKeys(request(prepared, which, []));
      const { rows } = yield* prepared[which].engine.query(statement(prepared, which, sql, 1));
      if (Number(rows[0]?.n ?? 1) > 0) return false;
    }
    return true;
  });

const note = "the comparison was too complex for one statement: its columns were compared in several parts";
const upperBound =
  "a row that changed in several of them counts several times: the number of changed rows is an upper bound";

const joined = (one: CrossEngineResult, other: CrossEngineResult, examples: number): CrossEngineResult => {
  const [x, y] = [one.comparison, other.comparison];
  const onlyA = Math.max(x.onlyA, y.onlyA);
  const onlyB = Math.max(x.onlyB, y.onlyB);
  const unread =
    x.unread === undefined && y.unread === undefined
      ? undefined
      : {
          a: Math.max(x.unread?.a ?? 0, y.unread?.a ?? 0),
          b: Math.max(x.unread?.b ?? 0, y.unread?.b ?? 0),
        };
  const common = one.a - onlyA;
  const { changed, isAtMost } = changedOf(x, y, unread === undefined ? common : undefined);
  const { changedAtMost: _, unread: _unread, ...rest } = x;
  const comparison: RowComparison = {
    ...rest,
    same: unread === undefined ? common - changed : Math.max(0, x.same + y.same - Math.min(one.a, one.b)),
    changed,
    onlyA,
    onlyB,
    columns: [...x.columns, ...y.columns].sort((p, q) => q.changed - p.changed),
    lowerBounds: unread !== undefined,
    ...(unread === undefined ? {} : { unread }),
    ...(isAtMost ? { changedAtMost: true as const } : {}),
    oddsOfMiss: x.oddsOfMiss + y.oddsOfMiss,
    ...(x.examples === undefined || y.examples === undefined
      ? {}
      : {
          examples: {
            ...x.examples,
            changed: byKey([...x.examples.changed, ...y.examples.changed], examples),
          },
        }),
  };
  return {
    ...one,
    comparison,
    restricted: one.restricted || other.restricted,
    notes: [
      ...new Set([
        note,
        ...one.notes,
        ...other.notes,
        ...(comparison.changedAtMost === true ? [upperBound] : []),
      ]),
    ],
  };
};

/** The changed rows of `common` ones: exact or an upper bound; a lower bound if not every row was read. */
const changedOf = (x: RowComparison, y: RowComparison, common: number | undefined) => {
  const all = [x, y].map(({ changed, changedAtMost }) => ({
    n: changed ?? 0,
    isAtMost: changedAtMost === true,
  }));
  if (common === undefined)
    return { changed: Math.max(...all.map(({ n, isAtMost }) => (isAtMost ? 0 : n))), isAtMost: false };
  const some = all.filter(({ n }) => n > 0);
  const sum = some.reduce((total, { n }) => total + n, 0);
  return {
    changed: Math.min(sum, common),
    isAtMost: some.length > 1 || some.some(({ isAtMost }) => isAtMost),
  };
};

/** The changed rows of both, with the cells of both. */
const byKey = (rows: ReadonlyArray<ChangedRow>, most: number): ReadonlyArray<ChangedRow> =>
  [...Map.groupBy(rows, ({ key }) => JSON.stringify(key)).values()]
    .map((same) => ({ ...same[0]!, cells: same.flatMap(({ cells }) => cells) }))
    .slice(0, most);
