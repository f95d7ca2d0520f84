/** The version of bqkit, as reports and --version tell it. */
export const version = "0.1.0";
