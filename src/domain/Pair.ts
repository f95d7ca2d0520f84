/** Pairs of things to compare, A and B, and the pairing of tables by two patterns. */
import { Either } from "effect";
import * as Pattern from "./Pattern.ts";
import type { BigQueryTable } from "./TableReference.ts";

export interface Pair<A> {
  readonly a: A;
  readonly b: A;
}

/** A pair of a batch, with options that override those of the command line. */
export interface PairWithOptions<A, Options> extends Pair<A> {
  readonly options?: Partial<Options>;
}

export interface PairedTables {
  readonly pairs: ReadonlyArray<Pair<BigQueryTable>>;
  /** Tables without a counterpart, paired with the name of the missing table. */
  readonly onlyA: ReadonlyArray<Pair<BigQueryTable>>;
  readonly onlyB: ReadonlyArray<Pair<BigQueryTable>>;
}

/**
 * Pairs the tables of two patterns by the texts that their stars match: `p.staging.stg_*` and `p.prod.*` pair
 * `stg_orders` with `orders`. The tables are the result of `listTables` for each pattern. Left explains why the
 * patterns cannot be paired.
 */
export const pairTables = (
  patternA: BigQueryTable,
  tablesA: ReadonlyArray<BigQueryTable>,
  patternB: BigQueryTable,
  tablesB: ReadonlyArray<BigQueryTable>,
): Either.Either<PairedTables, string> => {
  const [starsA, starsB] = [Pattern.stars(patternA.table), Pattern.stars(patternB.table)];
  if (starsA === 0 || starsA !== starsB) {
    return Either.left(
      `"${patternA.table}" and "${patternB.table}" cannot be paired: they have ${starsA} and ${starsB} stars; use the same number in both`,
    );
  }
  const byMatchA = byMatch(patternA, tablesA);
  const byMatchB = byMatch(patternB, tablesB);
  const pairs = [...byMatchA].flatMap(([match, a]) => {
    const b = byMatchB.get(match);
    return b === undefined ? [] : [{ a, b }];
  });
  const onlyA = [...byMatchA].flatMap(([match, a]) =>
    byMatchB.has(match) ? [] : [{ a, b: counterpart(patternB, match, tablesB[0]) }],
  );
  const onlyB = [...byMatchB].flatMap(([match, b]) =>
    byMatchA.has(match) ? [] : [{ a: counterpart(patternA, match, tablesA[0]), b }],
  );
  return Either.right({ pairs, onlyA, onlyB });
};

/** The tables, keyed by the texts that the stars match, joined by NUL. */
const byMatch = (
  pattern: BigQueryTable,
  tables: ReadonlyArray<BigQueryTable>,
): ReadonlyMap<string, BigQueryTable> => {
  const capture = Pattern.capture(pattern.table);
  return new Map(
    tables.flatMap((table) => {
      const found = capture(table.table);
      return found === undefined ? [] : [[found.join("\0"), table] as const];
    }),
  );
};

/** The missing table. Its project is the pattern's, or that of a matched table. */
const counterpart = (
  pattern: BigQueryTable,
  match: string,
  like: BigQueryTable | undefined,
): BigQueryTable => {
  const project = pattern.project ?? like?.project;
  return {
    _tag: "BigQueryTable",
    ...(project === undefined ? {} : { project }),
    dataset: pattern.dataset,
    table: Pattern.fill(pattern.table, match.split("\0")),
  };
};
