/** JSON whose numbers and booleans are strings: DuckDB's functions read numbers as doubles. */
import type { CommonDialect } from "../../../sql/Dialect.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";

/** Stands before numbers and booleans that were put between quotes. */
export const mark = "\uE000";

const scalars = String.raw`((?:"(?:[^"\\]|\\.)*"|[^"0-9tf-])+)(-?[0-9][0-9.eE+-]*|true|false)?`;

/** The text of an object or array, marked. */
export const marked = (string: CommonDialect["string"], json: Sql): Sql =>
  sql`regexp_replace(${json}, ${string(scalars)}, ${string(`\\1"${mark}\\2"`)}, 'g')[:-4]`;
