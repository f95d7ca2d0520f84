/** The copies of DuckDB's library and addon inside the executable. scripts/build replaces this module. */

export interface Embedded {
  /** Where the program's own file system has it, compressed with zstd. */
  readonly path: string;
  /** Base name of the file: `libduckdb.so`, `duckdb.node`. */
  readonly name: string;
  /** Size and xxHash64 (in hex) of the decompressed content. */
  readonly bytes: number;
  readonly hash: string;
}

export interface DuckDbFiles {
  readonly library: Embedded;
  readonly addon: Embedded;
}

/** Undefined when run from sources: then node_modules has them. */
export const embedded: DuckDbFiles | undefined = undefined as DuckDbFiles | undefined;
