/** The version of bqkit, as reports and --version tell it. */
export const version = "0.1.0";

/** Where the documentation is. */
export const docs = "README.md and docs/ of the bqkit sources";
