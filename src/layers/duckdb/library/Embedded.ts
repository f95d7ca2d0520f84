/** The copies of DuckDB's library and addon inside a single-file program. scripts/build.ts puts another module in this one's place. */

export interface Embedded {
  /** Where the program's own file system has it. */
  readonly path: string;
  /** Base name of the file: `libduckdb.so`, `duckdb.node`. */
  readonly name: string;
  readonly bytes: number;
  /** xxHash64 of the content, in hex. */
  readonly hash: string;
}

export interface DuckDbFiles {
  readonly library: Embedded;
  readonly addon: Embedded;
}

/** Undefined when run from sources: then node_modules has them. */
export const embedded: DuckDbFiles | undefined = undefined as DuckDbFiles | undefined;
