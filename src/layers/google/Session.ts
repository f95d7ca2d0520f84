/** What the calls over one connection share. */
import { Effect, type Schema } from "effect";
import type { BigQueryTable, TableReference } from "../../domain/TableReference.ts";
import * as TableReferences from "../../domain/TableReference.ts";
import type { Statement } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import type { Policy } from "../CallPolicy.ts";
import type { Connection } from "./Connection.ts";
import type { Call, Rest } from "./Rest.ts";

export interface Session {
  readonly connection: Connection;
  readonly rest: Rest;
  readonly policy: Policy;
  /** The project that is billed; undefined if nothing names one. */
  readonly project: string | undefined;
}

/** The call by the policy: at its turn, and again while its faults heal. */
export const call = <A, I>(session: Session, answer: Schema.Schema<A, I>, given: Call) =>
  session.policy.request(session.rest.send(answer, given));

/** The reference with its project, which the connection's stands in for. */
export const complete = (
  session: Session,
  reference: TableReference,
): Effect.Effect<BigQueryTable & { readonly project: string }, BigQueryError> => {
  if (reference._tag !== "BigQueryTable") {
    return Effect.dieMessage(`${TableReferences.format(reference)} is local, and was asked of BigQuery`);
  }
  const project = reference.project ?? session.project;
  return project === undefined
    ? Effect.fail(noProject(reference))
    : Effect.succeed({ ...reference, project });
};

/** The error of a query over one table names it. */
export const about = ({ tables }: Pick<Statement, "tables">) =>
  tables.length === 1 && tables[0] !== undefined ? { reference: tables[0] } : {};

/** The part of a query's configuration that says how its result is encrypted. */
export const encryption = ({ kmsKey }: Connection) =>
  kmsKey === undefined ? {} : { destinationEncryptionConfiguration: { kmsKeyName: kmsKey } };

/** The project that a query over these tables is billed to. */
export const billed = (
  session: Session,
  tables: ReadonlyArray<TableReference>,
): Effect.Effect<string, BigQueryError> =>
  session.project === undefined ? Effect.fail(noProject(tables[0])) : Effect.succeed(session.project);

// No other item of a batch would fare better, which `unauthenticated` says.
const noProject = (reference: TableReference | undefined): BigQueryError =>
  BigQueryError.of("unauthenticated", "no project is known to bill", {
    remedy: "give --project, or set GOOGLE_CLOUD_PROJECT",
    ...(reference === undefined ? {} : { reference }),
  });
