/** Adds columns. */
import { type Field, walk } from "../../../domain/TableSchema.ts";
import { sql } from "../../../sql/Sql.ts";
import type { DdlLine } from "../SchemaDiff.ts";
import { setDefaults } from "./Columns.ts";
import { alterTable, comment, listed } from "./Lines.ts";
import type { Names } from "./Names.ts";
import { ofRule, type Subject } from "./Subject.ts";
import { column, isUndeclarable } from "./Types.ts";

const wantedOf = ({ columns }: Subject): ReadonlyArray<Field> =>
  ofRule(columns, "added", "added-required").flatMap(({ fieldAfter }) => fieldAfter ?? []);

const isFree = ({ name }: Field, { taken }: Names): boolean => !taken.has(name.toLowerCase());

/** The names of the columns that ADD COLUMN can add. */
export const addedNames = (subject: Subject, names: Names): ReadonlyArray<string> =>
  wantedOf(subject).flatMap((field) => (isUndeclarable(field) || !isFree(field, names) ? [] : [field.name]));

export const additions = (subject: Subject, names: Names): ReadonlyArray<DdlLine> => {
  const { table, inherited } = subject;
  const wanted = wantedOf(subject);
  const impossible = wanted.filter(isUndeclarable).map(({ name }) => name);
  const occupied = wanted.filter((field) => !isUndeclarable(field) && !isFree(field, names));
  const added = wanted.filter((field) => !isUndeclarable(field) && isFree(field, names));
  const required = added.filter(({ mode }) => mode === "REQUIRED").map(({ name }) => name);
  const tagged = added.flatMap(tags);
  return [
    ...(impossible.length === 0
      ? []
      : [
          comment(
            `${listed(impossible)}: not added: DDL has no arrays of arrays and no columns of another system; put a STRUCT between arrays`,
          ),
        ]),
    ...(occupied.length === 0
      ? []
      : [
          comment(
            `${listed(occupied.map(({ name }) => name))}: not added, as a column that stays has the name`,
          ),
        ]),
    ...alterTable(
      table,
      added.map((field) => sql`  ADD COLUMN ${column(field, inherited)}`),
    ),
    ...setDefaults(table, added),
    ...(required.length === 0
      ? []
      : [
          comment(
            `${listed(required)}: REQUIRED in B, NULLABLE here: BigQuery cannot add a REQUIRED column to an existing table; rebuild it: CREATE TABLE … AS SELECT`,
          ),
        ]),
    ...(tagged.length === 0
      ? []
      : [comment(`${listed(tagged)}: set policy tags with tables.patch or bq update`)]),
  ];
};

const tags = (field: Field): ReadonlyArray<string> => [
  ...new Set(
    walk([field]).flatMap((one) => (one.field.policyTags?.length ? [one.name.replace(/(\[\])+$/, "")] : [])),
  ),
];
