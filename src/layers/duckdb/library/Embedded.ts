/** The copies of DuckDB's library and addon in the executable. scripts/build replaces this module. */

export interface Embedded {
  /** The path in the executable's file system, compressed with zstd. */
  readonly path: string;
  /** The base name of the file: `libduckdb.so`, `duckdb.node`. */
  readonly name: string;
  /** Size and xxHash64 (in hex) of the decompressed content. */
  readonly bytes: number;
  readonly hash: string;
}

export interface DuckDbFiles {
  readonly library: Embedded;
  readonly addon: Embedded;
}

/** Undefined when run from sources, which use node_modules. */
export const embedded: DuckDbFiles | undefined = undefined as DuckDbFiles | undefined;
