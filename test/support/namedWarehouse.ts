/**
 * The scripted warehouse with custom table names, for docs and
 * examples with tables such as orders and customers.
 */
import { catalogOf } from "./scripted-server/catalog.ts";
import { type Catalog, type Script, warehouse } from "./scripted-server/index.ts";

export interface Names {
  readonly project: string;
  readonly datasets: ReadonlyArray<string>;
  /** The tables of every dataset. With `differs`, the first one differs outside the first dataset. */
  readonly tables: ReadonlyArray<string>;
  readonly differs?: boolean;
}

/** The script of a warehouse whose tables have an id, a name, an amount and a time. */
export const namedWarehouse = ({ project, datasets, tables, differs = false }: Names): Script => {
  const inner = warehouse({
    tables: tables.length,
    project,
    datasets,
    deviants: differs ? tables.length : 0,
  });
  const catalog = catalogOf(inner.tables);
  const numbered = (name: string) => `t${tables.indexOf(name)}`;
  const named: Catalog = {
    ...catalog,
    tables: (of, dataset) => (catalog.tables(of, dataset) === undefined ? undefined : [...tables].sort()),
    table: (of, dataset, name) => catalog.table(of, dataset, numbered(name)),
  };
  const rename = (sql: string) =>
    sql.replaceAll(/`([^`.]+)\.([^`.]+)\.([^`.]+)`/g, (_, of: string, dataset: string, name: string) =>
      [`\`${of}`, dataset, `${numbered(name)}\``].join("."),
    );
  return { tables: named, query: (sql, number) => inner.query(withoutTruth(rename(sql)), number) };
};

/** Removes conditions such as `1 = 1`: the warehouse supports no conditions. */
const withoutTruth = (sql: string): string => sql.replaceAll(/\s+WHERE \(\s*(\d+) = \1\s*\)/g, "");
