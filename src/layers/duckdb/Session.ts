/**
 * An in-memory DuckDB instance. Each statement has its own connection, the number of concurrent statements is
 * limited to the number of threads, and an interruption waits until its statement has ended.
 */

import type { DuckDBConnection, DuckDBInstance, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { Data, Effect, Exit, type Scope } from "effect";
import type { TableReference } from "../../domain/TableReference.ts";
import type { TypeName } from "../../domain/TableSchema.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import { availableParallelism } from "../../services/OperatingSystem.ts";
import { fromStart } from "./Errors.ts";
import { type Expanded, expand, restrict } from "./files/Restriction.ts";
import * as Library from "./library/Library.ts";
import * as TemporaryFolder from "./library/TemporaryFolder.ts";
import { numberedSchema } from "./Numbered.ts";

/** DuckDB's message. It may quote row values, so it must never be shown: see Errors.ts. */
export class Fault extends Data.TaggedError("DuckDbFault")<{ readonly text: string }> {}

/** The result of a statement: columns with their types, and rows by position. */
export interface StatementResult {
  readonly names: ReadonlyArray<string>;
  readonly types: ReadonlyArray<DuckDBType>;
  readonly rows: ReadonlyArray<ReadonlyArray<DuckDBValue>>;
}

export interface Config {
  /** The number of threads, and of concurrent statements (all cores). */
  readonly threads?: number;
  /** `4GB`, `512MiB`, or bytes (80% of memory); data above the limit goes to the temporary folder. */
  readonly memoryLimit?: string;
  /** Types of columns of text files, by name; overrides inference. */
  readonly types?: Readonly<Record<string, TypeName>>;
  /**
   * The tables that may be read (all); the engine opens no other files. Globs are expanded at the start. Iterated again
   * when the engine starts again.
   */
  readonly references?: Iterable<TableReference>;
}

export interface Session {
  /** Runs one SELECT and fetches its first rows (10,000). Fails for anything except a single SELECT. */
  readonly read: (sql: string, maxRows?: number) => Effect.Effect<StatementResult, Fault>;
  /** The same for a SELECT with few rows, whose columns have different names: it is planned only once. */
  readonly query: (sql: string, maxRows?: number) => Effect.Effect<StatementResult, Fault>;
  /** The files that a glob matches, ordered by name. */
  readonly glob: (pattern: string) => Effect.Effect<ReadonlyArray<string>, Fault>;
  /** Runs a statement of this layer that creates a table or view. */
  readonly run: (sql: string) => Effect.Effect<void, Fault>;
  /**
   * Runs a DROP or DETACH, without waiting for other statements. It
   * cannot be interrupted, and ignores errors.
   */
  readonly release: (sql: string) => Effect.Effect<void>;
  /** The folder for data that does not fit into memory; DuckDB creates it when needed. */
  readonly temporaryFolder: string;
}

const selectStatement = 1;

/** Adds the unit that DuckDB requires to a size in bytes. */
const size = (text: string): string => (/^\d+$/.test(text.trim()) ? `${text.trim()}B` : text);

/** Runs the promise. On interruption, interrupts the connection until the promise has settled. */
const settled = <A>(connection: DuckDBConnection, start: (stopped: () => boolean) => Promise<A>) =>
  Effect.async<A, Fault>((resume) => {
    let stopped = false;
    const running = start(() => stopped).then(
      (answer) => resume(Effect.succeed(answer)),
      (error: unknown) => resume(Effect.fail(faultOf(error))),
    );
    return Effect.promise(async () => {
      stopped = true;
      // interrupt() only reaches a running statement, and this one may still be queued.
      const again = setInterval(() => connection.interrupt(), 20);
      connection.interrupt();
      await running;
      clearInterval(again);
    });
  });

const faultOf = (error: unknown): Fault =>
  new Fault({ text: error instanceof Error ? error.message : String(error) });

const readFrom =
  (connection: DuckDBConnection, sql: string, maxRows: number) =>
  async (stopped: () => boolean): Promise<StatementResult> => {
    const prepared = await connection.prepare(sql);
    if (stopped()) throw new Error("INTERRUPT Error: Interrupted!");
    if (prepared.statementType !== selectStatement) throw new Error("Parser Error: only a SELECT can be run");
    const reader = await prepared.streamAndReadUntil(maxRows);
    const names = reader.columnNames();
    return { names, types: reader.columnTypes(), rows: reader.getRows().slice(0, maxRows) };
  };

/** Executing a prepared statement over files plans it again, which takes most of the time of a wide one. */
const queryFrom =
  (connection: DuckDBConnection, sql: string, maxRows: number) => async (): Promise<StatementResult> => {
    // Only a SELECT can stand in parentheses.
    const result = await connection.run(`SELECT * FROM (\n${sql}\n)`);
    const names = result.columnNames();
    return { names, types: result.columnTypes(), rows: (await result.getRows()).slice(0, maxRows) };
  };

/** Starts DuckDB. When the scope closes, it stops and its temporary folder is removed. */
export const make = Effect.fn("DuckDb.Session.make")(function* (config: Config) {
  const threads = config.threads ?? availableParallelism();
  const temporaryFolder = yield* TemporaryFolder.acquire;
  const { instance, expanded } = yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: () => start(config, threads, temporaryFolder),
      catch: (error) => fromStart(error instanceof Error ? error.message : String(error)),
    }),
    (open) => Effect.sync(() => open.instance.closeSync()),
  );
  const permits = yield* Effect.makeSemaphore(threads);

  // Opening and closing a connection takes longer than a short statement.
  const idle: Array<DuckDBConnection> = [];
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      for (const connection of idle) connection.closeSync();
    }),
  );
  const withConnection = <A>(use: (connection: DuckDBConnection) => Effect.Effect<A, Fault>) =>
    Effect.acquireUseRelease(
      Effect.suspend(() => {
        const open = idle.pop();
        return open === undefined
          ? Effect.tryPromise({ try: () => instance.connect(), catch: faultOf })
          : Effect.succeed(open);
      }),
      use,
      (connection, exit) =>
        // An interrupt may reach the next statement of its connection.
        Effect.sync(() => (Exit.isSuccess(exit) ? idle.push(connection) : connection.closeSync())),
    );

  const session: Session = {
    read: (sql, maxRows = 10_000) =>
      permits.withPermits(1)(
        withConnection((connection) => settled(connection, readFrom(connection, sql, maxRows))),
      ),
    query: (sql, maxRows = 10_000) =>
      permits.withPermits(1)(
        withConnection((connection) => settled(connection, queryFrom(connection, sql, maxRows))),
      ),
    glob: (pattern) =>
      expanded === undefined
        ? withConnection((connection) => settled(connection, () => expand(connection, pattern)))
        : Effect.succeed(expanded.get(pattern) ?? []),
    run: (sql) =>
      permits.withPermits(1)(
        withConnection((connection) => Effect.asVoid(settled(connection, () => connection.run(sql)))),
      ),
    release: (sql) =>
      withConnection((connection) =>
        Effect.asVoid(Effect.tryPromise({ try: () => connection.run(sql), catch: faultOf })),
      ).pipe(Effect.ignore, Effect.uninterruptible),
    temporaryFolder,
  };
  return session;
}) satisfies (config: Config) => Effect.Effect<Session, BigQueryError, Scope.Scope>;

interface Started {
  readonly instance: DuckDBInstance;
  /** The expanded globs, if the files are restricted. */
  readonly expanded: Expanded | undefined;
}

const start = async (config: Config, threads: number, temporaryFolder: string): Promise<Started> => {
  const { DuckDBInstance } = await Library.load();
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(threads),
    ...(config.memoryLimit === undefined ? {} : { memory_limit: size(config.memoryLimit) }),
    temp_directory: temporaryFolder,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    await connection.run("SET GLOBAL parquet_metadata_cache = true");
    await connection.run('CREATE SCHEMA "bqkit"');
    await connection.run(`CREATE SCHEMA "${numberedSchema}"`);
    const expanded =
      config.references === undefined ? undefined : await restrict(connection, config.references);
    // Prevents a --where condition from changing these settings.
    await connection.run("SET GLOBAL lock_configuration = true");
    return { instance, expanded };
  } catch (error) {
    instance.closeSync();
    throw error;
  } finally {
    connection.closeSync();
  }
};
