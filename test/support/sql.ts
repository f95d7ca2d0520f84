import { type Sql, sql } from "../../src/sql/Sql.ts";

/** A statement of the test's own. Programs cannot do this: their templates are literals. */
export const rawSql = (text: string): Sql => sql(Object.assign([text], { raw: [text] }));
