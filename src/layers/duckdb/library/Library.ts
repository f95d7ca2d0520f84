/** Loads DuckDB: from node_modules, or in the executable from its embedded copy. */
import { embedded } from "./Embedded.ts";

export type DuckDb = typeof import("@duckdb/node-api");

let loaded: Promise<DuckDb> | undefined;

/** DuckDB's module, loaded at the first call, which takes about 20 ms. */
export const load = (): Promise<DuckDb> => {
  loaded ??= open();
  return loaded;
};

const open = async (): Promise<DuckDb> => {
  if (embedded !== undefined) {
    const { unpack } = await import("./Unpack.ts");
    await unpack(embedded);
  }
  return import("@duckdb/node-api");
};
