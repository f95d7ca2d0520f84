/** Parses the programs' statements: the columns and tables that they read, and their aliases. */

export interface Side {
  /** `project.dataset.table`. */
  readonly table: string;
  /** Columns by their aliases in the statement: c0, c1, …, and k0, k1, … for a key. */
  readonly columns: ReadonlyMap<string, string>;
}

/** The sides of a statement over whole tables; undefined for others: with conditions, a time, or unnested arrays. */
export const sidesOf = (sql: string): ReadonlyArray<Side> | undefined => {
  const sides: Array<Side> = [];
  let from = 0;
  for (const found of sql.matchAll(/FROM `([^`]+)` AS bqkit_r(.)/gs)) {
    if (found[2] !== ")") return undefined;
    const list = sql.slice(from, found.index);
    const columns = [...list.matchAll(/bqkit_r\.`([^`]+)` AS ([ck]\d+)/g)];
    sides.push({ table: found[1]!, columns: new Map(columns.map(([, name, alias]) => [alias!, name!])) });
    from = found.index + found[0].length;
  }
  const everything = sql.split(/\bbqkit_r\b/).length - 1;
  const understood = sides.reduce((sum, { columns }) => sum + columns.size + 1, 0);
  return sides.length > 0 && everything === understood ? sides : undefined;
};

/** A cell of a REPEATED column. */
export const repeated = (
  values: ReadonlyArray<string | null>,
): ReadonlyArray<{ readonly v: string | null }> => values.map((v) => ({ v }));
