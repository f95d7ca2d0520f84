/** Options of the programs that read rows: the rows to read, and the values to report. */
import { optional, withDefault } from "../domain/options/OptionField.ts";
import { condition, oneOf, text, time } from "../domain/options/OptionValues.ts";
import { interval, type Partitions } from "./Partitions.ts";

/** `latest`, a number, or `FROM..TO`. */
export const partitionsValue = text(
  "latest, a number, or FROM..TO such as 2024-01-01..2024-01-31",
  (given): Partitions | undefined => {
    if (given === "latest") return { _tag: "Latest", count: 1 };
    if (/^[1-9]\d{0,5}$/.test(given)) return { _tag: "Latest", count: Number(given) };
    const range = /^([\w:. -]+?)\.\.([\w:. -]+)$/.exec(given);
    if (range === null) return undefined;
    const [from, to] = [range[1]!.trim(), range[2]!.trim()];
    return inOrder(from, to) ? { _tag: "Range", from, to } : undefined;
  },
);

/** Whether both are whole numbers, or both dates or ids of partitions by time, and the first is not after the second. */
const inOrder = (from: string, to: string): boolean => {
  const isWhole = [from, to].every((id) => /^-?\d{1,19}$/.test(id));
  if (isWhole && BigInt(from) <= BigInt(to)) return true;
  const [first, last] = [interval(from), interval(to)];
  return first !== undefined && last !== undefined && first[0] <= last[0];
};

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
