/** Google's service as the BigQuery port: REST over @google-cloud/bigquery's credentials, without its retries. */
import { Config, type ConfigError, Effect, Layer } from "effect";
import { BigQuery, type BigQueryService } from "../../services/BigQuery.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import * as CallPolicy from "../CallPolicy.ts";
import * as Catalog from "./Catalog.ts";
import { baseUrl, type Connection, withEnvironment } from "./Connection.ts";
import * as Credentials from "./Credentials.ts";
import { dryRun } from "./DryRun.ts";
import { dialect } from "./dialect/Dialect.ts";
import { query } from "./Query.ts";
import * as Rest from "./Rest.ts";
import type { Session } from "./Session.ts";

/** Cancels are sent without regard to the pace, so many at once: who interrupts a run waits for them all. */
const cancelsAtOnce = 128;

/**
 * The service. Credentials are looked for at once: `unauthenticated` if there are none. Every request, but those that
 * cancel, passes the policy.
 */
export const make = Effect.fn("Google.make")(function* (given: Connection, policy: CallPolicy.Policy) {
  const connection = withEnvironment(given);
  const url = yield* baseUrl(connection);
  const caller = yield* Credentials.make(connection);
  const cancels = yield* Effect.makeSemaphore(cancelsAtOnce);
  const rest = Rest.make({ caller, baseUrl: url, quotaProject: connection.quotaProject });
  const session: Session = { connection, rest, policy, project: caller.project };
  const own = dialect(caller.project);
  const service: BigQueryService = {
    dialect: () => own,
    principal: () => caller.principal,
    table: (reference) => Catalog.table(session, reference),
    version: (reference) => Effect.map(Catalog.table(session, reference), ({ version }) => version),
    listTables: (pattern) => Catalog.listTables(session, pattern),
    listRows: (table, options) => Catalog.listRows(session, table, options),
    query: (statement) => query(session, statement, cancels),
    dryRun: (statement) => dryRun(session, statement),
  };
  return service;
});

export interface GoogleConfig {
  readonly connection?: Connection;
  /** Rate limit, retries and the cap on each query. */
  readonly policy?: CallPolicy.Options;
}

export const layer = ({
  connection = {},
  policy: options,
}: GoogleConfig = {}): Layer.Layer<BigQuery, BigQueryError> =>
  Layer.scoped(
    BigQuery,
    Effect.flatMap(CallPolicy.make(options), ({ policy, service }) =>
      Effect.map(make(connection, policy), service),
    ),
  );

export const layerConfig = (
  config: Config.Config.Wrap<GoogleConfig>,
): Layer.Layer<BigQuery, BigQueryError | ConfigError.ConfigError> =>
  Layer.unwrapEffect(Effect.map(Config.unwrap(config), layer));
