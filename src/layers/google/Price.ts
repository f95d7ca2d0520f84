/** What bytes cost on demand: $6.25 a TiB in the United States. Other regions and editions differ. */

const dollarsPerTiB = 6.25;
const units = ["bytes", "KB", "MB", "GB", "TB", "PB"] as const;

/** Bytes in decimal units, as sizes are given on the command line: `12.3 GB`. */
export const formatBytes = (bytes: number): string => {
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${Number(value.toFixed(unit === 0 ? 0 : 1))} ${units[unit]}`;
};

/** The price of so many bytes billed: `$0.63`. */
export const formatPrice = (bytes: number): string => {
  const dollars = (bytes / 2 ** 40) * dollarsPerTiB;
  return dollars > 0 && dollars < 0.01 ? "less than $0.01" : `$${dollars.toFixed(2)}`;
};

/** BigQuery's refusal of a query above maximumBytesBilled, with the bytes and the money. */
export const describeLimit = (message: string): string => {
  const [, limit, needed] = /billed: (\d+)\.?\s*(?:(\d+) or higher required)?/i.exec(message) ?? [];
  const above = limit === undefined ? "the limit" : `the limit of ${formatBytes(Number(limit))}`;
  if (needed === undefined) return `the query would bill more than ${above}`;
  const bytes = Number(needed);
  return `the query would bill ${formatBytes(bytes)} (${formatPrice(bytes)}), above ${above}`;
};
