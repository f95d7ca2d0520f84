/** Lines of DDL: statements that BigQuery accepts, and comments for what it cannot do. */
import type { Sql } from "../../../sql/Sql.ts";
import type { DdlLine } from "../SchemaDiff.ts";

export const statement = (sql: Sql): DdlLine => ({ kind: "statement", text: sql.text });

/** On one line whatever the names in it hold, so that nothing of it can become a statement. */
export const comment = (text: string): DdlLine => ({
  kind: "comment",
  text: text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  ),
});

/** `a`, `b` and 3 more */
export const listed = (names: ReadonlyArray<string>, most = 10): string => {
  const shown = names.slice(0, most).map((name) => `\`${name}\``);
  return `${shown.join(", ")}${names.length > most ? ` and ${names.length - most} more` : ""}`;
};
