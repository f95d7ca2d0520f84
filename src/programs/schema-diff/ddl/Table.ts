/** Alters table attributes, except keys: options, and comments for changes that require a rebuilt table. */
import type { Value } from "../../../domain/Value.ts";
import { string } from "../../../sql/GoogleSql.ts";
import { float, join, type Sql, sql } from "../../../sql/Sql.ts";
import { labelsOf } from "../apply/ApplyToTable.ts";
import { attributeNames } from "../compare/CompareTables.ts";
import type { DdlLine } from "../SchemaDiff.ts";
import { comment, statement } from "./Lines.ts";
import type { Subject } from "./Subject.ts";

const dayMs = 86_400_000;

const text = (value: Value): Sql => (value === null ? sql`NULL` : string(String(value)));

const labels = (all: Readonly<Record<string, string>>): Sql =>
  sql`[${join(
    Object.entries(all)
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([key, value]) => sql`(${string(key)}, ${string(value)})`),
    ", ",
  )}]`;

/** `SET OPTIONS` replaces all labels: those of A with the changes that were not ignored. */
export const options = ({ a, changes, ofTable }: Subject, only?: ReadonlySet<string>): ReadonlyArray<Sql> => {
  const set = (attribute: string, render: (after: Value) => Sql): ReadonlyArray<Sql> => {
    const change = ofTable.get(attribute);
    return change === undefined || only?.has(attribute) === false ? [] : [render(change.after)];
  };
  const isRebuilt = ofTable.has("partitioning");
  return [
    ...set("description", (after) => sql`  description = ${text(after)}`),
    ...set("friendly-name", (after) => sql`  friendly_name = ${text(after)}`),
    ...set("labels", () => sql`  labels = ${labels(labelsOf(a.table?.labels ?? {}, changes))}`),
    ...set("expiration", (after) =>
      after === null
        ? sql`  expiration_timestamp = NULL`
        : sql`  expiration_timestamp = TIMESTAMP ${string(String(after))}`,
    ),
    ...set("default-rounding-mode", (after) => sql`  default_rounding_mode = ${text(after)}`),
    ...(isRebuilt
      ? []
      : set(
          "partition-filter",
          (after) => sql`  require_partition_filter = ${after === true ? sql`TRUE` : sql`FALSE`}`,
        )),
    ...(isRebuilt
      ? []
      : set("partition-expiration", (after) =>
          after === null
            ? sql`  partition_expiration_days = NULL`
            : sql`  partition_expiration_days = ${float(Number(after) / dayMs)}`,
        )),
  ];
};

export const setOptions = (subject: Subject): ReadonlyArray<DdlLine> => {
  const given = options(subject);
  const collation = subject.ofTable.get("default-collation");
  return [
    ...(given.length === 0
      ? []
      : [statement(sql`ALTER TABLE ${subject.table}\nSET OPTIONS (\n${join(given, ",\n")}\n)`)]),
    ...(collation === undefined
      ? []
      : [
          statement(
            sql`ALTER TABLE ${subject.table}\nSET DEFAULT COLLATE ${string(String(collation.after ?? ""))}`,
          ),
        ]),
    ...rebuilding(subject),
    ...byPatch(subject),
  ];
};

/** Quotes a word for a POSIX shell. */
const shellQuoted = (text: string): string =>
  /^[\w.:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Attributes that are compared as a whole; the change describes them. */
export const byPatch = ({ ofTable }: Subject): ReadonlyArray<DdlLine> => {
  const names = attributeNames.filter((name) => ofTable.has(name));
  return names.length === 0
    ? []
    : [
        comment(
          `${names.join(", ")}: set them as in B with tables.patch or bq update, or recreate the table`,
        ),
      ];
};

const rebuilding = ({ ofTable, target, b }: Subject): ReadonlyArray<DdlLine> => {
  const { project, dataset, table } = target;
  const name = `${project === undefined ? "" : `${project}:`}${dataset}.${table}`;
  return [
    ...(ofTable.has("partitioning")
      ? [
          comment(
            `${["partitioning", "partition-filter", "partition-expiration"].filter((one) => ofTable.has(one)).join(", ")}: partitioning is set when a table is created; rebuild it with B's partitioning: CREATE TABLE … PARTITION BY … AS SELECT`,
          ),
        ]
      : []),
    ...(ofTable.has("clustering")
      ? [
          comment(
            `no statement changes the clustering; use bq update --clustering_fields=${shellQuoted((b.table?.clustering ?? []).join(","))} ${shellQuoted(name)}`,
          ),
        ]
      : []),
  ];
};
