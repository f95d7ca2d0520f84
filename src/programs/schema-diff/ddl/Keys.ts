/** Drops and adds primary and foreign keys. */
import type { ForeignKey } from "../../../domain/TableMetadata.ts";
import { type BigQueryTable, format } from "../../../domain/TableReference.ts";
import type { TypeName } from "../../../domain/TableSchema.ts";
import { identifier, path } from "../../../sql/GoogleSql.ts";
import { empty, join, type Sql, sql } from "../../../sql/Sql.ts";
import { foreignKeysOf } from "../apply/ApplyToTable.ts";
import type { DdlLine } from "../SchemaDiff.ts";
import { addedNames } from "./Additions.ts";
import { newTypes } from "./Columns.ts";
import { comment, listed, statement } from "./Lines.ts";
import type { Names } from "./Names.ts";
import type { Subject } from "./Subject.ts";

export interface Keys {
  /** Before columns are dropped and renamed: BigQuery does not alter columns of a key. */
  readonly drops: ReadonlyArray<DdlLine>;
  readonly adds: ReadonlyArray<DdlLine>;
}

/** The types that columns of a key can have. */
const keyTypes: ReadonlySet<TypeName> = new Set([
  "BIGNUMERIC", "BOOL", "DATE", "DATETIME", "INT64", "NUMERIC", "STRING", "TIMESTAMP",
]); // biome-ignore format: one list

export const keys = (subject: Subject, named: Names): Keys => {
  const { dropped, renamed } = named;
  const { a, b, table, ofTable, rebuilt } = subject;
  const retyped = newTypes(subject);
  const staying = a.schema.filter(({ name }) => !dropped.has(name) && !rebuilt.has(name));
  const added = new Set(addedNames(subject, named));
  const present = new Set(
    [
      ...staying.map((field) => ({
        ...(retyped.get(field.name) ?? field),
        name: renamed.get(field.name) ?? field.name,
      })),
      ...b.schema.filter(({ name }) => added.has(name)),
    ].flatMap(({ name, type, mode }) =>
      keyTypes.has(type) && mode !== "REPEATED" ? [name.toLowerCase()] : [],
    ),
  );
  /** Whether a column will be missing, or not have B's type, after the statements. */
  const isLater = (columns: ReadonlyArray<string>): boolean =>
    columns.some((name) => !present.has(name.toLowerCase()));
  const isTouched = (columns: ReadonlyArray<string>): boolean =>
    columns.some((name) =>
      [...dropped, ...renamed.keys(), ...retyped.keys()].some(
        (one) => one.toLowerCase() === name.toLowerCase(),
      ),
    );
  const primary = a.table?.primaryKey ?? [];
  const isNewPrimary = ofTable.has("primary-key") || isTouched(primary);
  const wanted = ofTable.has("primary-key")
    ? (b.table?.primaryKey ?? [])
    : primary.map((name) => renamed.get(name) ?? name);
  const foreign = a.table?.foreignKeys ?? [];
  const change = ofTable.get("foreign-keys");
  const after =
    change === undefined
      ? foreign.map((key) => follow(key, renamed))
      : foreignKeysOf(change.after).map((key) => inOwnDataset(subject, key));
  const wantedForeign = new Set(after.map(textOf));
  const going = foreign.filter((key) => isTouched(key.columns) || !wantedForeign.has(textOf(key)));
  const kept = new Set(foreign.filter((key) => !going.includes(key)).map(textOf));
  const coming = after.filter((key) => !kept.has(textOf(key)));
  // A key that cannot be added again is dropped only if one of its columns is dropped.
  const cannotComeBack = isLater(wanted) && wanted.length > 0 && !isTouched(primary);
  return {
    drops: [
      ...going.map(dropForeign(table)),
      ...(isNewPrimary && primary.length > 0 && !cannotComeBack
        ? [statement(sql`ALTER TABLE ${table}\nDROP PRIMARY KEY`)]
        : []),
    ],
    adds: [
      ...(!isNewPrimary || wanted.length === 0
        ? []
        : isLater(wanted)
          ? [afterwards("the primary key", wanted)]
          : [statement(sql`ALTER TABLE ${table}\nADD PRIMARY KEY (${list(wanted)}) NOT ENFORCED`)]),
      ...coming.flatMap((key) =>
        isLater(key.columns)
          ? afterwards(`the foreign key ${key.name}`, key.columns)
          : addForeign(subject, key),
      ),
    ],
  };
};

/** A constraint is dropped by name, which tables.get does not always return. */
const dropForeign =
  (table: Sql) =>
  ({ name, columns }: ForeignKey): DdlLine =>
    name === ""
      ? comment(
          `the foreign key over ${listed(columns)} has an unknown name: look it up in INFORMATION_SCHEMA.TABLE_CONSTRAINTS, then run ALTER TABLE … DROP CONSTRAINT`,
        )
      : statement(sql`ALTER TABLE ${table}\nDROP CONSTRAINT ${identifier(name)}`);

const afterwards = (what: string, columns: ReadonlyArray<string>): DdlLine =>
  comment(
    `${what} (${listed(columns)}) can be added after rebuilding the table: until then, a column is missing or has another type`,
  );

const textOf = (key: ForeignKey): string =>
  JSON.stringify([key.name, key.columns, key.table, key.references]);
const list = (columns: ReadonlyArray<string>): Sql => join(columns.map(identifier), ", ");

const follow = (key: ForeignKey, renamed: ReadonlyMap<string, string>): ForeignKey => ({
  ...key,
  columns: key.columns.map((name) => renamed.get(name) ?? name),
});

const isSameDataset = (one: BigQueryTable, other: BigQueryTable): boolean =>
  one.project === other.project && one.dataset === other.dataset;

const homeOf = ({ b }: Subject): BigQueryTable | undefined =>
  b.table?.reference._tag === "BigQueryTable" ? b.table.reference : undefined;

/** What B's key references in its own dataset, A's references in A's: both tables of a key are in one dataset. */
const inOwnDataset = (subject: Subject, key: ForeignKey): ForeignKey => {
  const home = homeOf(subject);
  return home !== undefined && isSameDataset(home, key.table)
    ? { ...key, table: { ...subject.target, table: key.table.table } }
    : key;
};

const addForeign = (subject: Subject, { name, columns, table: other, references }: ForeignKey) => {
  const { table, target } = subject;
  const home = homeOf(subject) ?? target;
  const what = `the foreign key ${name} (${listed(columns)}) references ${format(other)}`;
  if (!isSameDataset(target, other)) return [comment(`${what}: ${noneAcross}`)];
  const constraint = name === "" ? empty : sql`CONSTRAINT ${identifier(name)} `;
  return [
    ...(isSameDataset(target, home)
      ? []
      : [comment(`${what} here, ${format({ ...home, table: other.table })} in B: ${noneAcross}`)]),
    statement(
      sql`ALTER TABLE ${table}\nADD ${constraint}FOREIGN KEY (${list(columns)}) REFERENCES ${path(other)} (${list(references)}) NOT ENFORCED`,
    ),
  ];
};

const noneAcross = "BigQuery has no foreign keys across datasets";
