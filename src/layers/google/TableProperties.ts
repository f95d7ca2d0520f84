/**
 * Classifies the properties of Google's Table and TableFieldSchema resources: read by Tables.ts, compared as
 * an attribute of the table, or not part of a schema. The report lists all others as not compared.
 */
import { Predicate } from "effect";
import type { TableAttributes } from "../../domain/TableMetadata.ts";
import type { Value } from "../../domain/Value.ts";

type Json = Readonly<Record<string, unknown>>;

/** The properties of a field that Tables.ts reads. */
export const readOfField: ReadonlySet<string> = new Set([
  "name", "type", "mode", "fields", "description", "maxLength", "precision", "scale", "roundingMode", "collation",
  "defaultValueExpression", "policyTags", "rangeElementType", "timestampPrecision", "dataPolicies", "dataPolicyList",
  "generatedColumn", "foreignTypeDefinition",
]); // biome-ignore format: one list

/** `categories` is deprecated and always empty; governance tags are labels of another service. */
export const noSchemaOfField: ReadonlySet<string> = new Set(["categories"]);

/** The properties of a table that Tables.ts reads. */
export const readOfTable: ReadonlySet<string> = new Set([
  "tableReference", "type", "schema", "numRows", "numBytes", "creationTime", "lastModifiedTime", "expirationTime",
  "description", "labels", "timePartitioning", "rangePartitioning", "requirePartitionFilter", "clustering",
  "tableConstraints", "friendlyName", "defaultCollation", "defaultRoundingMode", "location", "etag", "streamingBuffer",
  "cloneDefinition", "view", "materializedView",
]); // biome-ignore format: one list

/** Identity, sizes, times and states, which change while the schema stays the same. */
export const noSchemaOfTable: ReadonlySet<string> = new Set([
  "kind", "id", "selfLink", "numActiveLogicalBytes", "numActivePhysicalBytes", "numCurrentPhysicalBytes",
  "numLongTermBytes", "numLongTermLogicalBytes", "numLongTermPhysicalBytes", "numPartitions", "numPhysicalBytes",
  "numTimeTravelPhysicalBytes", "numTotalLogicalBytes", "numTotalPhysicalBytes", "materializedViewStatus",
  "snapshotDefinition", "replicas", "tableReplicationInfo",
]); // biome-ignore format: one list

/** Reads the value of each attribute from the properties of a table. */
const attributes: Readonly<Record<keyof TableAttributes, (table: Json) => unknown>> = {
  "external-source": ({ externalDataConfiguration: source }) =>
    Predicate.isRecord(source) ? without(source, "schema") : undefined,
  "view-dialect": ({ view }) =>
    Predicate.isRecord(view) && "useLegacySql" in view
      ? view.useLegacySql === false
        ? "GoogleSQL"
        : "legacy SQL"
      : undefined,
  "view-definition": ({ view }) =>
    Predicate.isRecord(view) ? without(view, "query", "useLegacySql") : undefined,
  refresh: ({ materializedView: view }) =>
    Predicate.isRecord(view) ? without(view, "query", "lastRefreshTime", "maxStaleness") : undefined,
  "max-staleness": ({ maxStaleness, materializedView: view }) =>
    maxStaleness ?? (Predicate.isRecord(view) ? view.maxStaleness : undefined),
  "kms-key": ({ encryptionConfiguration: key }) => (Predicate.isRecord(key) ? key.kmsKeyName : undefined),
  "resource-tags": ({ resourceTags }) => resourceTags,
  storage: ({ biglakeConfiguration, ...table }) =>
    Predicate.isRecord(biglakeConfiguration) || ownPartitions(table) !== undefined
      ? { ...(biglakeConfiguration as Json | undefined), partitions: ownPartitions(table) }
      : undefined,
};

/** The partitions of tables of other formats; those of BigQuery's own tables repeat their partitioning. */
const ownPartitions = ({ partitionDefinition, timePartitioning, rangePartitioning }: Json): unknown =>
  timePartitioning == null && rangePartitioning == null ? (partitionDefinition ?? undefined) : undefined;

/** The properties of a table that `attributes` reads. */
export const comparedOfTable: ReadonlySet<string> = new Set([
  "externalDataConfiguration", "view", "materializedView", "maxStaleness", "encryptionConfiguration", "resourceTags",
  "biglakeConfiguration", "partitionDefinition",
]); // biome-ignore format: one list

const without = (record: Json, ...keys: ReadonlyArray<string>): Json =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));

/** JSON with sorted keys, so that equal values have equal text; empty values become null. */
const canonical = (json: unknown): Value => {
  if (json === undefined || json === null || json === "") return null;
  if (Array.isArray(json)) return json.length === 0 ? null : json.map(canonical);
  if (!Predicate.isRecord(json)) return json as Value;
  const entries = Object.entries(json)
    .map(([key, value]) => [key, canonical(value)] as const)
    .filter(([, value]) => value !== null)
    .sort(([x], [y]) => (x < y ? -1 : 1));
  return entries.length === 0 ? null : Object.fromEntries(entries);
};

/** The JSON text with sorted keys; "" for an empty value. */
export const canonicalText = (json: unknown): string => {
  const value = canonical(json);
  return value === null ? "" : JSON.stringify(value);
};

/** The attributes of the table. */
export const attributesOf = (table: Json): TableAttributes =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, read]) => {
      const value = canonical(read(table));
      return value === null ? [] : [[name, value]];
    }),
  );

/** The names of present properties that none of the sets contains. */
export const unknownOfTable = (table: Json): ReadonlyArray<string> =>
  unknown(table, [readOfTable, comparedOfTable, noSchemaOfTable]);

export const unknownOfField = (field: Json): ReadonlyArray<string> =>
  unknown(field, [readOfField, noSchemaOfField]);

const unknown = (json: Json, known: ReadonlyArray<ReadonlySet<string>>): ReadonlyArray<string> =>
  Object.keys(json).filter((key) => canonical(json[key]) !== null && !known.some((names) => names.has(key)));
