/** Drops and renames columns, with comments for those that BigQuery cannot drop or rename. */

import { identifier } from "../../../sql/GoogleSql.ts";
import { sql } from "../../../sql/Sql.ts";
import type { DdlLine } from "../SchemaDiff.ts";
import { alterTable, comment, listed } from "./Lines.ts";
import { ofRule, type Subject } from "./Subject.ts";

export interface Names {
  readonly drops: ReadonlyArray<DdlLine>;
  readonly renames: ReadonlyArray<DdlLine>;
  /** A's names of the dropped columns, and the new names of the renamed ones. */
  readonly dropped: ReadonlySet<string>;
  readonly renamed: ReadonlyMap<string, string>;
  /** The names that A's columns have in the end, in lower case. */
  readonly taken: ReadonlySet<string>;
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
  const names = subject.a.schema.map(({ name }) => name).filter((name) => !drops.includes(name));
  const { renames, occupied } = possible(
    wanted.filter(({ from }) => !isFixed(from)),
    names,
  );
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
      ...occupied.map(({ from, to }) =>
        comment(`\`${from}\`: cannot be renamed to \`${to}\`, which is the name of a column that stays`),
      ),
      ...renameStatements(subject, renames),
    ],
    dropped: new Set(drops),
    renamed: new Map(renames.map(({ from, to }) => [from, to])),
    taken: new Set(
      names.map((name) => (renames.find(({ from }) => from === name)?.to ?? name).toLowerCase()),
    ),
  };
};

/** The renames to names that are free then. One that is not possible keeps its old name from others. */
const possible = (
  renames: ReadonlyArray<Pair>,
  names: ReadonlyArray<string>,
): { readonly renames: ReadonlyArray<Pair>; readonly occupied: ReadonlyArray<Pair> } => {
  const leaving = new Set(renames.map(({ from }) => from));
  const staying = new Set(names.filter((name) => !leaving.has(name)).map((name) => name.toLowerCase()));
  const occupied = renames.filter(({ to }) => staying.has(to.toLowerCase()));
  if (occupied.length === 0) return { renames, occupied };
  const rest = possible(
    renames.filter((one) => !occupied.includes(one)),
    names,
  );
  return { renames: rest.renames, occupied: [...occupied, ...rest.occupied] };
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
