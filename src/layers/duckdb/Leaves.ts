/** SQL over the leaves of nested columns, in the order of the Parquet schema. */
import type {
  DuckDBArrayType, DuckDBListType, DuckDBMapType, DuckDBStructType, DuckDBType,
} from "@duckdb/node-api"; // biome-ignore format: one list
import { DuckDBTypeId as Id } from "@duckdb/node-api/lib/DuckDBTypeId.js";
import { elementOf, type Field } from "../../domain/TableSchema.ts";
import { dialect } from "./dialect/Dialect.ts";

/** The SQL that replaces a leaf; undefined to keep it. */
type OfLeaf = (x: string, leaf: number, type: DuckDBType) => string | undefined;

export const leafCount = (type: DuckDBType): number => {
  switch (type.typeId) {
    case Id.LIST:
    case Id.ARRAY:
      return leafCount((type as DuckDBListType | DuckDBArrayType).valueType);
    case Id.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      return leafCount(keyType) + leafCount(valueType);
    }
    case Id.STRUCT:
      return (type as DuckDBStructType).entryTypes.reduce((sum, entry) => sum + leafCount(entry), 0);
    default:
      return 1;
  }
};

const variableOf = (depth: number) => `v${depth}`;

interface Entry {
  readonly name: string;
  readonly x: string;
  readonly type: DuckDBType;
}

const entriesOf = (x: string, type: DuckDBStructType): ReadonlyArray<Entry> =>
  type.entryTypes.map((entry, i) => ({
    name: type.entryNames[i]!,
    x: `${x}.${dialect.identifier(type.entryNames[i]!).text}`,
    type: entry,
  }));

/** The children of a value, each with the index of its first leaf. */
const located = (entries: ReadonlyArray<Entry>, first: number) => {
  let leaf = first;
  return entries.map((entry) => {
    const at = leaf;
    leaf += leafCount(entry.type);
    return { ...entry, leaf: at };
  });
};

const pairOf = (variable: string, { keyType, valueType }: DuckDBMapType): ReadonlyArray<Entry> => [
  { name: "key", x: `${variable}.key`, type: keyType },
  { name: "value", x: `${variable}.value`, type: valueType },
];

/** SQL of the value with changed leaves; undefined if no leaf changes. */
export const change = (x: string, type: DuckDBType, of: OfLeaf, leaf = 0, depth = 0): string | undefined => {
  const v = variableOf(depth);
  switch (type.typeId) {
    case Id.LIST:
    case Id.ARRAY: {
      const element = change(v, (type as DuckDBListType | DuckDBArrayType).valueType, of, leaf, depth + 1);
      return element === undefined ? undefined : `list_transform(${x}, lambda ${v}: ${element})`;
    }
    case Id.MAP: {
      const pair = located(pairOf(v, type as DuckDBMapType), leaf);
      const changed = pair.map((entry) => change(entry.x, entry.type, of, entry.leaf, depth + 1));
      if (changed.every((entry) => entry === undefined)) return undefined;
      const [key, value] = pair.map((entry, i) => changed[i] ?? entry.x);
      return `map_from_entries(list_transform(map_entries(${x}), lambda ${v}: {'key': ${key}, 'value': ${value}}))`;
    }
    case Id.STRUCT: {
      const entries = located(entriesOf(x, type as DuckDBStructType), leaf);
      const changed = entries.map((entry) => change(entry.x, entry.type, of, entry.leaf, depth));
      if (changed.every((entry) => entry === undefined)) return undefined;
      const packed = entries.map(
        (entry, i) => `${dialect.identifier(entry.name).text} := ${changed[i] ?? entry.x}`,
      );
      return `CASE WHEN ${x} IS NOT NULL THEN struct_pack(${packed.join(", ")}) END`;
    }
    default:
      return of(x, leaf, type);
  }
};

/** A condition that is true if the condition of any leaf is true; undefined if no leaf has a condition. */
export const some = (x: string, type: DuckDBType, of: OfLeaf, leaf = 0, depth = 0): string | undefined => {
  const v = variableOf(depth);
  const any = (entries: ReadonlyArray<Entry>, below: number): string | undefined => {
    const tests = located(entries, leaf).flatMap(
      (entry) => some(entry.x, entry.type, of, entry.leaf, below) ?? [],
    );
    return tests.length === 0 ? undefined : tests.map((test) => `coalesce(${test}, false)`).join(" OR ");
  };
  const inList = (list: string, test: string | undefined) =>
    test === undefined ? undefined : `list_contains(list_transform(${list}, lambda ${v}: ${test}), true)`;
  switch (type.typeId) {
    case Id.LIST:
    case Id.ARRAY:
      return inList(x, some(v, (type as DuckDBListType | DuckDBArrayType).valueType, of, leaf, depth + 1));
    case Id.MAP:
      return inList(`map_entries(${x})`, any(pairOf(v, type as DuckDBMapType), depth + 1));
    case Id.STRUCT:
      return any(entriesOf(x, type as DuckDBStructType), depth);
    default:
      return of(x, leaf, type);
  }
};

/** The field with changed leaves. */
export const changeField = (field: Field, of: (field: Field, leaf: number) => Field, first = 0): Field => {
  let leaf = first;
  const visit = (inner: Field): Field => {
    if (inner.mode === "REPEATED" && inner.type === "ARRAY") {
      const element = visit(elementOf(inner));
      return { ...inner, fields: [element] };
    }
    if (inner.type === "STRUCT") return { ...inner, fields: (inner.fields ?? []).map(visit) };
    const changed = of(inner, leaf);
    leaf += 1;
    return changed;
  };
  return visit(field);
};
