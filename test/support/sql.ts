import { type Sql, sql } from "../../src/sql/Sql.ts";

/** Builds SQL from a string, which only tests may do. */
export const rawSql = (text: string): Sql => sql(Object.assign([text], { raw: [text] }));
