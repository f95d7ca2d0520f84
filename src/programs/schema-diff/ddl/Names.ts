/** Drops and renames columns, with comments for those that BigQuery cannot drop or rename. */
import { sql } from "../../../sql/Sql.ts";
import type { DdlLine } from "../SchemaDiff.ts";
import { alterTable, comment, listed } from "./Lines.ts";
import { ofRule, type Subject } from "./Subject.ts";
import { identifier } from "./Types.ts";

export interface Names {
  readonly drops: ReadonlyArray<DdlLine>;
  readonly renames: ReadonlyArray<DdlLine>;
  /** A's names of the dropped columns, and the new names of the renamed ones. */
  readonly dropped: ReadonlySet<string>;
  readonly renamed: ReadonlyMap<string, string>;
}

export const names = (subject: Subject): Names => {
  const { table, columns, fixed, held } = subject;
  const isFixed = (name: string): boolean => fixed.has(name.toLowerCase()) || held.has(name.toLowerCase());
  const cannot = (what: string, found: ReadonlyArray<string>): ReadonlyArray<DdlLine> => {
    const layout = found.filter((name) => fixed.has(name.toLowerCase()));
    const keys = found.filter((name) => !fixed.has(name.toLowerCase()));
    return [
      ...(layout.length === 0
        ? []
        : [
            comment(
              `${listed(layout)}: columns that partition or cluster the table cannot be ${what}; rebuild it: CREATE TABLE … AS SELECT`,
            ),
          ]),
      ...(keys.length === 0
        ? []
        : [comment(`${listed(keys)}: can be ${what} after dropping its foreign key, whose name is unknown`)]),
    ];
  };
  const removals = ofRule(columns, "removed").flatMap(({ fieldBefore }) => fieldBefore?.name ?? []);
  const drops = removals.filter((name) => !isFixed(name));
  const wanted = ofRule(columns, "renamed", "case-changed").map(({ before, after }) => pair(before, after));
  const blocked = wanted.filter(({ from }) => isFixed(from));
  const renames = wanted.filter(({ from }) => !isFixed(from));
  return {
    drops: [
      ...cannot("dropped", removals.filter(isFixed)),
      ...alterTable(
        table,
        drops.map((name) => sql`  DROP COLUMN ${identifier(name)}`),
      ),
    ],
    renames: [
      ...cannot(
        "renamed",
        blocked.map(({ from }) => from),
      ),
      ...renameStatements(subject, renames),
    ],
    dropped: new Set(drops),
    renamed: new Map(renames.map(({ from, to }) => [from, to])),
  };
};

interface Pair {
  readonly from: string;
  readonly to: string;
}

const pair = (before: unknown, after: unknown): Pair => ({ from: String(before), to: String(after) });

/**
 * A new name that another column has until then, or that only differs in case, is reached through an unused name.
 * Each rename is a separate statement, because BigQuery allows no other action with it.
 */
const renameStatements = ({ table, a, b }: Subject, renames: ReadonlyArray<Pair>): ReadonlyArray<DdlLine> => {
  if (renames.length === 0) return [];
  const old = new Set(renames.map(({ from }) => from.toLowerCase()));
  const direct = renames.filter(({ to }) => !old.has(to.toLowerCase()));
  const detours = renames.filter(({ to }) => old.has(to.toLowerCase()));
  const used = new Set([...a.schema, ...b.schema].map(({ name }) => name.toLowerCase()));
  let n = 0;
  const free = (): string => {
    do n += 1;
    while (used.has(`bqkit_renamed_${n}`));
    return `bqkit_renamed_${n}`;
  };
  const through = detours.map((one) => ({ ...one, between: free() }));
  return [
    through.map(({ from, between }) => ({ from, to: between })),
    [...direct, ...through.map(({ between, to }) => ({ from: between, to }))],
  ].flatMap((steps) =>
    alterTable(
      table,
      steps.map(({ from, to }) => sql`  RENAME COLUMN ${identifier(from)} TO ${identifier(to)}`),
    ),
  );
};
