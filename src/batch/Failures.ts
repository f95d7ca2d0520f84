/** Why an item gave no result, in a sentence, and what to do about it. */
import { Cause, Duration } from "effect";
import type { BigQueryError } from "../services/BigQuery.ts";
import type { Failure } from "./Result.ts";

export const fromError = (error: BigQueryError): Failure => ({
  reason: error.reason,
  message: error.detail,
  remedy: error.remedy,
});

export const timeout = (limit: Duration.Duration): Failure => ({
  reason: "timeout",
  message: `it took longer than ${Duration.format(limit)}`,
  remedy: "raise --timeout, or choose fewer columns or partitions",
});

export const failFast: Failure = {
  reason: "failFast",
  message: "it was not started, because another item had failed",
  remedy: "mend that item, or leave --fail-fast out",
};

export const interrupted: Failure = {
  reason: "interrupted",
  message: "the run was interrupted before it was done",
  remedy: "run it again",
};

/** Another item met a fault that every item must meet. */
export const batchEnded = (error: BigQueryError): Failure => ({
  reason: "batchEnded",
  message: `the batch ended before its turn: ${error.detail}`,
  remedy: error.remedy,
});

/** A bug: one line of what it said, without its stack. */
export const internal = (cause: Cause.Cause<unknown>): Failure => ({
  reason: "internal",
  message: `a fault of bqkit itself: ${firstLine(Cause.squash(cause))}`,
  remedy: "please report it, with the output of --verbose",
});

const firstLine = (error: unknown): string => {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.split("\n", 1)[0]!.slice(0, 500);
};
