/**
 * What each property of Google's Table and TableFieldSchema resources is to a schema: read by Tables.ts, compared as an
 * attribute of the table, or no part of a schema. What is none of these is named in the report as not compared.
 */
import type { TableAttributes } from "../../domain/TableMetadata.ts";
import type { Value } from "../../domain/Value.ts";

type Json = Readonly<Record<string, unknown>>;

const isRecord = (json: unknown): json is Json =>
  typeof json === "object" && json !== null && !Array.isArray(json);

/** Properties of a field that Tables.ts reads. */
export const readOfField: ReadonlySet<string> = new Set([
  "name", "type", "mode", "fields", "description", "maxLength", "precision", "scale", "roundingMode", "collation",
  "defaultValueExpression", "policyTags", "rangeElementType", "timestampPrecision", "dataPolicies", "dataPolicyList",
  "generatedColumn", "foreignTypeDefinition",
]); // biome-ignore format: one list

/** `categories` is deprecated and always empty; governance tags are labels of another service. */
export const noSchemaOfField: ReadonlySet<string> = new Set(["categories"]);

/** Properties of a table that Tables.ts reads. */
export const readOfTable: ReadonlySet<string> = new Set([
  "tableReference", "type", "schema", "numRows", "numBytes", "creationTime", "lastModifiedTime", "expirationTime",
  "description", "labels", "timePartitioning", "rangePartitioning", "requirePartitionFilter", "clustering",
  "tableConstraints", "friendlyName", "defaultCollation", "defaultRoundingMode", "location", "etag", "streamingBuffer",
  "cloneDefinition", "view", "materializedView",
]); // biome-ignore format: one list

/** Identity, sizes, times and states, which change without anybody changing the schema. */
export const noSchemaOfTable: ReadonlySet<string> = new Set([
  "kind", "id", "selfLink", "numActiveLogicalBytes", "numActivePhysicalBytes", "numCurrentPhysicalBytes",
  "numLongTermBytes", "numLongTermLogicalBytes", "numLongTermPhysicalBytes", "numPartitions", "numPhysicalBytes",
  "numTimeTravelPhysicalBytes", "numTotalLogicalBytes", "numTotalPhysicalBytes", "materializedViewStatus",
  "snapshotDefinition", "replicas", "tableReplicationInfo",
]); // biome-ignore format: one list

/** The attribute that a property, or a part of one, is compared as. */
const attributes: Readonly<Record<keyof TableAttributes, (table: Json) => unknown>> = {
  "external-source": ({ externalDataConfiguration: source }) =>
    isRecord(source) ? without(source, "schema") : undefined,
  "view-dialect": ({ view }) =>
    isRecord(view) && "useLegacySql" in view
      ? view.useLegacySql === false
        ? "GoogleSQL"
        : "legacy SQL"
      : undefined,
  "view-definition": ({ view }) => (isRecord(view) ? without(view, "query", "useLegacySql") : undefined),
  refresh: ({ materializedView: view }) =>
    isRecord(view) ? without(view, "query", "lastRefreshTime", "maxStaleness") : undefined,
  "max-staleness": ({ maxStaleness, materializedView: view }) =>
    maxStaleness ?? (isRecord(view) ? view.maxStaleness : undefined),
  "kms-key": ({ encryptionConfiguration: key }) => (isRecord(key) ? key.kmsKeyName : undefined),
  "resource-tags": ({ resourceTags }) => resourceTags,
  storage: ({ biglakeConfiguration }) => biglakeConfiguration,
};

/** Properties of a table that `attributes` reads. */
export const comparedOfTable: ReadonlySet<string> = new Set([
  "externalDataConfiguration", "view", "materializedView", "maxStaleness", "encryptionConfiguration", "resourceTags",
  "biglakeConfiguration",
]); // biome-ignore format: one list

const without = (record: Json, ...keys: ReadonlyArray<string>): Json =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));

/** JSON with its keys in order, so that equal values have equal texts; empty ones are none. */
const canonical = (json: unknown): Value => {
  if (json === undefined || json === null || json === "") return null;
  if (Array.isArray(json)) return json.length === 0 ? null : json.map(canonical);
  if (!isRecord(json)) return json as Value;
  const entries = Object.entries(json)
    .map(([key, value]) => [key, canonical(value)] as const)
    .filter(([, value]) => value !== null)
    .sort(([x], [y]) => (x < y ? -1 : 1));
  return entries.length === 0 ? null : Object.fromEntries(entries);
};

/** The JSON as one text, its keys in order; empty for nothing. */
export const canonicalText = (json: unknown): string => {
  const value = canonical(json);
  return value === null ? "" : JSON.stringify(value);
};

/** The attributes that the table has. */
export const attributesOf = (table: Json): TableAttributes =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, read]) => {
      const value = canonical(read(table));
      return value === null ? [] : [[name, value]];
    }),
  );

/** Properties that are present and of which nothing is known here. */
export const unknownOfTable = (table: Json): ReadonlyArray<string> =>
  unknown(table, [readOfTable, comparedOfTable, noSchemaOfTable]);

export const unknownOfField = (field: Json): ReadonlyArray<string> =>
  unknown(field, [readOfField, noSchemaOfField]);

const unknown = (json: Json, known: ReadonlyArray<ReadonlySet<string>>): ReadonlyArray<string> =>
  Object.keys(json).filter((key) => canonical(json[key]) !== null && !known.some((names) => names.has(key)));
