/** Generates the statements that change A into B, in an order that BigQuery accepts. */
import type { TableType } from "../../../domain/TableMetadata.ts";
import type { BigQueryTable } from "../../../domain/TableReference.ts";
import { join, sql } from "../../../sql/Sql.ts";
import type { DdlLine, SchemaDiff } from "../SchemaDiff.ts";
import type { Side } from "../source/SchemaSource.ts";
import { addedNames, additions } from "./Additions.ts";
import { alterations } from "./Columns.ts";
import { keys } from "./Keys.ts";
import { comment, listed, statement } from "./Lines.ts";
import { names } from "./Names.ts";
import { make, type Subject } from "./Subject.ts";
import { options, setOptions } from "./Table.ts";
import { leftovers } from "./Unsupported.ts";

/**
 * Statements for `target`, which is A, by the changes of the diff, without ignored ones. A change that BigQuery
 * cannot make in place becomes a comment with the reason and an alternative.
 */
export const ddl = (
  diff: Pick<SchemaDiff, "changes">,
  a: Side,
  b: Side,
  target: BigQueryTable,
): ReadonlyArray<DdlLine> => {
  const [name = "", partition] = target.table.split("$");
  const subject = make(diff.changes, a, b, { ...target, table: name });
  const kind = a.table?.type ?? "TABLE";
  if (subject.ofTable.has("table-type")) {
    const rest = diff.changes.flatMap(({ path, attribute }) =>
      attribute === "table-type" ? [] : [path ?? attribute],
    );
    return [
      comment(
        `table-type: A is a ${kind}, B a ${b.table?.type ?? "TABLE"}: no statement converts it; drop and recreate it`,
      ),
      ...(rest.length === 0
        ? []
        : [comment(`the other changes come with the new one: ${listed([...new Set(rest)])}`)]),
    ];
  }
  const lines = kind === "TABLE" || kind === "CLONE" ? table(subject) : others(subject, kind);
  return partition === undefined || lines.length === 0
    ? lines
    : [comment(`A is the partition ${partition}: the statements alter the whole table ${name}`), ...lines];
};

const table = (subject: Subject): ReadonlyArray<DdlLine> => {
  const named = names(subject);
  const { drops, adds } = keys(subject, named);
  const more = additions(subject, named);
  // A table keeps at least one column.
  const isAllGone = subject.a.schema.every(({ name }) => named.dropped.has(name));
  const columnDrops =
    isAllGone && addedNames(subject, named).length === 0 ? [lastColumns(named.dropped)] : named.drops;
  return [
    ...drops,
    ...(isAllGone ? [...more, ...columnDrops] : [...named.drops, ...named.renames]),
    ...alterations(subject, named),
    ...(isAllGone ? [] : more),
    ...setOptions(subject),
    ...adds,
    ...leftovers(subject, named),
    ...legacy(named.dropped, named.renamed),
  ];
};

const lastColumns = (dropped: ReadonlySet<string>): DdlLine =>
  comment(`${listed([...dropped])}: BigQuery cannot drop the last column of a table; drop the table instead`);

const legacy = (
  dropped: ReadonlySet<string>,
  renamed: ReadonlyMap<string, string>,
): ReadonlyArray<DdlLine> =>
  dropped.size + renamed.size === 0
    ? []
    : [
        comment(
          "a table with dropped or renamed columns can no longer be queried by legacy SQL or as a wildcard table",
        ),
      ];

const keywords: Partial<Record<TableType, string>> = { VIEW: "VIEW", MATERIALIZED_VIEW: "MATERIALIZED VIEW" };

/** The options of both ALTER VIEW and ALTER MATERIALIZED VIEW. */
const optionsOfViews: ReadonlySet<string> = new Set(["description", "friendly-name", "labels", "expiration"]);

/** Views support options; their columns come from their query. */
const others = (subject: Subject, kind: TableType): ReadonlyArray<DdlLine> => {
  const { ofTable, columns, nested, target } = subject;
  const fields = [...columns, ...nested].map(({ path }) => path ?? "");
  const word = keywords[kind];
  const given = word === undefined ? [] : options(subject, optionsOfViews);
  const view = word === "VIEW" ? sql`VIEW` : sql`MATERIALIZED VIEW`;
  const rest = [...ofTable.keys()].filter(
    (attribute) => word === undefined || !optionsOfViews.has(attribute),
  );
  return [
    ...(given.length === 0
      ? []
      : [statement(sql`ALTER ${view} ${subject.table}\nSET OPTIONS (\n${join(given, ",\n")}\n)`)]),
    ...(fields.length === 0 ? [] : [comment(`${listed([...new Set(fields)])}: ${how(kind)}`)]),
    ...(rest.length === 0
      ? []
      : [comment(`${rest.join(", ")}: ${how(kind)} (${target.dataset}.${target.table})`)]),
  ];
};

const how = (kind: TableType): string => {
  switch (kind) {
    case "VIEW":
    case "MATERIALIZED_VIEW":
      return "the columns of a view come from its query; replace it: CREATE OR REPLACE VIEW … AS";
    case "SNAPSHOT":
      return "a snapshot is read-only; create another one";
    default:
      return "ALTER TABLE cannot change an external table's schema; use bq update or CREATE OR REPLACE EXTERNAL TABLE";
  }
};
