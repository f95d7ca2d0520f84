/** What is altered in the columns that stay. */
import { type Field, walk } from "../../../domain/TableSchema.ts";
import { join, type Sql, sql } from "../../../sql/Sql.ts";
import { applyToFields } from "../Apply.ts";
import type { Change, DdlLine } from "../SchemaDiff.ts";
import { expression } from "./Expression.ts";
import { comment, statement } from "./Lines.ts";
import type { Names } from "./Names.ts";
import { ofRule, pathInA, type Subject } from "./Subject.ts";
import { identifier, string, type } from "./Types.ts";

/** Actions of one kind share a statement: a table takes five changes of its metadata in ten seconds. */
const most = 100;

const statements = (table: Sql, actions: ReadonlyArray<Sql>): ReadonlyArray<DdlLine> =>
  Array.from({ length: Math.ceil(actions.length / most) }, (_, i) =>
    statement(sql`ALTER TABLE ${table}\n${join(actions.slice(i * most, (i + 1) * most), ",\n")}`),
  );

export const alterations = (subject: Subject, names: Names): ReadonlyArray<DdlLine> => {
  const { table, columns, columnOf, rebuilt } = subject;
  const usable = columns.filter((change) => !rebuilt.has(columnOf(change)?.name ?? ""));
  const each = (changes: ReadonlyArray<Change>, action: (change: Change) => Sql) =>
    statements(
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

/** Statements that give columns their defaults. */
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
  return [...statements(table, plain), ...odd.map(({ name }) => oddDefault(name))];
};

const isPlain = ({ after }: Change): boolean => expression(String(after)) !== undefined;

const oddDefault = (name: string): DdlLine =>
  comment(
    `\`${name}\`: its default is not written here, for it is not plainly one expression; set it by hand: ALTER COLUMN … SET DEFAULT`,
  );

const called = (name: string, { renamed }: Names): Sql => identifier(renamed.get(name) ?? name);

/** A type is set whole, so that what changes inside of a STRUCT is set with its column. */
const retyped = ({ a, table, changes, columnOf, rebuilt }: Subject, names: Names): ReadonlyArray<DdlLine> => {
  const wider = ofRule(
    changes,
    "type-widened",
    "precision-widened",
    "scale-widened",
    "max-length-widened",
    "timestamp-precision-widened",
    "collation-changed",
  ).filter((change) => !rebuilt.has(columnOf(change)?.name ?? ""));
  const after = applyToFields(wider, a.schema);
  const partitionedBy = a.table?.partitioning?.field?.toLowerCase();
  const isHeld = (name: string): boolean => name.toLowerCase() === partitionedBy;
  const relaxed = new Set(ofRule(changes, "mode-relaxed").map(pathInA));
  // SET DATA TYPE cannot say NOT NULL: it would change the mode, which BigQuery refuses.
  const isRequired = (field: Field): boolean =>
    walk([field]).some((one) => one.field.mode === "REQUIRED" && !relaxed.has(one.name));
  const wanted = a.schema.flatMap((before, i) => {
    const now = after[i];
    return now === undefined || type(now).text === type(before).text
      ? []
      : [{ name: before.name, now, required: isRequired(before) }];
  });
  return [
    ...wanted
      .filter(({ name }) => isHeld(name))
      .map(({ name }) =>
        comment(
          `\`${name}\` partitions the table, so that its type stays; rebuild it: CREATE TABLE … AS SELECT`,
        ),
      ),
    ...wanted
      .filter(({ name, required }) => required && !isHeld(name))
      .map(({ name, now }) =>
        comment(
          `\`${name}\`: SET DATA TYPE cannot change a REQUIRED field to ${type(now).text}; rebuild the table: CREATE TABLE … AS SELECT`,
        ),
      ),
    ...statements(
      table,
      wanted
        .filter(({ name, required }) => !required && !isHeld(name))
        .map(({ name, now }) => sql`  ALTER COLUMN ${called(name, names)} SET DATA TYPE ${type(now)}`),
    ),
  ];
};
