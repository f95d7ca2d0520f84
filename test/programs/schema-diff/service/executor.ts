/**
 * Alters a table like the service: executes statements by BigQuery's documentation, and rejects those that
 * are rejected according to the documentation and to issues of other tools.
 *
 * - [ddl]: docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language
 * - [keys]: docs.cloud.google.com/bigquery/docs/information-schema-table-constraints, "Limitations"
 * - [defaults]: docs.cloud.google.com/bigquery/docs/default-values
 * - [schemas]: docs.cloud.google.com/bigquery/docs/managing-table-schemas
 */
import type { ForeignKey, TableMetadata } from "../../../../src/domain/TableMetadata.ts";
import { parse } from "../../../../src/domain/TableReference.ts";
import type { Field, TypeName } from "../../../../src/domain/TableSchema.ts";
import { option, Refused, refuse } from "./options.ts";
import { Reader, readField, readOptions, readType, tokensOf } from "./parse.ts";

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
const has = (names: ReadonlyArray<string>, name: string): boolean => names.some((one) => same(one, name));

/** [keys] The types that keys can have. */
const keyTypes: ReadonlySet<TypeName> = new Set([
  "BIGNUMERIC", "BOOL", "DATE", "DATETIME", "INT64", "NUMERIC", "STRING", "TIMESTAMP",
]); // biome-ignore format: one list

/** [schemas] "Change a column's data type": what SET DATA TYPE coerces. BIGNUMERIC is coerced to nothing. */
const coerced: Partial<Record<TypeName, ReadonlyArray<TypeName>>> = {
  INT64: ["NUMERIC", "BIGNUMERIC", "FLOAT64"],
  NUMERIC: ["BIGNUMERIC", "FLOAT64"],
  DATE: ["DATETIME"],
};

const digits = ({ type, precision, scale }: Field): readonly [whole: number, fraction: number] => {
  if (precision !== undefined) return [Number(precision) - Number(scale ?? 0), Number(scale ?? 0)];
  return type === "INT64" ? [19, 0] : type === "NUMERIC" ? [29, 9] : [38, 38];
};

const checkType = (from: Field, to: Field): void => {
  // A REQUIRED column, or a field inside of one's type: "cannot change mode"
  // (SQLMesh/sqlmesh#2321: only by the API).
  if (from.mode === "REQUIRED") refuse(`${from.name} is REQUIRED: SET DATA TYPE would change its mode`);
  if ((from.mode === "REPEATED") !== (to.mode === "REPEATED")) refuse("the mode changes");
  if (from.type === "STRUCT" && to.type === "STRUCT") {
    const [old, now] = [from.fields ?? [], to.fields ?? []];
    // Only the API can add fields at the end of a STRUCT (SQLMesh/sqlmesh#2321, dbt-labs/dbt-adapters#1385).
    if (old.map(({ name }) => name).join() !== now.map(({ name }) => name).join())
      refuse("a STRUCT keeps its fields");
    for (const [i, field] of old.entries()) checkType(field, now[i]!);
    return;
  }
  if (from.type !== to.type) {
    if (from.mode === "REPEATED" || coerced[from.type]?.includes(to.type) !== true)
      refuse(`${from.type} is not coerced to ${to.type}`);
  }
  if (["NUMERIC", "BIGNUMERIC"].includes(to.type)) {
    const [[whole, fraction], [more, finer]] = [digits(from), digits(to)];
    if (more < whole || finer < fraction) refuse("fewer digits");
  }
  if (to.maxLength !== undefined && Number(from.maxLength ?? Number.POSITIVE_INFINITY) > Number(to.maxLength))
    refuse("a shorter length");
};

/** The field with the table's defaults for its missing attributes. [ddl] */
const inherit = (field: Field, table: TableMetadata): Field => {
  const isDecimal = field.type === "NUMERIC" || field.type === "BIGNUMERIC";
  const collation = field.collation ?? (field.type === "STRING" ? table.defaultCollation : undefined);
  const roundingMode = field.roundingMode ?? (isDecimal ? table.defaultRoundingMode : undefined);
  const { collation: _c, roundingMode: _r, ...rest } = field;
  return {
    ...rest,
    ...(collation ? { collation } : {}),
    ...(roundingMode ? { roundingMode } : {}),
    ...(field.fields === undefined ? {} : { fields: field.fields.map((inner) => inherit(inner, table)) }),
  };
};

