/** `BigQuery` over Google's REST API. */
import { Config, type ConfigError, Effect, Layer } from "effect";
import { BigQuery, type BigQueryService, type Statement } from "../../services/BigQuery.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import * as CallPolicy from "../CallPolicy.ts";
import type { CallContext } from "./CallContext.ts";
import * as Catalog from "./Catalog.ts";
import { baseUrl, type Connection, withEnvironment } from "./Connection.ts";
import { dialect } from "./dialect/Dialect.ts";
import { needsDrive } from "./Errors.ts";
import { dryRun } from "./job/DryRun.ts";
import { query } from "./job/Query.ts";
import { listRows } from "./ListRows.ts";
import * as Rest from "./Rest.ts";
import * as SendModule from "./Send.ts";
import { Send } from "./Send.ts";

/**
 * The maximum number of concurrent cancel requests. They bypass the
 * rate limit, so that an interruption ends soon.
 */
const cancelsAtOnce = 128;

/** The service over a transport. The policy applies to every request except cancel requests. */
export const make = Effect.fn("Google.make")(function* (given: Connection, policy: CallPolicy.Policy) {
  const connection = withEnvironment(given);
  const url = yield* baseUrl(connection);
  const transport = yield* Send;
  const cancels = yield* Effect.makeSemaphore(cancelsAtOnce);
  const rest = Rest.make({
    send: transport.send,
    baseUrl: url,
    quotaProject: connection.quotaProject,
  });
  const project = connection.project ?? transport.project;
  const context: CallContext = { connection, rest, policy, project };
  const own = dialect(project);
  /** Runs the statement; if it fails for lack of the Google Drive scope, adds the scope and runs it again. */
  const allowing = <A>(
    run: (statement: Statement) => Effect.Effect<A, BigQueryError>,
    statement: Statement,
  ): Effect.Effect<A, BigQueryError> => {
    const { allowDrive } = transport;
    if (allowDrive === undefined) return run(statement);
    // A job id cannot be reused, even after the job failed.
    const { jobId: _, ...again } = statement;
    return Effect.catchIf(run(statement), needsDrive, () => Effect.zipRight(allowDrive, run(again)));
  };
  const service: BigQueryService = {
    dialect: () => own,
    principal: () => transport.principal,
    table: (reference) => Catalog.table(context, reference),
    version: (reference) => Effect.map(Catalog.table(context, reference), ({ version }) => version),
    listTables: (pattern, onPage) => Catalog.listTables(context, pattern, onPage),
    listRows: (table, options) => listRows(context, table, options),
    query: (statement) => allowing((attempt) => query(context, attempt, cancels), statement),
    dryRun: (statement) => allowing((attempt) => dryRun(context, attempt), statement),
  };
  return service;
});

export interface GoogleConfig {
  readonly connection?: Connection;
  /** Rate limit, retries and the cap on each query. */
  readonly policy?: CallPolicy.Options;
}

/** Google's service over any transport. */
export const layerWithoutSend = ({
  connection = {},
  policy: options,
}: GoogleConfig = {}): Layer.Layer<BigQuery, BigQueryError, Send> =>
  Layer.scoped(
    BigQuery,
    Effect.flatMap(CallPolicy.make(options), ({ policy, service }) =>
      Effect.map(make(connection, policy), service),
    ),
  );

/** Google's service with the credentials of the connection. `unauthenticated` if there are none. */
export const layer = (config: GoogleConfig = {}): Layer.Layer<BigQuery, BigQueryError> =>
  Layer.provide(layerWithoutSend(config), SendModule.layer(withEnvironment(config.connection ?? {})));

export const layerConfig = (
  config: Config.Config.Wrap<GoogleConfig>,
): Layer.Layer<BigQuery, BigQueryError | ConfigError.ConfigError> =>
  Layer.unwrapEffect(Effect.map(Config.unwrap(config), layer));
