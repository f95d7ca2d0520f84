/** BigQuery's on-demand price. */

export const mebibyte = 2 ** 20;
export const tebibyte = 2 ** 40;

/** US dollars per TiB in the United States; other regions and editions differ. */
export const dollarsPerTib = 6.25;

/** The price of the bytes billed, in US dollars. */
export const priceOf = (bytesBilled: number, perTib = dollarsPerTib): number =>
  (bytesBilled / tebibyte) * perTib;
