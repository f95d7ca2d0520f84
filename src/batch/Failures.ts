/** Why an item gave no result, in a sentence, and what to do about it. */
import { Cause, Data, Duration } from "effect";
import * as Figures from "../domain/Format.ts";
import type { BigQueryError } from "../services/BigQueryError.ts";
import type { JournalError } from "../services/Journal.ts";
import type { Failure } from "./Result.ts";

export const fromError = (error: BigQueryError): Failure => ({
  reason: error.reason,
  message: error.detail,
  remedy: error.remedy,
});

/** The item is not to be run; it is skipped for this. */
export class NotRun extends Data.TaggedError("NotRun")<{ readonly failure: Failure }> {}

/** The whole batch is to end; what has not run is skipped for this. */
export class EndBatch extends Data.TaggedError("EndBatch")<{ readonly failure: Failure }> {}

export const unknownCost = new NotRun({
  failure: {
    reason: "unknownCost",
    message: "what it would cost cannot be known before it runs, and there is a --budget",
    remedy: "give --allow-unknown-cost to let it use what is left of the budget",
  },
});

/** A journal that cannot be written: what else would run might have to be paid for again. */
export const noJournal = ({ file, detail, remedy }: JournalError): EndBatch =>
  new EndBatch({
    failure: { reason: "journal", message: `it was not started: journal "${file}" ${detail}`, remedy },
  });

/** `wanted` and `left` in bytes. */
export const overBudget = (wanted: number | null, left: number, budget: number): NotRun =>
  new NotRun({
    failure: {
      reason: "budget",
      message:
        `it was not started: ${wanted === null ? "nothing" : `it may be billed ${Figures.bytes(wanted)}, and ${Figures.bytes(left)}`}` +
        ` is left of the budget of ${Figures.bytes(budget)}`,
      remedy: "raise --budget, or choose fewer columns or partitions",
    },
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
