/** What one item's calls cost and which tables they saw, by the Meter that the item runs with. */
import type { Seen, Versions } from "../domain/TableVersion.ts";
import type { QueryStatistics } from "../services/BigQuery.ts";
import type { CostMeterService } from "../services/CostMeter.ts";

/** Null where a figure is not known. */
export interface Cost {
  readonly retries: number;
  readonly bytesProcessed: number | null;
  readonly bytesBilled: number | null;
  readonly slotMs: number | null;
  readonly jobIds: ReadonlyArray<string>;
}

/** Nothing was run, or nobody knows how far it came. */
export const unknown: Cost = {
  retries: 0,
  bytesProcessed: null,
  bytesBilled: null,
  slotMs: null,
  jobIds: [],
};

const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

export interface Reading {
  readonly service: CostMeterService;
  readonly read: () => Cost;
  readonly seen: () => Versions;
}

/** A meter, and what it has counted. One query without a figure makes the item's figure unknown. */
export const meter = (): Reading => {
  const seen = new Map<string, Seen>();
  let cost: Cost = { retries: 0, bytesProcessed: 0, bytesBilled: 0, slotMs: 0, jobIds: [] };
  return {
    service: {
      query: (statistics: QueryStatistics) => {
        cost = {
          ...cost,
          bytesProcessed: plus(cost.bytesProcessed, statistics.bytesProcessed),
          bytesBilled: plus(cost.bytesBilled, statistics.bytesBilled),
          slotMs: plus(cost.slotMs, statistics.slotMs),
          jobIds: statistics.jobId === null ? cost.jobIds : [...cost.jobIds, statistics.jobId],
        };
      },
      retry: () => {
        cost = { ...cost, retries: cost.retries + 1 };
      },
      lost: (jobId) => {
        cost = { ...cost, jobIds: [...cost.jobIds, jobId] };
      },
      // The first look counts: what changes later was not read by all of the item.
      saw: (table, version) => {
        if (!seen.has(table)) seen.set(table, version);
      },
    },
    read: () => cost,
    seen: () => Object.fromEntries(seen),
  };
};
