/**
 * Loads DuckDB's addon in the executable from a copy that it controls: Bun
 * would leave a copy in the temporary folder.
 */
let loaded: unknown;

export const load = (file: string): void => {
  const module: { exports: unknown } = { exports: {} };
  process.dlopen(module, file);
  loaded = module.exports;
};

/**
 * Replaces @duckdb/node-bindings in the executable (scripts/build.ts);
 * the addon is loaded before it is imported.
 */
export const bindings = (): unknown => loaded;
