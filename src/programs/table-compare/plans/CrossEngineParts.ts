/**
 * Compares pairs that one statement cannot read together, in parts of the columns if the digests of all columns are too
 * complex. Only with unique keys are rows that are equal in each part equal as a whole. Otherwise a part can prove
 * that the tables differ, but no number of parts proves that they are equal.
 */
import { Effect, Either } from "effect";
import { counted } from "../../../domain/Phrases.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import type { ChangedRow, RowComparison } from "../Comparison.ts";
import type { ComparedColumn } from "../columns/Columns.ts";
import type { Prepared } from "../Prepare.ts";
import { rowsDiffer } from "../Verdict.ts";
import { type CrossEngineResult, compareCrossEngine, type FetchLimits, request } from "./CrossEngine.ts";
import { repeatedKeys } from "./Digests.ts";
import { statement } from "./FetchRows.ts";

/** Compares the rows of both sides by digests, in halves of the columns while a statement is too complex. */
export const compareInParts = (
  prepared: Prepared,
  limits?: FetchLimits,
  knownUnique?: boolean,
): Effect.Effect<CrossEngineResult, BigQueryError> =>
  Effect.catchIf(
    compareCrossEngine(prepared, limits),
    ({ reason }) => reason === "tooComplex" && prepared.columns.compared.length > 1,
    (error) =>
      Effect.gen(function* () {
        const isUnique = knownUnique ?? (yield* hasUniqueKeys(prepared));
        const { compared } = prepared.columns;
        const middle = Math.ceil(compared.length / 2);
        const part = (some: ReadonlyArray<ComparedColumn>) =>
          compareInParts({ ...prepared, columns: { ...prepared.columns, compared: some } }, limits, isUnique);
        const halves = [compared.slice(0, middle), compared.slice(middle)];
        if (!isUnique) {
          const tried = yield* Effect.forEach(halves, (half) => Effect.either(part(half)));
          const found = tried.flatMap((one) =>
            Either.isRight(one) && rowsDiffer(one.right.comparison) ? [one.right] : [],
          );
          const failed = tried.find((one) => Either.isLeft(one) && one.left.reason !== "tooComplex");
          if (failed !== undefined) return yield* failed;
          if (found.length > 0) return leastOf(found);
          return yield* notProven(error);
        }
        const [one, other] = [yield* part(halves[0]!), yield* part(halves[1]!)];
        return joined(one, other, prepared.options.sampleSize);
      }),
  );

const notProven = (error: BigQueryError) =>
  BigQueryError.of(
    "tooComplex",
    `${error.message}; no difference was found in parts of the columns, but rows without a unique key that are equal in each part can differ as a whole`,
    { remedy: "give a --key whose values are unique, or choose fewer columns with --columns" },
  );

/** The differences that some parts prove: rows that differ in a part differ as a whole. */
const leastOf = (parts: ReadonlyArray<CrossEngineResult>): CrossEngineResult => {
  const [first] = parts as [CrossEngineResult];
  const all = parts.map(({ comparison }) => comparison);
  const most = (of: (one: RowComparison) => number) => Math.max(...all.map(of));
  const [onlyA, onlyB] = [most((one) => one.onlyA), most((one) => one.onlyB)];
  const changed = first.comparison.changed === null ? null : most((one) => one.changed ?? 0);
  const unread = { a: first.a - onlyA - (changed ?? 0), b: first.b - onlyB - (changed ?? 0) };
  const { changedAtMost: _, ...comparison } = first.comparison;
  return {
    ...first,
    comparison: {
      ...comparison,
      same: 0,
      changed,
      onlyA,
      onlyB,
      columns: all.flatMap(({ columns }) => columns).sort((p, q) => q.changed - p.changed),
      lowerBounds: true,
      unread,
      oddsOfMiss: all.reduce((sum, { oddsOfMiss }) => sum + oddsOfMiss, 0),
    },
    restricted: parts.some(({ restricted }) => restricted),
    notes: [
      ...new Set([
        note,
        `the key is not unique, so that the parts of a row cannot be joined: all counts are lower bounds, examples have the columns of one part, and ${counted(unread.a, "row")} of A and ${counted(unread.b, "row")} of B were not compared as a whole`,
        ...parts.flatMap(({ notes }) => notes),
      ]),
    ],
  };
};

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
