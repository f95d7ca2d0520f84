/** What a profile is asked to do. */
import type { Partitions } from "../../scan/Partitions.ts";
import type { Baseline } from "./drift/Baseline.ts";

export interface ProfileOptions {
  /** Columns by path, or by a path above them; absent for all. */
  readonly columns?: ReadonlyArray<string>;
  readonly exclude?: ReadonlyArray<string>;
  /** A condition in the engine's own SQL. */
  readonly where?: string;
  readonly partitions?: Partitions;
  /** ISO 8601 in UTC. */
  readonly asOf?: string;
  /** Above 0, up to 100. */
  readonly samplePercent?: number;
  /** Sample rows in the report; 0 for none. */
  readonly sampleSize: number;
  /** Most frequent values a column. */
  readonly top: number;
  /** Count distinct values exactly. */
  readonly exact: boolean;
  readonly detectAnomalies: boolean;
  /** `aggregates`: no rows and top values; `none`: nothing but counts and names. */
  readonly values: "all" | "aggregates" | "none";
  readonly baseline?: Baseline;
  /** A drift measure above this breaks the threshold (0.2). */
  readonly driftThreshold: number;
}

export const defaults: ProfileOptions = {
  sampleSize: 10,
  top: 10,
  exact: false,
  detectAnomalies: false,
  values: "all",
  driftThreshold: 0.2,
};
