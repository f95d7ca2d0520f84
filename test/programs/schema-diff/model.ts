/**
 * A model of a table under DDL: parses bqkit's statements, applies them as BigQuery
 * documents them, and rejects what BigQuery rejects.
 */
import type { Field, TableSchema } from "../../../src/domain/TableSchema.ts";
import { type } from "../../../src/programs/schema-diff/ddl/Types.ts";
import { identifier } from "../../../src/sql/GoogleSql.ts";
import type { Column } from "../../oracle/oracle.ts";

export interface Model {
  /** For the analyzer's catalog. */
  readonly columns: ReadonlyArray<Column>;
  /** Executes the statement; throws if BigQuery would reject it. */
  readonly run: (statement: string) => void;
}

const name = "`((?:[^`\\\\]|\\\\.)*)`";
const unescape = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})|\\(.)/g, (_, code, char) =>
    code ? String.fromCharCode(Number.parseInt(code, 16)) : char,
  );

/** A column's type for the catalog, which does not support collations. */
const typeOf = (field: Field): string => type(bare(field)).text;
const bare = ({ collation: _, ...field }: Field): Field => ({
  ...field,
  ...(field.fields === undefined ? {} : { fields: field.fields.map(bare) }),
});

export const model = (schema: TableSchema, target: TableSchema, fixed: ReadonlyArray<string> = []): Model => {
  const columns = schema.map((field) => ({ name: field.name, type: typeOf(field) }));
  const at = (column: string): number => {
    const i = columns.findIndex((one) => one.name.toLowerCase() === column.toLowerCase());
    if (i < 0) throw new Error(`no column ${column}`);
    return i;
  };
  const isFree = (column: string): boolean =>
    columns.every((one) => one.name.toLowerCase() !== column.toLowerCase());
  const movable = (column: string): void => {
    if (fixed.includes(column.toLowerCase()))
      throw new Error(`${column} is held by a key, partitioning or clustering`);
  };
  const action = (line: string): void => {
    const match = (pattern: string): ReadonlyArray<string> | undefined =>
      new RegExp(`^  ${pattern}$`, "s").exec(line)?.slice(1);
    const drop = match(`DROP COLUMN ${name}`);
    const rename = match(`RENAME COLUMN ${name} TO ${name}`);
    const add = match(`ADD COLUMN ${name} .*`);
    const retype = match(`ALTER COLUMN ${name} SET DATA TYPE (.*)`);
    const alter = match(`ALTER COLUMN ${name} (?:SET|DROP) .*`);
    if (drop) {
      movable(unescape(drop[0]!));
      columns.splice(at(unescape(drop[0]!)), 1);
      if (columns.length === 0) throw new Error("a table keeps a column");
    } else if (rename) {
      const to = unescape(rename[1]!);
      movable(unescape(rename[0]!));
      const i = at(unescape(rename[0]!));
      if (!isFree(to)) throw new Error(`there is a column ${to}`);
      columns[i] = { ...columns[i]!, name: to };
    } else if (add) {
      const column = unescape(add[0]!);
      if (!isFree(column)) throw new Error(`there is a column ${column}`);
      columns.push({
        name: column,
        type: typeOf(target.find((field) => identifier(field.name).text === `\`${add[0]}\``)!),
      });
    } else if (retype) {
      const i = at(unescape(retype[0]!));
      columns[i] = { ...columns[i]!, type: retype[1]!.replaceAll(/ COLLATE '[^']*'/g, "") };
    } else if (alter) at(unescape(alter[0]!));
    else throw new Error(`what is ${line}?`);
  };
  return {
    get columns() {
      return [...columns];
    },
    run: (statement) => {
      const [, ...lines] = statement.split("\n");
      if (lines[0]?.startsWith("  ")) {
        const kinds = new Set(lines.map((line) => line.trim().split(" ")[0]));
        if (kinds.size > 1) throw new Error(`kinds of actions in one statement: ${[...kinds].join(", ")}`);
        for (const line of lines) action(line.replace(/,$/, ""));
      }
    },
  };
};
