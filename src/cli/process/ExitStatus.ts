/** Exit statuses, as in `diff`. */

import { Cause } from "effect";
import { constants } from "../../services/OperatingSystem.ts";

export const usage = 2;
export const trouble = 2;
export const readerGone = 141;

interface Counts {
  /** Excludes differences that a threshold allows. */
  readonly different?: number;
  readonly failed: number;
  readonly skipped: number;
}

/** 0: no differences; 1: a difference or a broken threshold; 2: an item without a result. */
export const ofSummary = ({ different = 0, failed, skipped }: Counts): number =>
  failed + skipped > 0 ? trouble : different > 0 ? 1 : 0;

/** The message for a defect. */
export const internalError = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause);
  return `internal error: ${error instanceof Error ? error.message : String(error)}; please report this bug`;
};

/** Signals that end a run early; a closed terminal sends SIGHUP. */
export const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** 128 plus the number of the signal: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP. */
export const ofSignal = (signal: NodeJS.Signals): number => 128 + (constants.signals[signal] ?? 0);
