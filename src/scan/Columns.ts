/** The columns of a table at every depth, and the SQL expressions of their values. */
import { Either } from "effect";
import * as FieldPath from "../domain/FieldPath.ts";
import { nearest } from "../domain/Suggestion.ts";
import { elementOf, type Field, isForeign, type TableSchema } from "../domain/TableSchema.ts";
import type { Dialect } from "../sql/Dialect.ts";
import { type Sql, word } from "../sql/Sql.ts";
import { type Kind, kindOf } from "./Kind.ts";
import { rowAlias } from "./Target.ts";

/** A row source: the rows of the table (index 0), or the elements of one array in all rows. */
export interface Source {
  readonly index: number;
  /** The alias of a row or element in statements. */
  readonly alias: Sql;
  /** The array of the elements; absent for the rows of the table. */
  readonly array?: { readonly parent: Source; readonly expression: Sql };
}

export interface ProfiledColumn {
  readonly index: number;
  readonly path: FieldPath.FieldPath;
  /** The path as text: `items[].sku`. */
  readonly name: string;
  readonly field: Field;
  readonly kind: Kind;
  readonly source: Source;
  /** The value, in terms of the source's alias. */
  readonly expression: Sql;
}

/** Every column of the schema that a query can read, including STRUCT fields and array elements, parents first. */
export const columnsOf = (schema: TableSchema, dialect: Dialect): ReadonlyArray<ProfiledColumn> => {
  const columns: Array<ProfiledColumn> = [];
  let sources = 0;
  const visit = (field: Field, path: FieldPath.FieldPath, source: Source, raw: Sql): void => {
    if (isForeign(field)) return;
    const kind = kindOf(field);
    const expression = dialect.normalize(raw, field);
    columns.push({
      index: columns.length,
      path,
      name: FieldPath.format(path),
      field,
      kind,
      source,
      expression,
    });
    if (kind === "array") {
      sources += 1;
      const alias = word(`bqkit_e${sources}`);
      const inner: Source = { index: sources, alias, array: { parent: source, expression } };
      visit(elementOf(field), [...path, FieldPath.elements], inner, alias);
    } else if (kind === "struct") {
      for (const child of field.fields ?? []) {
        visit(child, [...path, FieldPath.name(child.name)], source, dialect.field(expression, child));
      }
    }
  };
  const rows: Source = { index: 0, alias: rowAlias };
  for (const field of schema) {
    visit(field, [FieldPath.name(field.name)], rows, dialect.field(rows.alias, field));
  }
  return columns;
};

/** Applies `--columns` and `--exclude`. Left: the names that match no column, with suggestions. */
export const select = (
  columns: ReadonlyArray<ProfiledColumn>,
  only: ReadonlyArray<string> | undefined,
  exclude: ReadonlyArray<string> | undefined,
): Either.Either<ReadonlyArray<ProfiledColumn>, { readonly detail: string; readonly remedy: string }> => {
  const wanted = only === undefined ? undefined : resolve(columns, only);
  const unwanted = resolve(columns, exclude ?? []);
  const unknown = [...(wanted?.unknown ?? []), ...unwanted.unknown];
  if (unknown.length > 0) return Either.left(unknownColumns(unknown, columns));
  const chosen = columns.filter(
    (column) => (wanted === undefined || wanted.found.has(column.index)) && !unwanted.found.has(column.index),
  );
  return chosen.length === 0
    ? Either.left({
        detail: "no columns selected",
        remedy: "select more with --columns, or fewer with --exclude",
      })
    : Either.right(chosen);
};

/**
 * A name selects the column and everything below it. An exact match takes precedence over one that differs in case.
 */
const resolve = (columns: ReadonlyArray<ProfiledColumn>, names: ReadonlyArray<string>) => {
  const found = new Set<number>();
  const unknown: Array<string> = [];
  for (const name of names) {
    const exact = columns.filter((column) => column.name === name);
    const heads =
      exact.length > 0 ? exact : columns.filter((c) => c.name.toLowerCase() === name.toLowerCase());
    if (heads.length === 0) unknown.push(name);
    for (const head of heads) {
      for (const column of columns) if (startsWith(column.path, head.path)) found.add(column.index);
    }
  }
  return { found, unknown };
};

const startsWith = (path: FieldPath.FieldPath, head: FieldPath.FieldPath): boolean =>
  head.every((step, i) => {
    const other = path[i];
    if (other === undefined || other._tag !== step._tag) return false;
    return step._tag === "Elements" || (other._tag === "Name" && other.name === step.name);
  });

const unknownColumns = (unknown: ReadonlyArray<string>, columns: ReadonlyArray<ProfiledColumn>) => {
  const names = columns.map((column) => column.name);
  const near = unknown.flatMap((name) => nearest(name, names) ?? []);
  const quoted = (list: ReadonlyArray<string>) => list.map((name) => `"${name}"`).join(", ");
  return {
    detail: `no column ${quoted(unknown)}`,
    remedy:
      near.length > 0
        ? `did you mean ${quoted([...new Set(near)])}?`
        : `its columns are ${quoted(names.slice(0, 8))}${names.length > 8 ? ` and ${names.length - 8} more` : ""}`,
  };
};
