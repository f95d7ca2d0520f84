/** Estimates what a statement would read, by a dry run. Nothing is read or billed. */
import { Effect, Either, Option } from "effect";
import type { DryRun, Statement } from "../../../services/BigQuery.ts";
import { BigQueryError } from "../../../services/BigQueryError.ts";
import { about, billed, type CallContext, call, encryption } from "../CallContext.ts";
import { fieldsOf } from "../Tables.ts";
import * as Job from "./Job.ts";
import { count } from "./Query.ts";

const accuracies = ["PRECISE", "UPPER_BOUND", "LOWER_BOUND"] as const;

export const dryRun = Effect.fn("Google.dryRun")(function* (context: CallContext, statement: Statement) {
  const project = yield* billed(context, statement.tables);
  const location = context.connection.location ?? statement.location ?? undefined;
  const { status, statistics } = yield* call(context, Job.Ended, {
    method: "POST",
    path: ["projects", project, "jobs"],
    body: {
      jobReference: { projectId: project, location },
      configuration: {
        dryRun: true,
        query: {
          query: statement.sql.text,
          useLegacySql: false,
          useQueryCache: false,
          ...encryption(context.connection),
        },
      },
    },
    ...about(statement),
  });
  const failure = Job.failureOf(status, statement);
  if (Option.isSome(failure)) return yield* failure.value;
  const schema = yield* Either.mapLeft(fieldsOf(statistics.query?.schema?.fields ?? []), (what) =>
    BigQueryError.of("unsupported", `${what}, which is not supported`),
  );
  const bytesProcessed = count(statistics.query?.totalBytesProcessed ?? statistics.totalBytesProcessed);
  const reported = statistics.query?.totalBytesProcessedAccuracy;
  const referenced = statistics.query?.referencedTables?.length;
  const answer: DryRun = {
    bytesProcessed,
    accuracy: accuracies.find((accuracy) => accuracy === reported) ?? "UNKNOWN",
    schema,
    ...(referenced === undefined ? {} : { referencedTables: referenced }),
  };
  return answer;
});
