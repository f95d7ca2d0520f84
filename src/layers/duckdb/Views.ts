/** The views of a relation, and statements over few columns of a wide one. */
import { Effect } from "effect";
import { numbered } from "./Numbered.ts";
import type { Fault, Session } from "./Session.ts";

/** What the views of a relation select. */
export interface Source {
  /** The quoted name of each column, and its expression over `from`. */
  readonly columns: ReadonlyArray<readonly [name: string, x: string]>;
  /** The row number, over `from`. */
  readonly number: string;
  /** The relation below the views, which needs no other columns than `names`. */
  readonly from: (names: ReadonlySet<string>, isNumbered: boolean) => string;
}

const select = ({ columns, number, from }: Source, isNumbered: boolean, only?: ReadonlySet<string>) => {
  const used = only === undefined ? columns : columns.filter(([name]) => only.has(name));
  // A statement that counts rows uses no column.
  const kept = used.length === 0 ? columns.slice(0, 1) : used;
  const list = kept.map(([name, x]) => (x === name ? x : `${x} AS ${name}`));
  const names = new Set(kept.map(([name]) => name));
  return `SELECT ${[...list, ...(isNumbered ? [number] : [])].join(", ")} FROM ${from(names, isNumbered)}`;
};

/** Creates the views of the relation `target`. */
export const create = (session: Session, target: string, source: Source): Effect.Effect<void, Fault> =>
  Effect.forEach(
    [
      `CREATE VIEW ${target} AS ${select(source, false)}`,
      `CREATE VIEW ${numbered(target)} AS ${select(source, true)}`,
    ],
    session.run,
    { discard: true },
  );

/** DuckDB plans every column of a view for each of its uses, in a time that grows with the square of their number. */
const mostColumns = 100;

const tokens = /'(?:[^']|'')*'|"bqkit(?:_numbered)?"\."(?:[^"]|"")*"|"(?:[^"]|"")*"/g;

/**
 * The statement with wide relations reduced to the columns that it names. It must contain no text of a user, which may
 * name columns without quotes.
 */
export const narrow = (
  statement: string,
  relations: ReadonlyArray<{ readonly target: string; readonly source: Source }>,
): string => {
  const wide = relations.filter(({ source }) => source.columns.length > mostColumns);
  if (wide.length === 0) return statement;
  const names = new Set(statement.match(tokens));
  const views = wide
    .flatMap(({ target, source }) => [
      { view: target, source, isNumbered: false },
      { view: numbered(target), source, isNumbered: true },
    ])
    .filter(({ view }) => names.has(view));
  const aliases = new Map(views.map(({ view }, i) => [view, `bqkit_wide_${i}`]));
  const list = views.map(
    ({ view, source, isNumbered }) =>
      `${aliases.get(view)} AS NOT MATERIALIZED (${select(source, isNumbered, names)})`,
  );
  const text = statement.replace(tokens, (token) => aliases.get(token) ?? token);
  return list.length === 0 ? text : `WITH ${list.join(",\n")}\nSELECT * FROM (\n${text}\n)`;
};
