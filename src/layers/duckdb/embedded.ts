/** The copy of DuckDB's library inside a single-file program. scripts/build.ts puts another module in this one's place. */

export interface Embedded {
  /** Where the program's own file system has it. */
  readonly path: string;
  /** Base name of the file: `libduckdb.so`. */
  readonly name: string;
  readonly bytes: number;
  /** xxHash64 of the content, in hex. */
  readonly hash: string;
}

/** Undefined when run from sources: then node_modules has the library. */
export const embedded: Embedded | undefined = undefined as Embedded | undefined;
