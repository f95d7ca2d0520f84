/** The changes of the concurrency limit, on one line. */
import type { Summary } from "../../batch/Result.ts";

/** The number of first and last steps shown of a long path. */
const shown = { first: 3, last: 12 };

/** `parallel auto: 4 → 6 → 9 → 14 → 12`; empty for a fixed number. */
export const pathLines = ({ concurrency = [] }: Summary): ReadonlyArray<string> => {
  if (concurrency.length === 0) return [];
  const limits = concurrency.map(({ limit }) => String(limit));
  const steps =
    limits.length <= shown.first + shown.last
      ? limits
      : [...limits.slice(0, shown.first), "…", ...limits.slice(-shown.last)];
  return [`parallel auto: ${steps.join(" → ")}`];
};
