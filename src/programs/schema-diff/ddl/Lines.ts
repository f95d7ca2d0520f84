/** Lines of DDL: statements that BigQuery accepts, and comments for other changes. */
import { join, type Sql, sql } from "../../../sql/Sql.ts";
import type { DdlLine } from "../SchemaDiff.ts";

export const statement = (sql: Sql): DdlLine => ({ kind: "statement", text: sql.text });

/** A single line, so that no name can turn part of it into a statement. */
export const comment = (text: string): DdlLine => ({
  kind: "comment",
  text: text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  ),
});

/** All names, quoted and separated by commas, because a comment names what it covers. */
export const listed = (names: ReadonlyArray<string>): string => names.map((name) => `\`${name}\``).join(", ");

/** Actions of one kind share a statement: BigQuery allows five metadata updates of a table in ten seconds. */
const mostActions = 100;
/** BigQuery accepts statements of up to 1 MB. */
const mostBytes = 1_000_000;

/**
 * ALTER TABLE statements with the actions, as few as the limits allow; an action that is too long becomes a comment.
 */
export const alterTable = (table: Sql, actions: ReadonlyArray<Sql>): ReadonlyArray<DdlLine> => {
  const head = sql`ALTER TABLE ${table}\n`;
  const size = ({ text }: Sql): number => Buffer.byteLength(text) + 2;
  const room = mostBytes - size(head);
  const batches: Array<Array<Sql>> = [];
  let used = Number.POSITIVE_INFINITY;
  for (const action of actions.filter((one) => size(one) <= room)) {
    if (used + size(action) > room || batches.at(-1)!.length >= mostActions) {
      batches.push([]);
      used = 0;
    }
    batches.at(-1)!.push(action);
    used += size(action);
  }
  return [
    ...batches.map((batch) => statement(sql`${head}${join(batch, ",\n")}`)),
    ...actions
      .filter((one) => size(one) > room)
      .map(({ text }) =>
        comment(`exceeds the limit of 1 MB per statement: ${text.trim().slice(0, 400)}…; use tables.patch`),
      ),
  ];
};
