/** Restricts the engine to the files of the given tables, whatever a view or a condition reads. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { TableReference } from "../../../domain/TableReference.ts";
import { resolve } from "../../../services/file/Path.ts";
import { existsSync, realpathSync } from "../../../services/file/SyncFile.ts";
import { dialect } from "../dialect/Dialect.ts";
import { escapeGlob, isGlob } from "./DataFiles.ts";

/** The matching files of each glob, by its absolute path. */
export type Expanded = ReadonlyMap<string, ReadonlyArray<string>>;

export const expand = async (
  connection: DuckDBConnection,
  pattern: string,
): Promise<ReadonlyArray<string>> => {
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT file FROM glob(${dialect.string(pattern).text}) ORDER BY file`,
  );
  return reader.getRows().map(([file]) => String(file));
};

/** Restricts the instance. Expands the globs of the tables first, because that is impossible afterwards. */
export const restrict = async (
  connection: DuckDBConnection,
  references: Iterable<TableReference>,
): Promise<Expanded> => {
  const expanded = new Map<string, ReadonlyArray<string>>();
  const paths = new Set<string>();
  for (const reference of references) {
    if (reference._tag === "LocalTable") {
      const path = resolve(reference.file);
      for (const file of [path, target(path)]) paths.add(file).add(`${file}.wal`);
    }
    if (reference._tag !== "LocalFiles") continue;
    const path = resolve(reference.path);
    const isPattern = isGlob(reference.path) && !existsSync(path);
    const files = isPattern ? await expand(connection, path) : [path];
    if (isPattern) expanded.set(path, files);
    // DuckDB compares the text of a path, which may have escaped glob characters.
    for (const file of files) paths.add(file).add(escapeGlob(file));
  }
  const list = [...paths].map((path) => dialect.string(path).text).join(", ");
  await connection.run(`SET GLOBAL allowed_paths = [${list}]`);
  await connection.run("SET GLOBAL enable_external_access = false");
  return expanded;
};

const target = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
};
