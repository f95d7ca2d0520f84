/**
 * Converts numbers and booleans in JSON to marked strings, because
 * DuckDB's functions read numbers as doubles.
 */
import type { CommonDialect } from "../../../sql/Dialect.ts";
import { type Sql, sql } from "../../../sql/Sql.ts";

/** The prefix of numbers and booleans that were put between quotes. */
export const mark = "\uE000";

const scalars = String.raw`((?:"(?:[^"\\]|\\.)*"|[^"0-9tf-])+)(-?[0-9][0-9.eE+-]*|true|false)?`;

/** SQL of the marked text of an object or array. */
export const marked = (string: CommonDialect["string"], json: Sql): Sql =>
  sql`regexp_replace(${json}, ${string(scalars)}, ${string(`\\1"${mark}\\2"`)}, 'g')[:-4]`;
