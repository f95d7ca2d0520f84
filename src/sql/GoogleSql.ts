/** Names and strings of GoogleSQL, for queries and for DDL. */
import type { TableReference } from "../domain/TableReference.ts";
import { quoted, type Sql } from "./Sql.ts";

/** Escapes text for both string literals and quoted identifiers. */
const escape = (text: string): string =>
  text.replace(/[\\"'`\u0000-\u001f\u007f\u0085\u2028\u2029]/g, (c) => {
    const code = c.charCodeAt(0);
    return code >= 0x20 && code < 0x7f ? `\\${c}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });

export const identifier = (name: string): Sql => quoted(name, "`", escape);

export const string = (value: string): Sql => quoted(value, "'", escape);

/** The quoted path of a BigQuery table, which belongs to `defaultProject` unless it has a project. */
export const path = (table: TableReference, defaultProject?: string): Sql => {
  if (table._tag !== "BigQueryTable") throw new TypeError("a GoogleSQL statement cannot read a local table");
  const project = table.project ?? defaultProject;
  return quoted(
    [...(project === undefined ? [] : [project]), table.dataset, table.table].join("."),
    "`",
    escape,
  );
};
