/** Computes the differences of two sides. */
import * as TableReference from "../../domain/TableReference.ts";
import { walk } from "../../domain/TableSchema.ts";
import { compareFields } from "./compare/CompareFields.ts";
import { compareTables, tableChange } from "./compare/CompareTables.ts";
import { selection } from "./compare/SelectChanges.ts";
import { columnPath, pathInA } from "./ddl/Subject.ts";
import { type DiffOptions, defaults } from "./Options.ts";
import { rules } from "./rules/Rules.ts";
import type { Change, SchemaDiff } from "./SchemaDiff.ts";
import type { Side } from "./source/SchemaSource.ts";

/** Compares two schemas, and their tables if both sides are tables. Pure. */
export const diff = (a: Side, b: Side, options: Partial<DiffOptions> = {}): SchemaDiff => {
  const all = { ...defaults, ...options };
  const scope = a.holds === "shape" || b.holds === "shape" ? "shape" : "all";
  const hasTables = a.table !== undefined && b.table !== undefined;
  const found = compareFields(a.schema, b.schema, all.map, scope);
  const changes = [
    ...(hasTables ? compareTables(a.table, b.table) : []),
    ...found.changes.map((change) => refusePartitioning(change, a)),
  ];
  const paths = pathsOf(a, b);
  const chosen = selection(all);
  const unmatched = chosen.unmatched(paths);
  return {
    ...judged(changes, changes.filter(chosen.wants), all.failOn),
    compared: {
      fields: paths.filter(chosen.wantsPath).length,
      table: hasTables && chosen.wantsTable,
    },
    perhapsRenamed: found.perhapsRenamed.filter(chosen.wantsRename),
    notes: [
      ...(scope === "shape"
        ? [
            "local data only has names, types and order: descriptions, defaults and other attributes were not compared",
          ]
        : []),
      ...(hasTables
        ? located(a, b)
        : ["only fields were compared: table attributes require two BigQuery tables"]),
      ...notCompared(a, b),
      ...(all.ignore.length === 0 ? [] : [`ignored: ${all.ignore.join(", ")}`]),
      ...(unmatched.length === 0 ? [] : [`--only: no field matches ${unmatched.join(", ")}`]),
    ],
    ...(all.full ? { full: true as const } : {}),
    ...(all.full || changes.some(({ path }) => path !== null)
      ? { schemas: { a: a.schema, b: b.schema } }
      : {}),
  };
};

/** The patterns of `--only` if none of them matches a field of either side; else empty. */
export const unmatchedOnly = (
  a: Side,
  b: Side,
  { ignore, only }: Pick<DiffOptions, "ignore" | "only">,
): ReadonlyArray<string> => {
  const unmatched = selection({ ignore, only }).unmatched(pathsOf(a, b));
  return unmatched.length === only.length ? unmatched : [];
};

/** The partitioning column's type cannot be widened in place. */
const refusePartitioning = (change: Change, { table }: Side): Change => {
  const column = table?.partitioning?.field;
  if (change.rule !== "type-widened" || column === undefined) return change;
  if (pathInA(change).toLowerCase() !== columnPath({ name: column }).toLowerCase()) return change;
  const { class: kind, explanation } = rules["type-widening-refused"];
  return { ...change, rule: "type-widening-refused", class: kind, explanation };
};

/** A table that a pattern matched on one side only. */
export const onlyIn = (
  side: "a" | "b",
  reference: string,
  options: Partial<DiffOptions> = {},
): SchemaDiff => {
  const all = { ...defaults, ...options };
  const change =
    side === "a" ? tableChange("only-in-a", reference, null) : tableChange("only-in-b", null, reference);
  const changes = [change];
  return {
    ...judged(changes, changes.filter(selection({ ...all, only: [] }).wants), all.failOn),
    compared: { fields: 0, table: false },
    perhapsRenamed: [],
    notes: [],
  };
};

const judged = (all: ReadonlyArray<Change>, kept: ReadonlyArray<Change>, failOn: DiffOptions["failOn"]) => {
  const count = (kind: Change["class"]) => kept.filter((change) => change.class === kind).length;
  const breaking = count("breaking");
  return {
    counts: {
      safe: count("safe"),
      breaking,
      metadata: count("metadata"),
      ignored: all.length - kept.length,
    },
    changes: kept,
    failOn,
    broken: failOn === "any" ? kept.length > 0 : failOn === "breaking" && breaking > 0,
  };
};

/** The path of every field of either side, except array elements. */
const pathsOf = (a: Side, b: Side): ReadonlyArray<string> => {
  const names = [...walk(a.schema), ...walk(b.schema)].map(({ name }) => name);
  return [...new Set(names)].filter((path) => !path.endsWith("[]"));
};

/** Properties that are set in BigQuery but not covered by any rule; "no difference" does not include them. */
const notCompared = (a: Side, b: Side): ReadonlyArray<string> => {
  const ofSide = ({ schema, table }: Side) => [
    ...(table?.notCompared ?? []),
    ...walk(schema).flatMap(({ name, field }) =>
      name.endsWith("[]") ? [] : (field.notCompared ?? []).map((property) => `${property} of ${name}`),
    ),
  ];
  const all = [...new Set([...ofSide(a), ...ofSide(b)])];
  const shown = all.slice(0, 10).join(", ");
  const more = all.length > 10 ? ` and ${all.length - 10} more` : "";
  return all.length === 0 ? [] : [`not compared: ${shown}${more}`];
};

/** The location is not part of a schema and cannot be altered. */
const located = ({ table: a }: Side, { table: b }: Side): ReadonlyArray<string> =>
  a?.location == null || b?.location == null || a.location.toUpperCase() === b.location.toUpperCase()
    ? []
    : [`${where(a.reference, a.location)}, ${where(b.reference, b.location)}`];

const where = (reference: TableReference.TableReference, location: string): string =>
  `${TableReference.format(reference)} is in ${location}`;
