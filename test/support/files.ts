/** Creates data files of every kind in a folder of the test. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { Effect, Either } from "effect";
import * as TableReference from "../../src/domain/TableReference.ts";

export interface Workdir {
  readonly path: string;
  /** Each returns the file's path. */
  readonly text: (name: string, content: string | Uint8Array) => string;
  /** Compressed by the extension: `.gz` or `.zst`. */
  readonly packed: (name: string, content: string) => string;
  readonly parquet: (name: string, select: string, options?: string) => Promise<string>;
  /** A Parquet file with some of its column names changed to others of the same length. */
  readonly renamed: (
    name: string,
    select: string,
    names: Readonly<Record<string, string>>,
  ) => Promise<string>;
  readonly database: (name: string, ...statements: ReadonlyArray<string>) => Promise<string>;
}

const run = async (database: string, statements: ReadonlyArray<string>): Promise<void> => {
  const instance = await DuckDBInstance.create(database, {
    threads: "1",
    // Older versions have no VARIANT.
    storage_compatibility_version: "latest",
  });
  const connection = await instance.connect();
  try {
    for (const statement of statements) await connection.run(statement);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};

const make = (): Workdir => {
  const path = mkdtempSync(join(tmpdir(), "bqkit-test-"));
  const at = (name: string): string => {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    return file;
  };
  const text: Workdir["text"] = (name, content) => {
    const file = at(name);
    writeFileSync(file, content);
    return file;
  };
  const parquet: Workdir["parquet"] = async (name, select, options = "") => {
    const file = at(name);
    await run(":memory:", [
      `COPY (${select}) TO '${file.replaceAll("'", "''")}' (FORMAT parquet ${options})`,
    ]);
    return file;
  };
  return {
    path,
    text,
    packed: (name, content) =>
      text(name, (name.endsWith(".gz") ? gzipSync : zstdCompressSync)(Buffer.from(content))),
    parquet,
    renamed: async (name, select, names) => {
      const file = await parquet(name, select, ", COMPRESSION uncompressed");
      const content = Object.entries(names).reduce(
        (all, [from, to]) => all.replaceAll(from, to),
        readFileSync(file, "latin1"),
      );
      return text(name, Buffer.from(content, "latin1"));
    },
    database: async (name, ...statements) => {
      const file = at(name);
      await run(file, statements);
      return file;
    },
  };
};

/** A folder for the test's files, deleted with the scope. */
export const workdir = Effect.acquireRelease(Effect.sync(make), ({ path }) =>
  Effect.sync(() => rmSync(path, { recursive: true, force: true })),
);

/** Parses a reference. */
export const reference = (text: string): TableReference.TableReference =>
  Either.getOrThrowWith(TableReference.parse(text), (problem) => new Error(problem));
