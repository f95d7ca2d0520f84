/** The common input of all parts of the DDL: the changes, grouped by column. */
import * as FieldPath from "../../../domain/FieldPath.ts";
import type { BigQueryTable } from "../../../domain/TableReference.ts";
import { type Field, walk } from "../../../domain/TableSchema.ts";
import { path } from "../../../sql/GoogleSql.ts";
import type { Sql } from "../../../sql/Sql.ts";
import { isDefaultRoundingMode } from "../compare/FieldAttributes.ts";
import type { RuleId } from "../rules/Rules.ts";
import type { Change } from "../SchemaDiff.ts";
import type { Side } from "../source/SchemaSource.ts";
import type { Inherited } from "./Types.ts";

export interface Subject {
  readonly a: Side;
  readonly b: Side;
  readonly target: BigQueryTable;
  /** The table's name in a statement. */
  readonly table: Sql;
  readonly changes: ReadonlyArray<Change>;
  /** Changes of columns and of their inner fields. */
  readonly columns: ReadonlyArray<Change>;
  readonly nested: ReadonlyArray<Change>;
  /** A's column of a change; undefined for a new column. */
  readonly columnOf: (change: Change) => Field | undefined;
  /** Changes of table attributes, by attribute. */
  readonly ofTable: ReadonlyMap<string, Change>;
  /** A's columns that require a rebuilt table: their changes only become comments. */
  readonly rebuilt: ReadonlySet<string>;
  /** A's columns that partition or cluster the table: they cannot be renamed or dropped. Lower case. */
  readonly fixed: ReadonlySet<string>;
  /** A's columns in foreign keys that cannot be dropped, because their names are unknown. Lower case. */
  readonly held: ReadonlySet<string>;
  readonly inherited: Inherited;
}

const rebuilding: ReadonlySet<RuleId> = new Set<RuleId>([
  "type-changed",
  "type-widening-refused",
  "mode-repeated",
  "precision-narrowed",
  "scale-narrowed",
  "max-length-narrowed",
  "timestamp-precision-narrowed",
  "generated-column-changed",
  "foreign-type-changed",
  "range-element-type-changed",
]);

/** Whether neither a statement nor an API call can make the change. */
export const needsRebuild = ({ rule }: Change): boolean => rebuilding.has(rule);

export const make = (changes: ReadonlyArray<Change>, a: Side, b: Side, target: BigQueryTable): Subject => {
  const tops = { a: new Set(a.schema.map(columnPath)), b: new Set(b.schema.map(columnPath)) };
  const ofFields = changes.filter(({ path }) => path !== null);
  const isColumn = (change: Change): boolean =>
    isAdded(change) ? tops.b.has(change.path ?? "") : tops.a.has(pathInA(change));
  const columns = ofFields.filter(isColumn);
  const roots = rootsOf(a);
  const { partitioning, clustering = [] } = a.table ?? {};
  return {
    a,
    b,
    target,
    table: path(target),
    changes,
    columns,
    nested: ofFields.filter((change) => !isColumn(change)),
    columnOf: (change) => (isAdded(change) ? undefined : roots.get(pathInA(change))),
    ofTable: new Map(changes.flatMap((one) => (one.path === null ? [[one.attribute, one]] : []))),
    rebuilt: new Set(
      ofFields.filter(needsRebuild).flatMap((change) => roots.get(pathInA(change))?.name ?? []),
    ),
    fixed: new Set(
      [...clustering, ...(partitioning?.field === undefined ? [] : [partitioning.field])].map((name) =>
        name.toLowerCase(),
      ),
    ),
    held: new Set(
      (a.table?.foreignKeys ?? []).flatMap(({ name, columns }) =>
        name === "" ? columns.map((column) => column.toLowerCase()) : [],
      ),
    ),
    inherited: {
      collation: (a.table?.defaultCollation ?? "") !== "",
      roundingMode: !isDefaultRoundingMode(a.table?.defaultRoundingMode),
    },
  };
};

/** The path of a column. */
export const columnPath = ({ name }: Pick<Field, "name">): string => FieldPath.format([FieldPath.name(name)]);

/** The path of the changed field in A. */
export const pathInA = ({ path, oldPath }: Change): string => oldPath ?? path ?? "";

/** The column of each path of the side. */
const rootsOf = ({ schema }: Side): ReadonlyMap<string, Field> =>
  new Map(schema.flatMap((root) => walk([root]).map(({ name }) => [name, root] as const)));

const isAdded = ({ rule }: Change): boolean => rule === "added" || rule === "added-required";

export const ofRule = (
  changes: ReadonlyArray<Change>,
  ...rules: ReadonlyArray<RuleId>
): ReadonlyArray<Change> => changes.filter(({ rule }) => rules.includes(rule));
