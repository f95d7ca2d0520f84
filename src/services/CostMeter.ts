/** Adds up what one item's calls cost, and which tables they saw. Every item of a batch runs with a Meter of its own. */
import { Context } from "effect";
import type { Seen } from "../domain/TableVersion.ts";
import type { QueryStatistics } from "./BigQuery.ts";

export interface CostMeterService {
  /** A query ended, well or not. */
  readonly query: (statistics: QueryStatistics) => void;
  /** A call is made again after a fault. */
  readonly retry: () => void;
  /** A query's job may have run, and there will be no more word of it. */
  readonly lost: (jobId: string) => void;
  /** The item reads the table, by the item's name for it, in this version. */
  readonly saw: (table: string, version: Seen) => void;
}

/** Outside a batch nothing is added up. */
export class CostMeter extends Context.Reference<CostMeter>()("bqkit/Meter", {
  defaultValue: (): CostMeterService => ({ query: () => {}, retry: () => {}, lost: () => {}, saw: () => {} }),
}) {}
