/** Adds columns. */
import { type Field, walk } from "../../../domain/TableSchema.ts";
import { sql } from "../../../sql/Sql.ts";
import type { DdlLine } from "../SchemaDiff.ts";
import { setDefaults } from "./Columns.ts";
import { alterTable, comment, listed } from "./Lines.ts";
import { ofRule, type Subject } from "./Subject.ts";
import { column, isNestedArray } from "./Types.ts";

/** The columns that ADD COLUMN can add. */
export const addedNames = ({ columns }: Pick<Subject, "columns">): ReadonlyArray<string> =>
  ofRule(columns, "added", "added-required").flatMap(({ fieldAfter }) =>
    fieldAfter === undefined || isNestedArray(fieldAfter) ? [] : [fieldAfter.name],
  );

export const additions = ({ table, columns, inherited }: Subject): ReadonlyArray<DdlLine> => {
  const wanted = ofRule(columns, "added", "added-required").flatMap(({ fieldAfter }) => fieldAfter ?? []);
  const impossible = wanted.filter(isNestedArray).map(({ name }) => name);
  const added = wanted.filter((field) => !isNestedArray(field));
  const required = added.filter(({ mode }) => mode === "REQUIRED").map(({ name }) => name);
  const tagged = added.flatMap(tags);
  return [
    ...(impossible.length === 0
      ? []
      : [
          comment(
            `${listed(impossible)}: BigQuery does not support arrays of arrays; put a STRUCT between them`,
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
