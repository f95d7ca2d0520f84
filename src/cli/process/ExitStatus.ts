/** The exit status, as `diff` has it. */
import { constants } from "node:os";
import { Cause } from "effect";

export const usage = 2;
export const trouble = 2;
export const readerGone = 141;

interface Counts {
  /** Without those that a threshold allows. */
  readonly different?: number;
  readonly failed: number;
  readonly skipped: number;
}

/** 0: nothing differs; 1: something differs or a threshold is broken; 2: something has no result. */
export const ofSummary = ({ different = 0, failed, skipped }: Counts): number =>
  failed + skipped > 0 ? trouble : different > 0 ? 1 : 0;

/** What is said of a defect. */
export const internalError = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause);
  return `a fault of bqkit itself: ${error instanceof Error ? error.message : String(error)}; please report it`;
};

/** Those that end a run early; SIGHUP is a terminal that was closed. */
export const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP: 128 and the number of the signal. */
export const ofSignal = (signal: NodeJS.Signals): number => 128 + (constants.signals[signal] ?? 0);
