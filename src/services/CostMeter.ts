/** Records the cost of one item's calls and the tables that it read. Each item of a batch has its own CostMeter. */
import { Context } from "effect";
import type { Seen } from "../domain/TableVersion.ts";
import type { QueryStatistics } from "./BigQuery.ts";

export interface CostMeterService {
  /** A query succeeded or failed. */
  readonly addQuery: (statistics: QueryStatistics) => void;
  /** A call is retried. */
  readonly addRetry: () => void;
  /** The job may have run, but its outcome is unknown. */
  readonly addLostJob: (jobId: string) => void;
  /** The item reads this version of the table; `table` is the item's name for it. */
  readonly addTable: (table: string, version: Seen) => void;
}

/** Records nothing. */
const none: CostMeterService = {
  addQuery: () => {},
  addRetry: () => {},
  addLostJob: () => {},
  addTable: () => {},
};

/** The default records nothing. */
export class CostMeter extends Context.Reference<CostMeter>()("bqkit/CostMeter", {
  defaultValue: (): CostMeterService => none,
}) {}
