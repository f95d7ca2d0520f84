/** Applies changes of table attributes to a table. */
import { Either } from "effect";
import type {
  ForeignKey,
  Partitioning,
  TableAttributes,
  TableMetadata,
  TableType,
} from "../../../domain/TableMetadata.ts";
import * as TableReference from "../../../domain/TableReference.ts";
import type { Value } from "../../../domain/Value.ts";
import { attributeNames, expirationMs } from "../compare/CompareTables.ts";
import type { Change } from "../SchemaDiff.ts";

export const applyToTable = (changes: ReadonlyArray<Change>, table: TableMetadata): TableMetadata => {
  const after = new Map(changes.flatMap((c) => (c.path === null ? [[c.attribute, c.after] as const] : [])));
  const now = <A extends Value>(attribute: string, before: A): A =>
    after.has(attribute) ? (after.get(attribute) as A) : before;
  const text = (attribute: string, key: "friendlyName" | "defaultCollation" | "defaultRoundingMode") => {
    const value = now<string | null>(attribute, table[key] ?? null);
    return value === null ? {} : { [key]: value };
  };
  const {
    attributes: _a,
    foreignKeys,
    friendlyName: _f,
    defaultCollation: _c,
    defaultRoundingMode: _r,
    ...rest
  } = table;
  const keys = after.has("foreign-keys")
    ? foreignKeysOf(after.get("foreign-keys") ?? null)
    : (foreignKeys ?? []);
  return {
    ...rest,
    type: now("table-type", table.type) as TableType,
    partitioning: partitioningOf(table.partitioning, after),
    clustering: now("clustering", table.clustering),
    primaryKey: now("primary-key", table.primaryKey),
    expires: now("expiration", table.expires),
    viewQuery: now("view-query", table.viewQuery),
    description: now("description", table.description),
    labels: labelsOf(table.labels, changes),
    ...attributesOf(table.attributes ?? {}, after),
    ...(keys.length === 0 ? {} : { foreignKeys: keys }),
    ...text("friendly-name", "friendlyName"),
    ...text("default-collation", "defaultCollation"),
    ...text("default-rounding-mode", "defaultRoundingMode"),
  };
};

const attributesOf = (
  before: TableAttributes,
  after: ReadonlyMap<string, Value>,
): Pick<TableMetadata, "attributes"> => {
  const changed = attributeNames.flatMap((name) =>
    after.has(name) ? [[name, after.get(name) ?? null]] : [],
  );
  const all = Object.entries({ ...before, ...Object.fromEntries(changed) }).filter(
    ([, value]) => value !== null,
  );
  return all.length === 0 ? {} : { attributes: Object.fromEntries(all) };
};

type Kind =
  | { readonly unit: "HOUR" | "DAY" | "MONTH" | "YEAR"; readonly field: string | null }
  | { readonly field: string; readonly start: string; readonly end: string; readonly interval: string };

const partitioningOf = (
  before: Partitioning | null,
  after: ReadonlyMap<string, Value>,
): Partitioning | null => {
  const requireFilter = (after.get("partition-filter") ?? before?.requireFilter ?? false) === true;
  const expiration = after.has("partition-expiration")
    ? (after.get("partition-expiration") as string | null)
    : expirationMs(before);
  if (!after.has("partitioning")) {
    if (before?._tag !== "Time") return before === null ? null : { ...before, requireFilter };
    const { expirationMs: _, ...rest } = before;
    return { ...rest, requireFilter, ...(expiration === null ? {} : { expirationMs: expiration }) };
  }
  const kind = after.get("partitioning") as Kind | null;
  if (kind === null) return null;
  if (!("unit" in kind)) return { _tag: "Range", ...kind, requireFilter };
  return {
    _tag: "Time",
    unit: kind.unit,
    ...(kind.field === null ? {} : { field: kind.field }),
    requireFilter,
    ...(expiration === null ? {} : { expirationMs: expiration }),
  };
};

/** The labels after the changes. */
export const labelsOf = (
  before: Readonly<Record<string, string>>,
  changes: ReadonlyArray<Change>,
): Readonly<Record<string, string>> => {
  const labels = new Map(Object.entries(before));
  for (const { attribute, before: old, after } of changes) {
    if (attribute !== "labels") continue;
    for (const key of Object.keys(old ?? {})) labels.delete(key);
    for (const [key, value] of Object.entries(after ?? {})) labels.set(key, String(value));
  }
  return Object.fromEntries(labels);
};

interface Key {
  readonly name: string;
  readonly columns: ReadonlyArray<string>;
  readonly table: string;
  readonly references: ReadonlyArray<string>;
}

/** Decodes the foreign keys of a change. */
export const foreignKeysOf = (value: Value): ReadonlyArray<ForeignKey> =>
  ((value ?? []) as unknown as ReadonlyArray<Key>).flatMap(({ name, columns, table, references }) => {
    const parsed = TableReference.parse(table);
    return Either.isRight(parsed) && parsed.right._tag === "BigQueryTable"
      ? [{ name, columns, table: parsed.right, references }]
      : [];
  });
