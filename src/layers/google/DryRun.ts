/** What a statement would read, by a dry run: nothing runs and nothing is billed. */
import { Effect, Either } from "effect";
import type { DryRun, Statement } from "../../services/BigQuery.ts";
import { BigQueryError } from "../../services/BigQueryError.ts";
import { count, JobResource, jobFault } from "./Query.ts";
import { billed, call, type Session } from "./Session.ts";
import { fieldsOf } from "./Tables.ts";

const accuracies = ["PRECISE", "UPPER_BOUND", "LOWER_BOUND"] as const;

/** By jobs.insert: jobs.query does not say how accurate the figure is. */
export const dryRun = Effect.fn("Google.dryRun")(function* (session: Session, statement: Statement) {
  const project = yield* billed(session, statement.tables);
  const location = session.connection.location ?? statement.location ?? undefined;
  const { status, statistics } = yield* call(session, JobResource, {
    method: "POST",
    path: ["projects", project, "jobs"],
    body: {
      jobReference: { projectId: project, location },
      configuration: {
        dryRun: true,
        query: { query: statement.sql.text, useLegacySql: false, useQueryCache: false },
      },
    },
    ...(statement.tables.length === 1 && statement.tables[0] !== undefined
      ? { reference: statement.tables[0] }
      : {}),
  });
  if (status.errorResult) return yield* jobFault(status.errorResult, statement);
  const schema = yield* Either.mapLeft(fieldsOf(statistics.query?.schema?.fields ?? []), (what) =>
    BigQueryError.of("unsupported", `${what}, which is not known here`),
  );
  const bytesProcessed = count(statistics.query?.totalBytesProcessed ?? statistics.totalBytesProcessed);
  const told = statistics.query?.totalBytesProcessedAccuracy;
  const answer: DryRun = {
    bytesProcessed,
    accuracy: accuracies.find((accuracy) => accuracy === told) ?? "UNKNOWN",
    schema,
  };
  return answer;
});
