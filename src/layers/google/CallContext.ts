/** The state that all calls over one connection share. */
import { Effect, type Schema } from "effect";
import type { BigQueryTable, TableReference } from "../../domain/TableReference.ts";
import * as TableReferences from "../../domain/TableReference.ts";
import type { Statement } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import type { Policy } from "../CallPolicy.ts";
import type { Connection } from "./Connection.ts";
import type { Call, Rest } from "./Rest.ts";

export interface CallContext {
  readonly connection: Connection;
  readonly rest: Rest;
  readonly policy: Policy;
  /** The billing project; undefined if unknown. */
  readonly project: string | undefined;
}

/** Sends a request within the rate limit and retries transient errors. */
export const call = <A, I>(context: CallContext, answer: Schema.Schema<A, I>, given: Call) =>
  context.policy.request(context.rest.send(answer, given));

/** The reference with a project: its own, or the connection's by default. */
export const complete = (
  context: CallContext,
  reference: TableReference,
): Effect.Effect<BigQueryTable & { readonly project: string }, BigQueryError> => {
  if (reference._tag !== "BigQueryTable") {
    return Effect.dieMessage(`${TableReferences.format(reference)} is a local table, not a BigQuery table`);
  }
  const project = reference.project ?? context.project;
  return project === undefined
    ? Effect.fail(noProject(reference))
    : Effect.succeed({ ...reference, project });
};

/** The table for the error of a query, if the query reads exactly one. */
export const about = ({ tables }: Pick<Statement, "tables">) =>
  tables.length === 1 && tables[0] !== undefined ? { reference: tables[0] } : {};

/** The part of a query's configuration that encrypts its result. */
export const encryption = ({ kmsKey }: Connection) =>
  kmsKey === undefined ? {} : { destinationEncryptionConfiguration: { kmsKeyName: kmsKey } };

/** The billing project of a query; the error names the first table. */
export const billed = (
  context: CallContext,
  tables: ReadonlyArray<TableReference>,
): Effect.Effect<string, BigQueryError> =>
  context.project === undefined ? Effect.fail(noProject(tables[0])) : Effect.succeed(context.project);

// `unauthenticated` ends the batch, because all other items would fail in the same way.
const noProject = (reference: TableReference | undefined): BigQueryError =>
  BigQueryError.of("unauthenticated", "no billing project is set", {
    remedy: "give --project, or set GOOGLE_CLOUD_PROJECT",
    ...(reference === undefined ? {} : { reference }),
  });
