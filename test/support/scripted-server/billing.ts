/** Bills queries like BigQuery's on-demand pricing. */
import type { Json } from "./script.ts";

/** Bytes, or the bytes of each table that the query reads. */
type Bytes = number | ReadonlyArray<number>;

export interface Bill {
  /** The estimate of a dry run; absent: none. */
  readonly estimate?: Bytes;
  /** The accuracy that a dry run reports; absent: none. */
  readonly accuracy?: "PRECISE" | "UPPER_BOUND" | "LOWER_BOUND";
  /** The bytes that the query actually reads (default: the estimate, or none). */
  readonly processed?: Bytes;
  /** Hides the figures from the client, as with row policies. */
  readonly hidden?: boolean;
  /** Ignores maximumBytesBilled, as for federated queries. */
  readonly uncapped?: boolean;
  /** Served from the cache: nothing is billed. */
  readonly cacheHit?: boolean;
  /** The bill of a cancelled query: nothing, half, or all of it (all). */
  readonly cancelled?: "none" | "half" | "full";
  readonly slotMs?: number;
}

const mebibyte = 2 ** 20;
const leastPerTable = 10 * mebibyte;

const list = (bytes: Bytes | undefined): ReadonlyArray<number> =>
  bytes === undefined ? [] : typeof bytes === "number" ? [bytes] : bytes;

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, n) => total + n, 0);

/** Each table's bytes rounded up to a MiB, at least 10 MiB. */
export const roundedUp = (bytes: Bytes | undefined): number =>
  sum(list(bytes).map((n) => Math.max(leastPerTable, Math.ceil(n / mebibyte) * mebibyte)));

export const processedBytes = ({ processed, estimate, cacheHit }: Bill): number =>
  cacheHit === true ? 0 : sum(list(processed ?? estimate));

/** The bill of a completed query. */
export const billedBytes = ({ processed, estimate, cacheHit }: Bill): number =>
  cacheHit === true ? 0 : roundedUp(processed ?? estimate);

/** The bill of a cancelled query. */
export const cancelledBytes = (bill: Bill): number => {
  const share = { none: 0, half: 0.5, full: 1 }[bill.cancelled ?? "full"];
  return Math.floor(billedBytes(bill) * share);
};

/**
 * BigQuery's message if the query exceeds the cap: by its estimate
 * before it runs, otherwise by the bytes read.
 */
export const overCap = (
  bill: Bill,
  cap: number | undefined,
  when: "before" | "after",
): string | undefined => {
  if (cap === undefined || bill.uncapped === true || bill.accuracy === "LOWER_BOUND") return undefined;
  const needed = when === "before" ? roundedUp(bill.estimate) : billedBytes(bill);
  return needed > cap
    ? `Query exceeded limit for bytes billed: ${cap}. ${needed} or higher required.`
    : undefined;
};

/** `statistics` of a finished job. */
export const statisticsOf = (bill: Bill | undefined, billed: number): Json => {
  if (bill === undefined) return {};
  const { slotMs, cacheHit = false } = bill;
  const slots = slotMs === undefined ? {} : { totalSlotMs: String(slotMs) };
  if (bill.hidden === true) return { ...slots, query: { cacheHit, ...slots } };
  const processed = String(processedBytes(bill));
  return {
    totalBytesProcessed: processed,
    ...slots,
    query: { totalBytesProcessed: processed, totalBytesBilled: String(billed), cacheHit, ...slots },
  };
};

/** `statistics` of a dry run. */
export const dryRunStatistics = (bill: Bill | undefined): Json => {
  if (bill?.estimate === undefined) return {};
  const estimate = String(sum(list(bill.estimate)));
  return {
    totalBytesProcessed: estimate,
    query: {
      totalBytesProcessed: estimate,
      totalBytesBilled: "0",
      cacheHit: false,
      ...(bill.accuracy === undefined ? {} : { totalBytesProcessedAccuracy: bill.accuracy }),
    },
  };
};
