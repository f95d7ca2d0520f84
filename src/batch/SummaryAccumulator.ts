/** Adds results up to a summary. */

import type { Load } from "./ItemRunner.ts";
import type { ResultBase, Status, Summary } from "./Result.ts";

export interface Tally {
  readonly add: (result: ResultBase) => void;
  readonly summary: (load: Load) => Summary;
}

/** What is known of it, added up; null while nothing is. */
const known = (sum: number | null, next: number | null): number | null =>
  next === null ? sum : (sum ?? 0) + next;

/** An empty tally. */
export const make = (): Tally => {
  const counts: Record<Status, number> = { ok: 0, different: 0, failed: 0, skipped: 0 };
  let cost: Pick<Summary, "bytesProcessed" | "bytesBilled" | "slotMs"> = {
    bytesProcessed: null,
    bytesBilled: null,
    slotMs: null,
  };
  return {
    add: (result) => {
      counts[result.status]++;
      cost = {
        bytesProcessed: known(cost.bytesProcessed, result.bytesProcessed),
        bytesBilled: known(cost.bytesBilled, result.bytesBilled),
        slotMs: known(cost.slotMs, result.slotMs),
      };
    },
    summary: ({ interrupted, path, ...load }) => ({
      type: "summary",
      total: counts.ok + counts.different + counts.failed + counts.skipped,
      ...counts,
      interrupted,
      ...cost,
      ...load,
      speedup: load.wallMs === 0 ? 1 : Math.round((load.workMs / load.wallMs) * 100) / 100,
      ...(path.length === 0 ? {} : { concurrency: path }),
    }),
  };
};
