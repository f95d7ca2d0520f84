/** Runs the Google layer against a scripted server, with retry delays of milliseconds. */
import { Effect } from "effect";
import type { BigQueryTable } from "../../../src/domain/TableReference.ts";
import * as CallPolicy from "../../../src/layers/CallPolicy.ts";
import type { Connection } from "../../../src/layers/google/Connection.ts";
import * as Google from "../../../src/layers/google/Google.ts";
import * as Send from "../../../src/layers/google/Send.ts";
import type { Statement } from "../../../src/services/BigQuery.ts";
import { word } from "../../../src/sql/Sql.ts";
import { type Script, scriptedServer } from "../../support/scripted-server/index.ts";

export const reference = (dataset: string, table: string): BigQueryTable => ({
  _tag: "BigQueryTable",
  project: "p",
  dataset,
  table,
});

export const t = reference("d", "t");

export const statement = (more: Partial<Statement> = {}): Statement => ({
  sql: word("SELECT"),
  tables: [t],
  location: "EU",
  ...more,
});

/** The server of a script, and a service that calls it with the call policy. */
export const connect = (
  script: Script,
  options: { readonly policy?: CallPolicy.Options; readonly connection?: Connection } = {},
) =>
  Effect.gen(function* () {
    const server = yield* scriptedServer(script);
    const calls = yield* CallPolicy.make({ firstWait: "1 millis", rateLimit: 10_000, ...options.policy });
    const connection = { project: "billing", endpoint: server.url, ...options.connection };
    const google = yield* Google.make(connection, calls.policy).pipe(
      Effect.provideServiceEffect(Send.Send, Send.make(connection)),
    );
    return { server, bigQuery: calls.service(google) };
  });

/** Answers of a function about the job `j`, with the id of the job that was started last. */
export const withJobId = (respond: (request: Send.HttpRequest) => Effect.Effect<Send.HttpResponse>) => {
  let id = "j";
  return (request: Send.HttpRequest) => {
    id = /"jobId":"([^"]+)"/.exec(request.body ?? "")?.[1] ?? id;
    return Effect.map(respond(request), (response) => ({
      ...response,
      text: response.text.replaceAll('"jobId":"j"', `"jobId":"${id}"`),
    }));
  };
};
