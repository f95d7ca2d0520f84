/** Sums results into a summary. */
import type { Load } from "./ItemRunner.ts";
import type { ResultBase, Status, Summary } from "./Result.ts";

export interface SummaryAccumulator {
  readonly add: (result: ResultBase) => void;
  readonly summary: (load: Load) => Summary;
}

/** The sum of the known numbers; null if there are none. */
const addKnown = (sum: number | null, next: number | null): number | null =>
  next === null ? sum : (sum ?? 0) + next;

export const make = (): SummaryAccumulator => {
  const counts: Record<Status, number> = { ok: 0, different: 0, failed: 0, skipped: 0 };
  let cost: Pick<Summary, "bytesProcessed" | "bytesBilled" | "slotMs"> = {
    bytesProcessed: null,
    bytesBilled: null,
    slotMs: null,
  };
  let unknownCost = 0;
  return {
    add: (result) => {
      counts[result.status]++;
      if (result.bytesBilled === null && result.jobIds.length > 0) unknownCost++;
      cost = {
        bytesProcessed: addKnown(cost.bytesProcessed, result.bytesProcessed),
        bytesBilled: addKnown(cost.bytesBilled, result.bytesBilled),
        slotMs: addKnown(cost.slotMs, result.slotMs),
      };
    },
    summary: ({ interrupted, unlisted, path, ...load }) => ({
      type: "summary",
      total: counts.ok + counts.different + counts.failed + counts.skipped + unlisted,
      ...counts,
      skipped: counts.skipped + unlisted,
      interrupted,
      ...cost,
      ...(unknownCost === 0 ? {} : { unknownCost }),
      ...load,
      speedup: load.wallMs === 0 ? 1 : Math.round((load.workMs / load.wallMs) * 100) / 100,
      ...(path.length === 0 ? {} : { concurrency: path }),
    }),
  };
};
