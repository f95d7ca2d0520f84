/** How the number of items in flight moved, on one line. */
import type { Summary } from "../../batch/Result.ts";

/** Steps that are shown of a long path: its beginning, and more of its end. */
const shown = { first: 3, last: 12 };

/** `parallel auto: 4 → 6 → 9 → 14 → 12`; empty where the number was given. */
export const pathLines = ({ concurrency = [] }: Summary): ReadonlyArray<string> => {
  if (concurrency.length === 0) return [];
  const limits = concurrency.map(({ limit }) => String(limit));
  const steps =
    limits.length <= shown.first + shown.last
      ? limits
      : [...limits.slice(0, shown.first), "…", ...limits.slice(-shown.last)];
  return [`parallel auto: ${steps.join(" → ")}`];
};
