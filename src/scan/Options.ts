/** Options of the programs that read rows: the rows to read, and the values to report. */
import { optional, withDefault } from "../domain/OptionField.ts";
import { condition, oneOf, text, time } from "../domain/OptionValues.ts";
import type { Partitions } from "./Partitions.ts";

/** `latest`, a number, or `FROM..TO`. */
export const partitionsValue = text("latest, a number, or FROM..TO", (given): Partitions | undefined => {
  if (given === "latest") return { _tag: "Latest", count: 1 };
  if (/^[1-9]\d{0,5}$/.test(given)) return { _tag: "Latest", count: Number(given) };
  const range = /^([\w:. -]+?)\.\.([\w:. -]+)$/.exec(given);
  return range === null ? undefined : { _tag: "Range", from: range[1]!.trim(), to: range[2]!.trim() };
});

export const where = optional(condition, {
  metavar: "SQL", description: "read only rows that satisfy this condition",
  group: "Which rows and columns", common: true,
}); // biome-ignore format: one option

export const partitions = optional(partitionsValue, {
  metavar: "P", description: "only partitions: latest, the latest N, FROM..TO",
  group: "Which rows and columns", common: true,
}); // biome-ignore format: one option

/** ISO 8601 in UTC. */
export const asOf = optional(time, {
  metavar: "TIME", description: "read the tables as of this time (UTC, 7 days back)",
  group: "Which rows and columns",
}); // biome-ignore format: one option

/** `aggregates`: no rows, keys, examples or top values; `none`: only counts and names. */
export const values = withDefault(oneOf("all", "aggregates", "none"), "all", {
  metavar: "WHICH", description: "all, aggregates (no rows), or none",
  group: "Output", common: true, environment: true, decisive: true,
}); // biome-ignore format: one option
