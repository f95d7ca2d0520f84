/** Google's service as a BigQuery: REST requests over a transport. */
import { Effect, Layer } from "effect";
import { BigQuery, type BigQueryService } from "../../services/BigQuery.ts";
import type { BigQueryError } from "../../services/BigQueryError.ts";
import type { Policy } from "../CallPolicy.ts";
import * as CallPolicy from "../CallPolicy.ts";
import * as Catalog from "./Catalog.ts";
import { baseUrl, type Connection, withEnvironment } from "./Connection.ts";
import { dryRun } from "./DryRun.ts";
import { dialect } from "./dialect/Dialect.ts";
import { query } from "./Query.ts";
import * as Rest from "./Rest.ts";
import * as SendModule from "./Send.ts";
import { Send } from "./Send.ts";
import type { Session } from "./Session.ts";

/** Cancels are sent without regard to the pace, so many at once: who interrupts a run waits for them all. */
const cancelsAtOnce = 128;

/** The service over a transport. Every request, but those that cancel, is sent by the policy. */
export const make = Effect.fn("Google.make")(function* (given: Connection, policy: Policy) {
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
  const session: Session = { connection, rest, policy, project };
  const own = dialect(project);
  const service: BigQueryService = {
    dialect: () => own,
    principal: () => transport.principal,
    table: (reference) => Catalog.table(session, reference),
    version: (reference) => Effect.map(Catalog.table(session, reference), ({ version }) => version),
    listTables: (pattern) => Catalog.listTables(session, pattern),
    listRows: (table, options) => Catalog.listRows(session, table, options),
    query: (statement) => query(session, statement, cancels),
    dryRun: (statement) => dryRun(session, statement),
  };
  return service;
});

/** Google's service over a transport, with the policy of calls around it. */
export const layer = (
  connection: Connection = {},
  policy: CallPolicy.Options = {},
): Layer.Layer<BigQuery, BigQueryError, Send> =>
  Layer.scoped(
    BigQuery,
    Effect.flatMap(CallPolicy.make(policy), (calls) =>
      Effect.map(make(connection, calls.policy), calls.service),
    ),
  );

/** The same with the credentials of the connection: those of a file, or Application Default Credentials. */
export const layerLive = (
  connection: Connection = {},
  policy: CallPolicy.Options = {},
): Layer.Layer<BigQuery, BigQueryError> =>
  Layer.provide(layer(connection, policy), SendModule.layer(withEnvironment(connection)));
