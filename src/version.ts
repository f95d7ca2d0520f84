/** The version of bqkit, as reports and --version tell it. */
export const version = "0.1.0";

/** The day of this version, for manual pages. */
export const released = "2026-11-28";

/** The address of the documentation: the package's `homepage`. */
export const docs = "https://github.com/OWNER/bqkit#readme";