export const executor = (before: TableMetadata) => {
  let table = before;
  const set = (more: Partial<TableMetadata>): void => {
    table = { ...table, ...more };
  };
  const at = (name: string): number => {
    const i = table.schema.findIndex((field) => same(field.name, name));
    return i < 0 ? refuse(`there is no column ${name}`) : i;
  };
  const edit = (name: string, change: (field: Field) => Field): void => {
    const i = at(name);
    set({ schema: table.schema.with(i, change(table.schema[i]!)) });
  };
  const foreign = (): ReadonlyArray<ForeignKey> => table.foreignKeys ?? [];
  const checkKeys = (name: string): void => {
    // [keys] Fields of a key are not renamed, and do not change their type.
    if (has(table.primaryKey, name)) refuse(`${name} is in the primary key`);
    if (foreign().some(({ columns }) => has(columns, name))) refuse(`${name} is in a foreign key`);
  };
  const checkLayout = (name: string): void => {
    // [ddl]; supabase/etl#981: partitioning and clustering columns are neither dropped nor renamed.
    if (has(table.clustering, name)) refuse(`${name} clusters the table`);
    if (table.partitioning?.field !== undefined && same(table.partitioning.field, name))
      refuse(`${name} partitions the table`);
  };
  const checkKeyColumns = (columns: ReadonlyArray<string>): void => {
    for (const name of columns) {
      const { type, mode } = table.schema[at(name)]!;
      if (!keyTypes.has(type) || mode === "REPEATED") refuse(`${name} cannot be in a key`);
    }
  };

  const alterColumn = (reader: Reader): string => {
    const name = reader.next("identifier");
    const field = table.schema[at(name)]!;
    if (reader.take("DROP", "NOT", "NULL")) {
      if (field.mode !== "REQUIRED") refuse(`${name} is not REQUIRED`);
      edit(name, (one) => ({ ...one, mode: "NULLABLE" }));
      return "DROP NOT NULL";
    }
    if (reader.take("SET", "DATA", "TYPE")) {
      const type = readType(reader, field.name);
      // The type of a partitioning column stays: [schemas].
      if (table.partitioning?.field !== undefined && same(table.partitioning.field, name))
        refuse(`${name} partitions the table`);
      checkKeys(name);
      checkType(field, type);
      edit(name, (one) => retyped(one, type));
      return "SET DATA TYPE";
    }
    if (reader.take("DROP", "DEFAULT")) {
      edit(name, ({ defaultValueExpression: _, ...one }) => one);
      return "DROP DEFAULT";
    }
    if (reader.take("SET", "DEFAULT")) {
      const text = reader.expression();
      edit(name, (one) => ({ ...one, defaultValueExpression: text }));
      return "SET DEFAULT";
    }
    reader.expect("SET", "OPTIONS");
    for (const [option, value] of readOptions(reader)) {
      const key = option === "description" ? "description" : "roundingMode";
      edit(name, ({ [key]: _, ...one }) => (value === "" ? one : { ...one, [key]: value }));
    }
    return "SET OPTIONS of a column";
  };

  const retyped = (field: Field, type: Field): Field => ({
    ...field,
    type: type.type,
    ...pick(type, field),
    ...(field.fields === undefined
      ? {}
      : { fields: field.fields.map((inner, i) => retyped(inner, type.fields![i]!)) }),
  });

  const action = (reader: Reader): string => {
    if (reader.take("ADD", "COLUMN")) {
      const field = readField(reader);
      if (
        has(
          table.schema.map(({ name }) => name),
          field.name,
        )
      )
        refuse(`there is a column ${field.name}`);
      // dlt-hub/dlt#3236: "Cannot add required fields to an existing schema."
      if (field.mode === "REQUIRED") refuse("cannot add required fields to an existing schema");
      set({ schema: [...table.schema, inherit(field, table)] });
      return "ADD COLUMN";
    }
    if (reader.take("DROP", "COLUMN")) {
      const name = reader.next("identifier");
      checkLayout(name);
      checkKeys(name);
      const i = at(name);
      if (table.schema.length === 1) refuse("a table keeps a column");
      set({ schema: table.schema.toSpliced(i, 1) });
      return "DROP COLUMN";
    }
    if (reader.take("RENAME", "COLUMN")) {
      const name = reader.next("identifier");
      reader.expect("TO");
      const to = reader.next("identifier");
      checkLayout(name);
      checkKeys(name);
      if (
        has(
          table.schema.map((field) => field.name),
          to,
        )
      )
        refuse(`there is a column ${to}`);
      edit(name, (field) => ({ ...field, name: to }));
      return "RENAME COLUMN";
    }
    if (reader.take("ALTER", "COLUMN")) return alterColumn(reader);
    if (reader.take("DROP", "PRIMARY", "KEY")) {
      if (table.primaryKey.length === 0) refuse("there is no primary key");
      set({ primaryKey: [] });
      return "DROP PRIMARY KEY";
    }
    if (reader.take("ADD", "PRIMARY", "KEY")) {
      const columns = reader.names();
      reader.expect("NOT", "ENFORCED");
      if (table.primaryKey.length > 0) refuse("there is a primary key");
      if (columns.length > 16) refuse("a primary key has 16 columns at most");
      checkKeyColumns(columns);
      set({ primaryKey: columns });
      return "ADD PRIMARY KEY";
    }
    if (reader.take("DROP", "CONSTRAINT")) {
      const name = reader.next("identifier");
      if (!foreign().some((key) => key.name === name)) refuse(`there is no constraint ${name}`);
      set({ foreignKeys: foreign().filter((key) => key.name !== name) });
      return "DROP CONSTRAINT";
    }
    if (reader.take("SET", "DEFAULT", "COLLATE")) {
      set({ defaultCollation: reader.next("string") });
      return "SET DEFAULT COLLATE";
    }
    if (reader.take("SET", "OPTIONS")) {
      for (const [name, value] of readOptions(reader)) set(option(table, name, value));
      return "SET OPTIONS";
    }
    reader.expect("ADD");
    const name = reader.take("CONSTRAINT") ? reader.next("identifier") : "";
    reader.expect("FOREIGN", "KEY");
    addForeignKey(reader, name);
    return "ADD FOREIGN KEY";
  };

  const addForeignKey = (reader: Reader, name: string): void => {
    const columns = reader.names();
    reader.expect("REFERENCES");
    const reference = parse(reader.next("identifier"));
    const references = reader.names();
    reader.expect("NOT", "ENFORCED");
    const own = table.reference;
    if (reference._tag === "Left" || reference.right._tag !== "BigQueryTable" || own._tag !== "BigQueryTable")
      throw new Refused("not a table");
    // [keys] Both tables are in the same dataset; a table has 64 foreign keys at most.
    if (reference.right.dataset !== own.dataset || reference.right.project !== own.project)
      refuse("the tables of a foreign key are in the same dataset");
    if (foreign().length >= 64) refuse("a table has 64 foreign keys at most");
    if (name !== "" && foreign().some((key) => same(key.name, name))) refuse(`there is a constraint ${name}`);
    if (columns.length !== references.length) refuse("other numbers of columns");
    checkKeyColumns(columns);
    set({ foreignKeys: [...foreign(), { name, columns, table: reference.right, references }] });
  };

  return {
    get table() {
      return table;
    },
    run: (statement: string): void => {
      // docs.cloud.google.com/bigquery/quotas: a query has 1 MB at most.
      if (Buffer.byteLength(statement) > 1_000_000) refuse("the statement is too long");
      const reader = new Reader(tokensOf(statement));
      reader.expect("ALTER");
      const isTable = reader.take("TABLE");
      if (!isTable && !reader.take("MATERIALIZED", "VIEW")) reader.expect("VIEW");
      if (isTable !== (table.type === "TABLE" || table.type === "CLONE")) refuse(`it is a ${table.type}`);
      if (reader.next("identifier").includes("$")) refuse("a partition is no table");
      // [ddl] A statement has actions of one kind.
      const kinds = new Set(reader.list(() => action(reader)));
      if (kinds.size > 1) refuse(`actions of several kinds: ${[...kinds].join(", ")}`);
      if (!reader.isAtEnd) throw new Error(`more: ${statement}`);
    },
  };
};

/** The parameters of the new type. */
const pick = (type: Field, field: Field): Partial<Field> => {
  const { precision, scale, maxLength, timestampPrecision, collation } = type;
  const keys = { precision, scale, maxLength, timestampPrecision, collation: collation ?? field.collation };
  return Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, value || undefined]));
};
