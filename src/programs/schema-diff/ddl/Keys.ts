/** Drops and adds primary and foreign keys. */
import type { ForeignKey } from "../../../domain/TableMetadata.ts";
import { type BigQueryTable, format } from "../../../domain/TableReference.ts";
import { empty, join, type Sql, sql } from "../../../sql/Sql.ts";
import { foreignKeysOf } from "../ApplyToTable.ts";
import type { DdlLine } from "../SchemaDiff.ts";
import { addedNames } from "./Additions.ts";
import { retypedNames } from "./Columns.ts";
import { comment, listed, statement } from "./Lines.ts";
import type { Names } from "./Names.ts";
import type { Subject } from "./Subject.ts";
import { from, identifier } from "./Types.ts";

export interface Keys {
  /** Before columns are dropped and renamed: BigQuery does not alter columns of a key. */
  readonly drops: ReadonlyArray<DdlLine>;
  readonly adds: ReadonlyArray<DdlLine>;
}

export const keys = (subject: Subject, { dropped, renamed }: Names): Keys => {
  const { a, b, table, ofTable, rebuilt } = subject;
  const retyped = retypedNames(subject);
  const staying = a.schema.filter(({ name }) => !dropped.has(name) && !rebuilt.has(name));
  const present = new Set(
    [...staying.map(({ name }) => renamed.get(name) ?? name), ...addedNames(subject)].map((name) =>
      name.toLowerCase(),
    ),
  );
  /** Whether a column will be missing, or not have B's type, after the statements. */
  const isLater = (columns: ReadonlyArray<string>): boolean =>
    columns.some((name) => !present.has(name.toLowerCase()));
  const isTouched = (columns: ReadonlyArray<string>): boolean =>
    columns.some((name) =>
      [...dropped, ...renamed.keys(), ...retyped].some((one) => one.toLowerCase() === name.toLowerCase()),
    );
  const primary = a.table?.primaryKey ?? [];
  const isNewPrimary = ofTable.has("primary-key") || isTouched(primary);
  const wanted = ofTable.has("primary-key")
    ? (b.table?.primaryKey ?? [])
    : primary.map((name) => renamed.get(name) ?? name);
  const foreign = a.table?.foreignKeys ?? [];
  const change = ofTable.get("foreign-keys");
  const after =
    change === undefined ? foreign.map((key) => follow(key, renamed)) : foreignKeysOf(change.after);
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

/**
 * Both tables of a foreign key are in the same dataset: a table that B's key references in B's dataset is replaced by
 * the one in A's dataset.
 */
const addForeign = ({ table, target, b }: Subject, key: ForeignKey): ReadonlyArray<DdlLine> => {
  const { name, columns, references } = key;
  const home = b.table?.reference;
  const isOwn = home?._tag === "BigQueryTable" && isSameDataset(home, key.table);
  const other = isOwn ? { ...target, table: key.table.table } : key.table;
  const what = `the foreign key ${name} (${listed(columns)})`;
  if (!isSameDataset(target, other)) {
    return [
      comment(`${what} references ${format(other)}: BigQuery does not support foreign keys across datasets`),
    ];
  }
  const constraint = name === "" ? empty : sql`CONSTRAINT ${identifier(name)} `;
  return [
    ...(isSameDataset(target, key.table)
      ? []
      : [
          comment(
            `${what} references ${format(other)} here, ${format(key.table)} in B: BigQuery does not support foreign keys across datasets`,
          ),
        ]),
    statement(
      sql`ALTER TABLE ${table}\nADD ${constraint}FOREIGN KEY (${list(columns)}) REFERENCES ${from(other)} (${list(references)}) NOT ENFORCED`,
    ),
  ];
};
