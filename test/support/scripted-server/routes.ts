/** Routes requests to calls of the REST API. */

export const methods = [
  "tables.get", "tables.list", "datasets.list", "tabledata.list", "jobs.query", "jobs.getQueryResults",
  "jobs.get", "jobs.cancel", "jobs.insert",
] as const; // biome-ignore format: one list
export type Method = (typeof methods)[number];

export interface Route {
  readonly method: Method;
  /** The parameters of the path, the project first. */
  readonly parts: ReadonlyArray<string>;
}

const routes: ReadonlyArray<readonly [verb: string, path: RegExp, method: Method]> = [
  ["GET", /^\/projects\/([^/]+)\/datasets\/([^/]+)\/tables\/([^/]+)\/data$/, "tabledata.list"],
  ["GET", /^\/projects\/([^/]+)\/datasets\/([^/]+)\/tables\/([^/]+)$/, "tables.get"],
  ["GET", /^\/projects\/([^/]+)\/datasets\/([^/]+)\/tables$/, "tables.list"],
  ["GET", /^\/projects\/([^/]+)\/datasets$/, "datasets.list"],
  ["POST", /^\/projects\/([^/]+)\/queries$/, "jobs.query"],
  ["GET", /^\/projects\/([^/]+)\/queries\/([^/]+)$/, "jobs.getQueryResults"],
  ["POST", /^\/projects\/([^/]+)\/jobs\/([^/]+)\/cancel$/, "jobs.cancel"],
  ["GET", /^\/projects\/([^/]+)\/jobs\/([^/]+)$/, "jobs.get"],
  ["POST", /^\/projects\/([^/]+)\/jobs$/, "jobs.insert"],
];

/** The call for a path below `/bigquery/v2`. */
export const routeOf = (verb: string | undefined, path: string): Route | undefined => {
  for (const [wanted, pattern, method] of routes) {
    const found = wanted === verb ? pattern.exec(path) : null;
    if (found !== null) return { method, parts: found.slice(1) };
  }
  return undefined;
};
