/** Implements an item's CostMeter: adds up the cost of its calls, and keeps the versions of the tables that it read. */
import type { Seen, Versions } from "../../domain/TableVersion.ts";
import type { QueryStatistics } from "../../services/BigQuery.ts";
import type { CostMeterService } from "../../services/CostMeter.ts";

/** Unknown numbers are null. */
export interface Cost {
  readonly retries: number;
  readonly bytesProcessed: number | null;
  readonly bytesBilled: number | null;
  readonly slotMs: number | null;
  readonly jobIds: ReadonlyArray<string>;
}

/** The cost of an item that did not run, or was interrupted. */
export const unknown: Cost = {
  retries: 0,
  bytesProcessed: null,
  bytesBilled: null,
  slotMs: null,
  jobIds: [],
};

const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

export interface MeterWithTotals {
  readonly service: CostMeterService;
  readonly read: () => Cost;
  readonly seen: () => Versions;
}

/** A meter and its totals. One query without a number makes the total unknown. */
export const meter = (): MeterWithTotals => {
  const seen = new Map<string, Seen>();
  let cost: Cost = { retries: 0, bytesProcessed: 0, bytesBilled: 0, slotMs: 0, jobIds: [] };
  return {
    service: {
      addQuery: (statistics: QueryStatistics) => {
        cost = {
          ...cost,
          bytesProcessed: plus(cost.bytesProcessed, statistics.bytesProcessed),
          bytesBilled: plus(cost.bytesBilled, statistics.bytesBilled),
          slotMs: plus(cost.slotMs, statistics.slotMs),
          jobIds: statistics.jobId === null ? cost.jobIds : [...cost.jobIds, statistics.jobId],
        };
      },
      addRetry: () => {
        cost = { ...cost, retries: cost.retries + 1 };
      },
      addLostJob: (jobId) => {
        cost = { ...cost, jobIds: [...cost.jobIds, jobId] };
      },
      // Keeps the first version: the item did not read all of a later one.
      addTable: (table, version) => {
        if (!seen.has(table)) seen.set(table, version);
      },
    },
    read: () => cost,
    seen: () => Object.fromEntries(seen),
  };
};
