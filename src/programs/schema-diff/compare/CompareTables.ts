/** The changes of a table's own attributes. */
import type { Partitioning, TableMetadata, TableType } from "../../../domain/TableMetadata.ts";
import * as TableReference from "../../../domain/TableReference.ts";
import type { Value } from "../../../domain/Value.ts";
import { type RuleId, rules } from "../rules/Rules.ts";
import type { Change } from "../SchemaDiff.ts";
import { isDefaultRoundingMode } from "./FieldAttributes.ts";

/**
 * Every attribute in which the tables differ. Location, rows, times and etag are not part of the schema; a clone
 * counts as a table.
 */
export const compareTables = (a: TableMetadata, b: TableMetadata): ReadonlyArray<Change> => [
  ...one(kind(a.type), kind(b.type), "table-type-changed"),
  ...partitionings(a.partitioning, b.partitioning),
  ...expiration(expirationMs(a.partitioning), expirationMs(b.partitioning)),
  ...filter(a.partitioning?.requireFilter ?? false, b.partitioning?.requireFilter ?? false),
  ...names(a.clustering, b.clustering, "clustering-changed"),
  ...names(a.primaryKey, b.primaryKey, "primary-key-changed"),
  ...keys(a, b),
  ...expires(a.expires, b.expires),
  ...one(query(a), query(b), "view-query-changed"),
  ...one(a.description || null, b.description || null, "table-description-changed"),
  ...one(a.friendlyName || null, b.friendlyName || null, "friendly-name-changed"),
  ...one(a.defaultCollation || null, b.defaultCollation || null, "default-collation-changed"),
  ...one(roundingMode(a), roundingMode(b), "default-rounding-mode-changed"),
  ...attributeNames.flatMap((name) =>
    one(a.attributes?.[name] ?? null, b.attributes?.[name] ?? null, `${name}-changed`),
  ),
  ...labels(a.labels, b.labels),
];

/** The attributes that are compared as a whole. */
export const attributeNames = [
  "external-source", "view-dialect", "view-definition", "refresh", "max-staleness", "kms-key", "resource-tags", "storage",
] as const; // biome-ignore format: one list

/** A change of a table attribute. */
export const tableChange = (rule: RuleId, before: Value, after: Value): Change => {
  const { class: kindOfChange, attribute, explanation } = rules[rule];
  return { rule, class: kindOfChange, attribute, path: null, before, after, explanation };
};

const one = (before: Value, after: Value, rule: RuleId): ReadonlyArray<Change> =>
  JSON.stringify(before) === JSON.stringify(after) ? [] : [tableChange(rule, before, after)];

const kind = (type: TableType): string => (type === "CLONE" ? "TABLE" : type);

/** The partitioning, without the properties that can be altered later and are compared separately. */
const partitions = (partitioning: Partitioning | null): Value => {
  switch (partitioning?._tag) {
    case "Time":
      return { unit: partitioning.unit, field: partitioning.field ?? null };
    case "Range": {
      const { field, start, end, interval } = partitioning;
      return { field, start, end, interval };
    }
    default:
      return null;
  }
};

/** Column names are compared case-insensitively. */
const partitionings = (before: Partitioning | null, after: Partitioning | null): ReadonlyArray<Change> => {
  const [old, now] = [partitions(before), partitions(after)];
  return sameText(old, now) ? [] : [tableChange("partitioning-changed", old, now)];
};

const sameText = (before: Value, after: Value): boolean =>
  JSON.stringify(before).toLowerCase() === JSON.stringify(after).toLowerCase();

const roundingMode = ({ defaultRoundingMode: mode }: TableMetadata): string | null =>
  mode === undefined || isDefaultRoundingMode(mode) ? null : mode;

export const expirationMs = (partitioning: Partitioning | null): string | null =>
  partitioning?._tag === "Time" ? (partitioning.expirationMs ?? null) : null;

const expiration = (before: string | null, after: string | null): ReadonlyArray<Change> => {
  const isLonger = after === null || (before !== null && Number(after) > Number(before));
  return one(before, after, isLonger ? "partition-expiration-extended" : "partition-expiration-shortened");
};

const filter = (before: boolean, after: boolean): ReadonlyArray<Change> =>
  one(before, after, after ? "partition-filter-required" : "partition-filter-relaxed");

const expires = (before: string | null, after: string | null): ReadonlyArray<Change> => {
  const isLater = after === null || (before !== null && Date.parse(after) > Date.parse(before));
  return one(before, after, isLater ? "expiration-later" : "expiration-sooner");
};

const names = (
  before: ReadonlyArray<string>,
  after: ReadonlyArray<string>,
  rule: RuleId,
): ReadonlyArray<Change> =>
  before.join("\0").toLowerCase() === after.join("\0").toLowerCase() ? [] : one(before, after, rule);

/**
 * Whether both have the same foreign keys. Column names are case-insensitive, and a key that references its own
 * dataset equals one that references another table's own dataset.
 */
const keys = (a: TableMetadata, b: TableMetadata): ReadonlyArray<Change> =>
  JSON.stringify(comparableKeys(a)) === JSON.stringify(comparableKeys(b))
    ? []
    : [tableChange("foreign-keys-changed", foreignKeys(a), foreignKeys(b))];

const comparableKeys = ({ reference, foreignKeys: all = [] }: TableMetadata): ReadonlyArray<string> =>
  all
    .map(({ name, columns, table, references }) => {
      const isOwn =
        reference._tag === "BigQueryTable" &&
        reference.dataset === table.dataset &&
        reference.project === table.project;
      const lower = (names: ReadonlyArray<string>) => names.map((one) => one.toLowerCase());
      const target = isOwn ? table.table : TableReference.format(table);
      return JSON.stringify([name, lower(columns), target, lower(references)]);
    })
    .sort();

/** In a canonical order. */
const foreignKeys = ({ foreignKeys: keys = [] }: TableMetadata): Value =>
  keys.length === 0
    ? null
    : keys
        .map(({ name, columns, table, references }) => ({
          name,
          columns,
          table: TableReference.format(table),
          references,
        }))
        .sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1));

/** Ignores line ends and surrounding blanks. */
const query = ({ viewQuery }: TableMetadata): string | null =>
  viewQuery === null ? null : viewQuery.replaceAll("\r\n", "\n").trim();

const labels = (
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): ReadonlyArray<Change> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((key) => {
    const [old, now] = [labelOf(before, key), labelOf(after, key)];
    return one(old, now, old === null ? "label-added" : now === null ? "label-removed" : "label-changed");
  });

const labelOf = (all: Readonly<Record<string, string>>, key: string): Value =>
  Object.hasOwn(all, key) ? { [key]: all[key]! } : null;
