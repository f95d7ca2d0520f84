/** Renders DDL as text: statements with semicolons, comments with dashes. */

import type { DdlLine, SchemaDiff } from "../SchemaDiff.ts";
import { comment } from "./Lines.ts";

export const lineText = ({ kind, text }: DdlLine): string => (kind === "comment" ? `-- ${text}` : `${text};`);

/** The output of `--format ddl` for one pair, with a final line feed. */
export const ddlText = (item: { readonly a: string; readonly b: string }, diff: SchemaDiff): string => {
  const head = comment(`${item.a} into ${item.b}`);
  const body =
    diff.ddl === undefined
      ? [comment(why(diff))]
      : diff.ddl.length === 0
        ? [comment(diff.counts.ignored > 0 ? "no statements; some changes are ignored" : "nothing to do")]
        : diff.ddl;
  return `${[head, ...body].map(lineText).join("\n")}\n`;
};

const why = ({ changes }: SchemaDiff): string => {
  if (changes.some(({ rule }) => rule === "only-in-a"))
    return "B has no such table: DROP TABLE would lose its rows";
  if (changes.some(({ rule }) => rule === "only-in-b"))
    return "A has no such table: create it with CREATE TABLE … LIKE";
  return "A is not a BigQuery table, so there is nothing to alter; give the table to change as A";
};
