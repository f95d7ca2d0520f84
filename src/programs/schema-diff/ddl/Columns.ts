/** Alters columns that both tables have. */
import { type Field, walk } from "../../../domain/TableSchema.ts";
import { identifier, string } from "../../../sql/GoogleSql.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";
import { applyToFields } from "../apply/Apply.ts";
import type { RuleId } from "../rules/Rules.ts";
import type { Change, DdlLine } from "../SchemaDiff.ts";
import { expression } from "./Expression.ts";
import { alterTable, comment } from "./Lines.ts";
import type { Names } from "./Names.ts";
import { ofRule, pathInA, type Subject } from "./Subject.ts";
import { type } from "./Types.ts";

export const alterations = (subject: Subject, names: Names): ReadonlyArray<DdlLine> => {
  const { table, columns, columnOf, rebuilt } = subject;
  const usable = columns.filter((change) => !rebuilt.has(columnOf(change)?.name ?? ""));
  const each = (changes: ReadonlyArray<Change>, action: (change: Change) => Sql) =>
    alterTable(
      table,
      changes.flatMap((change) => {
        const column = columnOf(change);
        return column === undefined
          ? []
          : [sql`  ALTER COLUMN ${called(column.name, names)} ${action(change)}`];
      }),
    );
  const defaults = ofRule(usable, "default-added", "default-changed");
  const texts = [...ofRule(usable, "rounding-mode-changed"), ...ofRule(columns, "description-changed")];
  return [
    ...each(ofRule(usable, "mode-relaxed"), () => sql`DROP NOT NULL`),
    ...retyped(subject, names),
    ...each(ofRule(usable, "default-removed"), () => sql`DROP DEFAULT`),
    ...each(defaults.filter(isPlain), ({ after }) => sql`SET DEFAULT ${expression(String(after))!}`),
    ...defaults.filter((change) => !isPlain(change)).map(({ path }) => oddDefault(path ?? "")),
    ...each(texts, ({ attribute, after }) => {
      const option = attribute === "description" ? sql`description` : sql`rounding_mode`;
      return sql`SET OPTIONS (${option} = ${after === null ? sql`NULL` : string(String(after))})`;
    }),
  ];
};

/** Statements that set the defaults of columns. */
export const setDefaults = (
  table: Sql,
  columns: ReadonlyArray<{ readonly name: string; readonly defaultValueExpression?: string }>,
): ReadonlyArray<DdlLine> => {
  const given = columns.flatMap(({ name, defaultValueExpression: text }) => (text ? [{ name, text }] : []));
  const plain = given.flatMap(({ name, text }) => {
    const value = expression(text);
    return value === undefined ? [] : [sql`  ALTER COLUMN ${identifier(name)} SET DEFAULT ${value}`];
  });
  const odd = given.filter(({ text }) => expression(text) === undefined);
  return [...alterTable(table, plain), ...odd.map(({ name }) => oddDefault(name))];
};

const isPlain = ({ after }: Change): boolean => expression(String(after)) !== undefined;

const oddDefault = (name: string): DdlLine =>
  comment(
    `\`${name}\`: its default is omitted because it may not be a single expression; set it manually: ALTER COLUMN … SET DEFAULT`,
  );

const called = (name: string, { renamed }: Names): Sql => identifier(renamed.get(name) ?? name);

interface Retyped {
  readonly name: string;
  readonly before: Field;
  readonly now: Field;
  /** Why SET DATA TYPE cannot make the change; undefined if it can. */
  readonly refusal: string | undefined;
}

const isCollated = (column: Field): boolean => walk([column]).some(({ field }) => Boolean(field.collation));

/** The changes that SET DATA TYPE makes. */
export const retypingRules = [
  "type-widened", "precision-widened", "scale-widened", "max-length-widened", "timestamp-precision-widened",
  "collation-changed",
] as const satisfies ReadonlyArray<RuleId>; // biome-ignore format: one list

/** A type is set as a whole, so that changes inside a STRUCT are set with its column. */
const retypings = ({ a, changes, columns, columnOf, rebuilt, held }: Subject): ReadonlyArray<Retyped> => {
  const wider = ofRule(changes, ...retypingRules).filter(
    (change) => !rebuilt.has(columnOf(change)?.name ?? ""),
  );
  const after = applyToFields(wider, a.schema);
  const partitionedBy = a.table?.partitioning?.field?.toLowerCase();
  // DROP NOT NULL relaxes columns, not fields of a STRUCT.
  const relaxed = new Set(ofRule(columns, "mode-relaxed").map(pathInA));
  // SET DATA TYPE does not support NOT NULL: it would change the mode, which BigQuery rejects.
  const isRequired = (field: Field): boolean =>
    walk([field]).some((one) => one.field.mode === "REQUIRED" && !relaxed.has(one.name));
  return a.schema.flatMap((before, i): ReadonlyArray<Retyped> => {
    const now = after[i];
    if (now === undefined || type(now).text === type(before).text) return [];
    const { name } = before;
    const refusal =
      name.toLowerCase() === partitionedBy
        ? "the type of the partitioning column cannot change; rebuild the table: CREATE TABLE … AS SELECT"
        : isRequired(before)
          ? `SET DATA TYPE cannot change a REQUIRED field to ${type(now).text}; rebuild the table: CREATE TABLE … AS SELECT`
          : held.has(name.toLowerCase())
            ? `its type can be set to ${type(now).text} after dropping its foreign key, whose name is unknown`
            : undefined;
    return [{ name, before, now, refusal }];
  });
};

/** A's columns whose type is set, with the new one. */
export const newTypes = (subject: Subject): ReadonlyMap<string, Field> =>
  new Map(
    retypings(subject).flatMap(({ name, now, refusal }) =>
      refusal === undefined ? [[name, now] as const] : [],
    ),
  );

const retyped = (subject: Subject, names: Names): ReadonlyArray<DdlLine> => {
  const all = retypings(subject);
  return [
    ...all.flatMap(({ name, refusal }) =>
      refusal === undefined ? [] : [comment(`\`${name}\`: ${refusal}`)],
    ),
    ...alterTable(
      subject.table,
      all
        .filter(({ refusal }) => refusal === undefined)
        .map(
          ({ name, before, now }) =>
            sql`  ALTER COLUMN ${called(name, names)} SET DATA TYPE ${type(now, {
              ...subject.inherited,
              // Without COLLATE, the field would keep its collation.
              collation: subject.inherited.collation || isCollated(before),
            })}`,
        ),
    ),
  ];
};
