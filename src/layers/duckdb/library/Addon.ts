/**
 * DuckDB's addon in a single-file program: loaded from a copy of our own, which Bun would otherwise leave in the folder
 * for temporary files.
 */
let loaded: unknown;

export const load = (file: string): void => {
  const module: { exports: unknown } = { exports: {} };
  process.dlopen(module, file);
  loaded = module.exports;
};

/** What scripts/build.ts puts in the place of @duckdb/node-bindings; the addon is loaded before that is imported. */
export const bindings = (): unknown => loaded;
