/** Tables of two patterns, paired by what the stars stand for. */
import { Either } from "effect";
import type { BigQueryTable } from "./TableReference.ts";

export interface PairedTables {
  readonly pairs: ReadonlyArray<{ readonly a: BigQueryTable; readonly b: BigQueryTable }>;
  /** With the name that its counterpart would have. */
  readonly onlyA: ReadonlyArray<{ readonly a: BigQueryTable; readonly b: BigQueryTable }>;
  readonly onlyB: ReadonlyArray<{ readonly a: BigQueryTable; readonly b: BigQueryTable }>;
}

/**
 * `p.staging.stg_*` and `p.prod.*` pair `stg_orders` with `orders`. The tables are those that the patterns match, as
 * `listTables` gives them. The Left says why the patterns cannot be paired.
 */
export const pairTables = (
  patternA: BigQueryTable,
  tablesA: ReadonlyArray<BigQueryTable>,
  patternB: BigQueryTable,
  tablesB: ReadonlyArray<BigQueryTable>,
): Either.Either<PairedTables, string> => {
  const [starsA, starsB] = [stars(patternA), stars(patternB)];
  if (starsA === 0 || starsA !== starsB) {
    return Either.left(
      `"${patternA.table}" and "${patternB.table}" cannot be paired: they have ${starsA} and ${starsB} stars; give both the same number`,
    );
  }
  const byStarA = captured(patternA, tablesA);
  const byStarB = captured(patternB, tablesB);
  const pairs = [...byStarA].flatMap(([star, a]) => {
    const b = byStarB.get(star);
    return b === undefined ? [] : [{ a, b }];
  });
  const onlyA = [...byStarA].flatMap(([star, a]) =>
    byStarB.has(star) ? [] : [{ a, b: filled(patternB, star, tablesB[0]) }],
  );
  const onlyB = [...byStarB].flatMap(([star, b]) =>
    byStarA.has(star) ? [] : [{ a: filled(patternA, star, tablesA[0]), b }],
  );
  return Either.right({ pairs, onlyA, onlyB });
};

const stars = ({ table }: BigQueryTable): number => table.split("*").length - 1;

/** By what the stars stand for; every star but the last takes as little as it can. */
const captured = (
  { table: pattern }: BigQueryTable,
  tables: ReadonlyArray<BigQueryTable>,
): ReadonlyMap<string, BigQueryTable> => {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${parts.join("(.*?)")}$`, "su");
  return new Map(
    tables.flatMap((one) => {
      const found = expression.exec(one.table);
      return found === null ? [] : [[found.slice(1).join("\0"), one] as const];
    }),
  );
};

/** The project is the pattern's own, or that of a table that it matched. */
const filled = (pattern: BigQueryTable, star: string, like: BigQueryTable | undefined): BigQueryTable => {
  const values = star.split("\0");
  const table = pattern.table
    .split("*")
    .map((part, i) => part + (values[i] ?? ""))
    .join("");
  const project = pattern.project ?? like?.project;
  return {
    _tag: "BigQueryTable",
    ...(project === undefined ? {} : { project }),
    dataset: pattern.dataset,
    table,
  };
};
