/** Why an item has no result, and how to fix it. */
import { Cause, Data, Duration } from "effect";
import * as Format from "../domain/Format.ts";
import type { BigQueryError } from "../services/BigQueryError.ts";
import type { JournalError } from "../services/Journal.ts";
import type { Failure } from "./Result.ts";

export const fromError = (error: BigQueryError): Failure => ({
  reason: error.reason,
  message: error.detail,
  remedy: error.remedy,
});

/** The item must not run; it is skipped. */
export class NotRun extends Data.TaggedError("NotRun")<{ readonly failure: Failure }> {}

/** The batch must end; all remaining items are skipped. */
export class EndBatch extends Data.TaggedError("EndBatch")<{ readonly failure: Failure }> {}

export const unknownCost = new NotRun({
  failure: {
    reason: "unknownCost",
    message: "not started: its cost is unknown, and --budget is set",
    remedy: "use --allow-unknown-cost to let it spend the rest of the budget",
  },
});

/** The journal cannot be written: results of further items would be lost and paid for again. */
export const noJournal = ({ file, detail, remedy }: JournalError): EndBatch =>
  new EndBatch({
    failure: { reason: "journal", message: `not started: journal "${file}" ${detail}`, remedy },
  });

/** `wanted` and `left` in bytes. */
export const overBudget = (wanted: number | null, left: number, budget: number): NotRun =>
  new NotRun({
    failure: {
      reason: "budget",
      message:
        wanted === null
          ? `not started: the budget of ${Format.bytes(budget)} is exhausted`
          : `not started: it may be billed ${Format.bytes(wanted)}, but only ${Format.bytes(left)} of the ${Format.bytes(budget)} budget remains`,
      remedy: "raise --budget, or choose fewer columns or partitions",
    },
  });

export const timeout = (limit: Duration.Duration): Failure => ({
  reason: "timeout",
  message: `exceeded its time limit of ${Duration.format(limit)}`,
  remedy: "raise --timeout, or choose fewer columns or partitions",
});

export const failFast: Failure = {
  reason: "failFast",
  message: "not started, because another item failed",
  remedy: "fix that item, or omit --fail-fast",
};

export const interrupted: Failure = {
  reason: "interrupted",
  message: "the run was interrupted before it finished",
  remedy: "run it again",
};

/** Another item failed with an error that affects all items. */
export const batchEnded = (error: BigQueryError): Failure => ({
  reason: "batchEnded",
  message: `not started, because the batch ended: ${error.detail}`,
  remedy: error.remedy,
});

/** A bug: the first line of its message, without the stack. */
export const internal = (cause: Cause.Cause<unknown>): Failure => ({
  reason: "internal",
  message: `internal error: ${firstLine(Cause.squash(cause))}`,
  remedy: "please report it, with the output of --verbose",
});

const firstLine = (error: unknown): string => {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.split("\n", 1)[0]!.slice(0, 500);
};
