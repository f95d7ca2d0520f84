/** SET OPTIONS of a table or a view. */
import type { TableMetadata } from "../../../../src/domain/TableMetadata.ts";

/** The service would reject the statement. */
export class Refused extends Error {}

export const refuse = (why: string): never => {
  throw new Refused(why);
};

/**
 * What an option changes; `""` is NULL.
 * docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language
 */
export const option = (table: TableMetadata, name: string, value: string): Partial<TableMetadata> => {
  const { partitioning } = table;
  const isView = table.type === "VIEW" || table.type === "MATERIALIZED_VIEW";
  const known = isView
      ? ["description", "friendly_name", "labels", "expiration_timestamp"]
      : ["description", "friendly_name", "labels", "expiration_timestamp", "default_rounding_mode", "require_partition_filter", "partition_expiration_days"]; // biome-ignore format: one list
  if (!known.includes(name)) refuse(`${table.type} has no option ${name}`);
  if (name.includes("partition") && partitioning === null) refuse("the table is not partitioned");
  switch (name) {
    case "description":
      return { description: value || null };
    case "friendly_name":
      return { friendlyName: value };
    case "labels":
      return { labels: Object.fromEntries(JSON.parse(value)) };
    case "expiration_timestamp":
      return { expires: value === "" ? null : new Date(value).toISOString() };
    case "default_rounding_mode":
      return { defaultRoundingMode: value };
    case "require_partition_filter":
      return { partitioning: { ...partitioning!, requireFilter: value === "TRUE" } };
    default: {
      if (partitioning?._tag !== "Time") return refuse("only time partitions expire");
      const { expirationMs: _, ...rest } = partitioning;
      return {
        partitioning:
          value === "" ? rest : { ...rest, expirationMs: String(Math.round(Number(value) * 86_400_000)) },
      };
    }
  }
};
