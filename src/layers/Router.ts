/** BigQuery and local files as one `BigQuery`: each call goes to the engine of its tables. */
import { Config, type ConfigError, Effect, Layer, Option, Ref, Scope } from "effect";
import { format, type TableReference } from "../domain/TableReference.ts";
import type { TypeName } from "../domain/TableSchema.ts";
import { BigQuery, type BigQueryService, type Statement } from "../services/BigQuery.ts";
import { BigQueryError } from "../services/BigQueryError.ts";
import { statSync } from "../services/file/SyncFile.ts";
import * as CallPolicy from "./CallPolicy.ts";
import { dialect as localDialect } from "./duckdb/dialect/Dialect.ts";
import { type Connection, withEnvironment } from "./google/Connection.ts";
import { dialect as googleDialect } from "./google/dialect/Dialect.ts";

export interface RouterConfig {
  readonly connection?: Connection;
  /** Pacing, retries and limits of the calls to BigQuery. */
  readonly policy?: CallPolicy.Options;
  readonly local?: {
    /** Threads of the local engine (all cores). */
    readonly threads?: number;
    /** Memory limit of the local engine, in DuckDB's notation: `2GB` (80% of memory). */
    readonly memoryLimit?: string;
    /** Types of columns of text files, by name; overrides inference. */
    readonly types?: Readonly<Record<string, TypeName>>;
    /**
     * Gives the tables that may be read when the local engine starts; it opens no other file. Absent: all.
     */
    readonly references?: Effect.Effect<Iterable<TableReference> | undefined>;
  };
}

/**
 * Loads and starts each engine at its first call, so that a program does
 * not wait for an engine that it does not use.
 */
export const layer = (config: RouterConfig = {}): Layer.Layer<BigQuery> =>
  Layer.scoped(BigQuery, make(config));

export const layerConfig = (
  config: Config.Config.Wrap<RouterConfig>,
): Layer.Layer<BigQuery, ConfigError.ConfigError> =>
  Layer.unwrapEffect(Effect.map(Config.unwrap(config), layer));

/** Sends calls for BigQuery tables to one service and calls for local tables to the other. */
export const route = (
  google: Effect.Effect<BigQueryService, BigQueryError>,
  local: Effect.Effect<BigQueryService, BigQueryError>,
): BigQueryService => {
  const dialect = googleDialect();
  const engineOf = (reference: TableReference) => (reference._tag === "BigQueryTable" ? google : local);
  return {
    dialect: (reference) => (reference._tag === "BigQueryTable" ? dialect : localDialect),
    principal: (reference) =>
      Effect.flatMap(engineOf(reference), (engine) => engine.principal(reference)).pipe(
        Effect.orElseSucceed(() => null),
      ),
    table: (reference) =>
      Effect.zipRight(
        notFile(reference),
        Effect.flatMap(engineOf(reference), (engine) => engine.table(reference)),
      ),
    version: (reference) => Effect.flatMap(engineOf(reference), (engine) => engine.version(reference)),
    haveSameBytes: (a, b) =>
      a._tag === "BigQueryTable" || b._tag === "BigQueryTable"
        ? Effect.succeed(false)
        : Effect.flatMap(local, (engine) => engine.haveSameBytes?.(a, b) ?? Effect.succeed(false)),
    listTables: (pattern, onPage) => Effect.flatMap(google, (engine) => engine.listTables(pattern, onPage)),
    listRows: (table, options) =>
      Effect.flatMap(engineOf(table.reference), (engine) => engine.listRows(table, options)),
    query: (statement) =>
      Effect.flatMap(engineOfAll(statement, google, local), (engine) => engine.query(statement)),
    dryRun: (statement) =>
      Effect.flatMap(engineOfAll(statement, google, local), (engine) => engine.dryRun(statement)),
  };
};

/** Fails for an existing file of an unknown format, for which BigQuery would only report missing credentials. */
const notFile = (reference: TableReference): Effect.Effect<void, BigQueryError> => {
  const path = format(reference);
  const isDatabase = /\.(duckdb|ddb|db)$/i.test(path);
  return reference._tag === "BigQueryTable" && isFile(path)
    ? isDatabase
      ? BigQueryError.of("unsupported", `${path} is a database, not a table`, {
          reference,
          remedy: `add a table of it: ${path}#schema.table`,
        })
      : BigQueryError.of("unsupported", `the format of the file ${path} cannot be determined from its name`, {
          reference,
          remedy: `rename it to .parquet, .csv, .tsv, .json or .ndjson; for a BigQuery table, add the project: project.${path}`,
        })
    : Effect.void;
};

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** A statement without tables goes to BigQuery. */
const engineOfAll = (
  { tables }: Statement,
  google: Effect.Effect<BigQueryService, BigQueryError>,
  local: Effect.Effect<BigQueryService, BigQueryError>,
) => {
  const remote = tables.filter(({ _tag }) => _tag === "BigQueryTable").length;
  if (remote === tables.length) return google;
  return remote === 0
    ? local
    : BigQueryError.of("unsupported", "one statement cannot read both BigQuery tables and local tables", {
        remedy: "use one statement per engine",
      });
};

const make = Effect.fn("Router.make")(function* (config: RouterConfig) {
  const scope = yield* Effect.scope;
  const { policy, service } = yield* CallPolicy.make(config.policy);
  const google = yield* startOnce(
    Effect.gen(function* () {
      const [Google, Send] = yield* load("the BigQuery client", () =>
        Promise.all([import("./google/Google.ts"), import("./google/Send.ts")]),
      );
      const connection = withEnvironment(config.connection ?? {});
      const transport = yield* Send.make(connection);
      return service(yield* Effect.provideService(Google.make(connection, policy), Send.Send, transport));
    }),
  );
  const local = yield* startOnce(
    Effect.gen(function* () {
      const DuckDb = yield* load("the local engine", () => import("./duckdb/DuckDb.ts"));
      const { references, ...local } = config.local ?? {};
      const allowed = yield* references ?? Effect.succeed(undefined);
      const engine = DuckDb.make({ ...local, ...(allowed === undefined ? {} : { references: allowed }) });
      return CallPolicy.measured(yield* Scope.extend(engine, scope));
    }),
  );
  return route(google, local);
});

const load = <A>(what: string, module: () => Promise<A>): Effect.Effect<A, BigQueryError> =>
  Effect.tryPromise({
    try: module,
    catch: (error) =>
      BigQueryError.of(
        "outOfResources",
        `${what} cannot be loaded: ${error instanceof Error ? error.message : "unknown error"}`,
        { remedy: "reinstall for this machine's operating system and processor" },
      ),
  });

/**
 * Runs the effect at the first call and keeps its result. A start that failed or was interrupted is retried.
 */
const startOnce = <A, E>(start: Effect.Effect<A, E>): Effect.Effect<Effect.Effect<A, E>> =>
  Effect.gen(function* () {
    const started = yield* Ref.make(Option.none<A>());
    const turn = yield* Effect.makeSemaphore(1);
    const startNow = Effect.tap(start, (engine) => Ref.set(started, Option.some(engine)));
    const current = Effect.flatMap(
      Ref.get(started),
      Option.match({ onNone: () => startNow, onSome: Effect.succeed }),
    );
    return turn.withPermits(1)(current);
  });
