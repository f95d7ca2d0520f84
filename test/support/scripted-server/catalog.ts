/** The tables of a script, by project and dataset. */
import { type Catalog, Refusal, type Script, type Table } from "./script.ts";

const isCatalog = (tables: NonNullable<Script["tables"]>): tables is Catalog =>
  typeof tables.table === "function";

export const catalogOf = (tables: Script["tables"] = {}): Catalog => {
  if (isCatalog(tables)) return tables;
  const names = Object.keys(tables).map((name) => name.split("."));
  const under = (project: string, dataset: string) =>
    names.flatMap(([p, d, table = ""]) => (p === project && d === dataset ? [table] : []));
  return {
    datasets: (project) => [...new Set(names.flatMap(([p, d = ""]) => (p === project ? [d] : [])))],
    tables: (project, dataset) => {
      const found = under(project, dataset);
      return found.length === 0 ? undefined : found;
    },
    table: (project, dataset, table) => tables[`${project}.${dataset}.${table}`],
  };
};

const noDataset = (project: string, dataset: string) =>
  new Refusal(404, "notFound", `Not found: Dataset ${project}:${dataset}`);

/** The table, or the service's error. */
export const tableIn = (catalog: Catalog, project: string, dataset: string, name: string): Table => {
  const table = catalog.table(project, dataset, name);
  if (table !== undefined) return table;
  throw catalog.tables(project, dataset) === undefined
    ? noDataset(project, dataset)
    : new Refusal(404, "notFound", `Not found: Table ${project}:${dataset}.${name}`);
};

/** The dataset's tables, or the service's error. */
export const tablesIn = (catalog: Catalog, project: string, dataset: string): ReadonlyArray<string> => {
  const tables = catalog.tables(project, dataset);
  if (tables === undefined) throw noDataset(project, dataset);
  return tables;
};
